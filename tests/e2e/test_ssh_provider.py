# SPDX-License-Identifier: BSD-2-Clause
"""What happens at the provider while somebody signs in over ssh."""

import pathlib
import subprocess

from answers import Answer, IdToken, default_jwks, device, grant, metadata, pending
from ca import Ca
from fake_as import FakeAs
from idp import OidcProvider

SUBJECT = "248289761001"
RULES = {"alice": f"sub={SUBJECT}"}
UNREACHABLE = "The sign-in service cannot be reached. Try later or tell your administrator."
ONE_TRY = ["NumberOfPasswordPrompts=1"]


def approve(idp, ssh):
    """Alice approves and presses Enter."""
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.enter()


def configure_fake(host, server, secret=None):
    """A host whose provider is the scripted one."""
    server.auth_method = "client_secret_basic" if secret else "none"
    server.client_secret, server.ca_file = secret, server.lab.ca_file
    host.configure(server, RULES)


def test_down_before_the_login(host, login, watch):
    """10.1: nobody saw a code, so it is authinfo_unavail and no verdict about the person."""
    with OidcProvider(device_interval=1) as idp:
        host.configure(idp, RULES)
    ssh = login(options=ONE_TRY)
    assert "https" not in ssh.expect_refused(UNREACHABLE)
    outcome = watch.outcome()
    assert outcome["result"] == "provider_unreachable" and outcome["priority"] == 3
    assert outcome["reason"].startswith("discovery: ")


def test_down_while_the_prompt_is_open(host, login, watch):
    """DEV-45: none of the polls got an answer until the time was over."""
    with OidcProvider(device_interval=1) as idp:
        host.configure(idp, RULES, **{"sshd:max_wait": "10"})
        ssh = login(options=ONE_TRY)
        ssh.challenge()
    ssh.enter()
    ssh.expect_refused(UNREACHABLE)
    outcome = watch.outcome()
    assert outcome["result"] == "provider_unreachable"
    assert outcome["reason"].startswith("token endpoint: not one answer")


def test_down_after_the_first_poll(host, login, watch):
    """DEV-45: it answered once, so that nobody approved is the person's doing."""
    with OidcProvider(device_interval=1) as idp:
        host.configure(idp, RULES, **{"sshd:max_wait": "10"})
        ssh = login()
        ssh.challenge()
        ssh.enter()
        idp.wait_for_log(1, "/token")
    ssh.expect_refused("Nobody approved in time.")
    assert watch.outcome()["result"] == "timed_out"


def test_certificate_of_an_unknown_ca(host, idp, login, requests, watch, tmp_path):
    """NET-2: nothing is asked of a server that nobody vouches for."""
    other = Ca(tmp_path / "other", name="A CA that did not sign")
    host.write("other.pem", other.file.read_text())
    host.configure(idp, RULES, ca_file="/etc/pam_oauth/other.pem")
    ssh = login(options=ONE_TRY)
    ssh.expect_refused(UNREACHABLE)
    outcome = watch.outcome()
    assert outcome["result"] == "provider_unreachable"
    assert "certificate" in outcome["reason"]
    assert requests.paths() == []


def test_ca_file_replaces_the_store_of_the_system(host, lab, login, watch):
    """NET-2: whom the system trusts is not trusted where the administrator names somebody else."""
    authority = lab.other_ca.file
    name = subprocess.run(["openssl", "x509", "-noout", "-subject_hash", "-in", authority],
                          check=True, capture_output=True, text=True).stdout.strip()
    system = pathlib.Path(f"/etc/ssl/certs/{name}.0")
    assert not system.exists()
    system.write_text(pathlib.Path(authority).read_text())
    try:
        with FakeAs(lab, tls="other_ca") as server:
            configure_fake(host, server)
            login(options=ONE_TRY).expect_refused(UNREACHABLE)
            assert "certificate" in watch.outcome()["reason"] and not server.requests
            server.ca_file = None       # the control: it is the system's
            host.configure(server, RULES)
            ssh = login()
            ssh.challenge()
            ssh.enter()
            ssh.expect_in("alice")
    finally:
        system.unlink()


def test_one_poll_answered_503(idp, login, requests, watch):
    """DEV-46: tried again, later than usual."""
    ssh = login()
    idp.control("fail", path="/token", status=503)
    approve(idp, ssh)
    ssh.expect_in("alice")
    polls = [e for e in requests.entries() if e["path"] == "/token"]
    assert [e["status"] for e in polls] == [503, 200]
    assert polls[1]["time"] - polls[0]["time"] >= 2 * 1.5
    assert watch.outcome()["result"] == "success"


def test_one_poll_lost_on_a_fresh_connection(idp, login, requests, watch):
    """NET-10: reset on a new connection, where libcurl does not repeat the request by itself."""
    ssh = login()
    uri, code = ssh.challenge()
    requests.wait_for("/jwks")
    idp.control("close_idle")
    idp.control("reset", path="/token", when="first")
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")
    polls = [e for e in requests.entries() if e["path"] == "/token"]
    assert [e["status"] for e in polls] == [0, 200]
    assert polls[1]["time"] - polls[0]["time"] >= 2 * 1.5
    assert polls[1]["connection"] != polls[0]["connection"]
    assert watch.outcome()["result"] == "success"


def test_connection_reset_between_two_polls(idp, login, requests, watch):
    """NET-10: libcurl repeats at once on a new connection; tolerated, and it succeeds."""
    ssh = login()
    idp.control("reset", path="/token", when="reused")
    approve(idp, ssh)
    ssh.expect_in("alice")
    assert [e["status"] for e in requests.entries() if e["path"] == "/token"] == [0, 200]
    assert watch.outcome()["result"] == "success"


def test_answers_in_chunks(host, lab, login, watch):
    """Every answer arrives in pieces of seven bytes."""
    script = {"discovery": metadata(answer={"chunked": 7}), "device": device(answer={"chunked": 7}),
              "jwks": Answer(default_jwks, chunked=7),
              "token": [pending(chunked=7), grant(answer={"chunked": 7})]}
    with FakeAs(lab, **script) as server:
        configure_fake(host, server)
        ssh = login()
        ssh.challenge()
        ssh.enter()
        ssh.expect_in("alice")
        assert [r.endpoint for r in server.requests] == ["discovery", "device", "jwks", "token",
                                                        "token"]
        assert not server.violations and not server.errors
    assert watch.outcome()["result"] == "success"


def test_no_secret_in_any_line_of_the_log(host, lab, login, watch):
    """No device code, token or client secret, not even with the module argument debug."""
    secret = "s3cret-of-this-client-0123456789"
    host.set_stack("auth [success=done ignore=ignore default=die] pam_oauth.so debug")
    try:
        with FakeAs(lab, token=[Answer("oops", 503), pending(), grant()]) as server:
            configure_fake(host, server, secret=secret)
            ssh = login()
            ssh.challenge()
            ssh.enter()
            ssh.expect_in("alice")
            watch.secrets |= {secret, server.device_code, server.access_token}
    finally:
        host.set_stack()
    assert watch.outcome()["result"] == "success"
    assert watch.lines(r"pam_oauth.*503"), "debug adds the worker's remarks"


def test_a_token_that_lies_opens_nothing(host, lab, login, watch):
    """IDT-4: the signature is by the wrong key."""
    bad = grant(IdToken(signature=lambda right: bytes([right[0] ^ 1]) + right[1:]))
    with FakeAs(lab, token=bad) as server:
        configure_fake(host, server)
        ssh = login()
        ssh.challenge()
        ssh.enter()
        ssh.expect_refused("The sign-in could not be verified. Tell your administrator.")
    assert watch.outcome()["result"] == "token_invalid"
