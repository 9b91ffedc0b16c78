# SPDX-License-Identifier: BSD-2-Clause
"""What real sshd tells of a login: the key before (XDV-1), the address (XDV-2); and what a login
leaves: the session's environment (PAM-32), fields for journald, an audit record."""

import pathlib
import socket
import struct

import pytest

from sshd import Sshd, make_key

ALICE = "248289761001"
JOURNAL = pathlib.Path("/run/systemd/journal/socket")
METHODS = "publickey,keyboard-interactive:pam"
SHOW = "env | grep ^PAM_OAUTH_ | sort; echo over-ssh-as=$(id -un)"
NETLINK_AUDIT, AUDIT_GET, AUDIT_TRUSTED_APP, READLOG = 9, 1000, 1121, 1


def approve(idp, ssh):
    """alice does."""
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.enter()


def refused(ssh, requests, watch, reason):
    """Nothing was sent, nothing shown."""
    assert "https" not in ssh.expect_refused()
    line = watch.wait_for("result=not_allowed")[0]
    assert f'reason="the service requires: {reason}"' in line.text, line
    assert not requests.paths()


def test_require_prior(host, idp, login, requests, watch, tmp_path):
    """XDV-1: not even a code without a key, whatever sshd_config has forgotten to demand."""
    key = make_key(tmp_path / "key")
    host.authorize_key("alice", f"{key}.pub")
    host.configure(idp, {"alice": f"sub={ALICE}"}, **{"sshd:require_prior": "publickey"})
    refused(login(), requests, watch, "require_prior")
    with Sshd(host, AuthenticationMethods=METHODS) as server:
        ssh = login(server=server, options=[
            f"IdentityFile={key}", "PreferredAuthentications=publickey,keyboard-interactive"])
        approve(idp, ssh)
        ssh.expect_in("alice")


def test_allow_from(host, idp, login, requests, watch):
    """XDV-2: by the address that sshd sees."""
    host.configure(idp, {"alice": f"sub={ALICE}"}, allow_from="192.0.2.0/24 2001:db8::/32")
    refused(login(), requests, watch, "allow_from")
    host.configure(idp, {"alice": f"sub={ALICE}"}, allow_from="192.0.2.0/24 127.0.0.0/8")
    ssh = login()
    approve(idp, ssh)
    ssh.expect_in("alice")


@pytest.mark.parametrize("setting", ["yes", "no"])
def test_environment_of_the_session(setting, host, idp, login):
    """PAM-32: who it was, for a shared account; nothing unless wanted."""
    host.configure(idp, {"alice": f"sub={ALICE}"}, export_identity=setting,
                   scope="openid profile")
    ssh = login(command=SHOW)
    approve(idp, ssh)
    ssh.expect_in("alice")
    seen = [line for line in ssh.text.splitlines() if line.startswith("PAM_OAUTH_")]
    assert seen[:2] == ([f"PAM_OAUTH_ISSUER={idp.issuer}", f"PAM_OAUTH_SUB={ALICE}"]
                        if setting == "yes" else [])
    assert set(seen[2:]) <= {"PAM_OAUTH_USER=alice"}


@pytest.fixture(name="journal")
def _journal():
    """journald's socket, and nobody behind it but this test."""
    JOURNAL.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(JOURNAL))
        listener.settimeout(10)
        yield listener
    JOURNAL.unlink()


def fields(datagram):
    """The fields of an entry; each is a line here."""
    return dict(line.split("=", 1) for line in datagram.decode("ascii").splitlines())


def test_journald(journal, host, idp, login, watch):
    """One entry for the outcome, with fields to search by, and no second line in syslog."""
    host.configure(idp, {"alice": f"sub={ALICE}"})
    ssh = login()
    approve(idp, ssh)
    ssh.expect_in("alice")
    entry = fields(journal.recv(65536))
    assert entry["PRIORITY"] == "6" and entry["SYSLOG_IDENTIFIER"].startswith("sshd"), entry
    reference = entry.pop("PAM_OAUTH_REF")
    assert {k: v for k, v in entry.items() if k.startswith("PAM_OAUTH_")} == {
        "PAM_OAUTH_USER": "alice", "PAM_OAUTH_SERVICE": "sshd", "PAM_OAUTH_RHOST": "127.0.0.1",
        "PAM_OAUTH_ISSUER": idp.issuer, "PAM_OAUTH_SUB": ALICE, "PAM_OAUTH_RESULT": "success",
        "PAM_OAUTH_REASON": "rule of line 2, claim sub"}
    assert f"ref={reference} " in entry["MESSAGE"] and "result=success " in entry["MESSAGE"]
    assert watch.wait_for(f"start: .* ref={reference}")
    assert not watch.lines("result=success")
    journal.setblocking(False)
    with pytest.raises(BlockingIOError):
        journal.recv(65536)


def test_log_without_subjects(host, idp, login, watch):
    """PAM-45: the same person is the same in each line, and nobody learns who."""
    host.configure(idp, {"alice": f"sub={ALICE}"}, log_subject="hash")
    ssh = login()
    approve(idp, ssh)
    ssh.expect_in("alice")
    assert watch.outcome()["sub"] == "4ace913314955c59"
    assert not watch.lines(ALICE)


def test_journald_that_does_not_answer(host, idp, login, watch):
    """A socket file that is left over: syslog gets the line."""
    JOURNAL.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(JOURNAL))
    try:
        host.configure(idp, {"alice": f"sub={ALICE}"})
        ssh = login()
        approve(idp, ssh)
        ssh.expect_in("alice")
        assert watch.outcome()["result"] == "success"
    finally:
        JOURNAL.unlink()


def audit_is_on():
    """Does the kernel keep audit records at all? (AUDIT_GET: mask, enabled, ...)"""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_AUDIT) as asker:
        asker.settimeout(2)
        asker.sendto(struct.pack("=IHHII", 16, AUDIT_GET, 1, 1, 0), (0, 0))
        answer = asker.recv(8192)
    kind = struct.unpack_from("=H", answer, 4)[0]
    return kind == AUDIT_GET and struct.unpack_from("=II", answer, 16)[1] != 0


def test_audit_record(host, idp, login, watch):
    """The kernel's audit trail carries the reference of the log line."""
    try:
        listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_AUDIT)
        listener.bind((0, 1 << (READLOG - 1)))
        if not audit_is_on():
            pytest.skip("audit is switched off in this kernel (boot with audit=1)")
    except OSError as e:
        pytest.skip(f"this kernel gives no audit records to read: {e}")
    with listener:
        listener.settimeout(10)
        host.configure(idp, {"alice": f"sub={ALICE}"})
        ssh = login()
        approve(idp, ssh)
        ssh.expect_in("alice")
        reference = watch.outcome()["ref"]
        while True:
            data = listener.recv(16384)
            if struct.unpack_from("=H", data, 4)[0] == AUDIT_TRUSTED_APP and \
                    f"pam_oauth ref={reference}".encode() in data:
                break
