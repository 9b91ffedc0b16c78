# SPDX-License-Identifier: BSD-2-Clause
"""Who may be whom, over real programs and a real provider: groups, denials, conditions of rules
and services, step-up (IDT-18, IDT-19, XDV-1, XDV-2, NIN-1)."""

import json
import socket
import subprocess

import pytest

from answers import IdToken, grant, pending
from built import built
from fake_as import FakeAs
from idp import OidcProvider
from local_login import LocalLogin
from sshd import Sshd, make_key
from conftest import Requests

CAROL = "248289761003"
PEOPLE = {
    "alice": {"sub": "248289761001", "groups": ["7f1c-operators", "staff"]},
    "bob": {"sub": "248289761002", "groups": ["7f1c-operators", "contractors"]},
    "carol": {"sub": CAROL},
}
ONCE = ["NumberOfPasswordPrompts=1"]
GROUP_RULES = """issuer {issuer}
deny  groups has contractors as ops
allow groups has 7f1c-operators as ops
allow sub=248289761001 as alice if from 127.0.0.0/8 and service sshd, sudo
allow sub=248289761001 as root if service su
"""


@pytest.fixture(scope="module", name="people")
def _people(host):
    """Three persons; ops is an account that the operators share."""
    host.add_account("ops")
    host.name_host(socket.gethostname())    # sudo looks it up
    with OidcProvider(device_interval=1, accounts=PEOPLE) as server:
        yield server


@pytest.fixture(name="ruled")
def _ruled(host, people):
    host.configure(people, {}, issuer_is_exclusive="yes", scope="openid profile groups")
    host.write("map", GROUP_RULES.format(issuer=people.issuer))
    yield people
    people.control("clear")


def approve(idp, ssh, account):
    """The person with this account approves, and Enter is pressed."""
    uri, code = ssh.challenge()
    idp.phone(account).approve(uri, code)
    ssh.enter()


@pytest.mark.parametrize("person,reason", [
    ("alice", None), ("bob", "line 2 denies it, claim groups"),
    ("carol", "line 2 denies it, claim groups")])
def test_groups_open_a_shared_account(person, reason, ruled, login, watch):
    """MAP-4 c, IDN-14: a member; a member who is excepted; somebody whose groups nobody knows."""
    ssh = login("ops")
    approve(ruled, ssh, person)
    if reason is None:
        ssh.expect_in("ops")
        assert watch.outcome()["reason"] == "rule of line 3, claim groups"
    else:
        ssh.expect_refused("Access denied.")
        assert watch.outcome()["reason"] == reason


def test_a_rule_for_another_network(host, ruled, login, watch):
    """XDV-2: the same person, from elsewhere."""
    text = GROUP_RULES.format(issuer=ruled.issuer).replace("127.0.0.0/8", "192.0.2.0/24")
    host.write("map", text)
    ssh = login("alice")
    approve(ruled, ssh, "alice")
    ssh.expect_refused("Access denied.")
    assert "line 4 would if: from 192.0.2.0/24" in watch.outcome()["reason"]


def test_allow_from_stops_before_the_provider(host, ruled, login, watch):
    """XDV-2: no code is shown to whoever comes from elsewhere."""
    host.configure(ruled, {"alice": "sub=248289761001"}, allow_from="192.0.2.0/24")
    ssh = login("alice", options=ONCE)
    ssh.expect_refused("Access denied.")
    assert watch.outcome()["reason"] == "the service requires: allow_from"
    assert "https" not in ssh.text


@pytest.mark.parametrize("key", [True, False])
def test_a_key_first(key, host, ruled, login, watch, tmp_path):
    """XDV-1: AuthenticationMethods publickey,keyboard-interactive:pam, and what happens to
    everybody who has no key where the administrator forgot that line."""
    host.configure(ruled, {"alice": "sub=248289761001"}, require_prior="publickey")
    private = make_key(tmp_path / "key")
    host.authorize_key("alice", f"{private}.pub")
    methods = {"AuthenticationMethods": "publickey,keyboard-interactive:pam"} if key else {}
    with Sshd(host, **methods) as server:
        ssh = login("alice", server=server, options=[
            f"IdentityFile={private}", "PreferredAuthentications=publickey,keyboard-interactive"]
            if key else ONCE)
        if key:
            approve(ruled, ssh, "alice")
            ssh.expect_in()
        else:
            ssh.expect_refused("Access denied.")
            assert "https" not in ssh.text
    assert watch.outcome()["result"] == ("success" if key else "not_allowed")


@pytest.mark.parametrize("required", [False, True])
def test_a_key_alone(required, host, people, people_requests, login, watch, tmp_path):
    """PAM-2, PAM-3: a login by key meets our account line only, which says nothing, or no with
    account = require; setcred and the session belong to another process (SSH-9)."""
    host.set_shipped_stack("sshd")
    host.configure(people, {"alice": "sub=248289761001"},
                   **({"account": "require"} if required else {}))
    private = make_key(tmp_path / "key")
    host.authorize_key("alice", f"{private}.pub")
    with Sshd(host, AuthenticationMethods="publickey") as server:
        ssh = login("alice", server=server, options=[f"IdentityFile={private}",
                                                     "PreferredAuthentications=publickey"])
        if required:
            ssh.expect_refused()
            assert watch.wait_for("account: alice did not sign in here")
        else:
            ssh.expect_in()
    host.set_stack()
    assert not people_requests.paths() and not watch.lines("result=")


@pytest.fixture(name="start")
def _start(host, watch):         # pylint: disable=unused-argument
    """su or sudo, called by alice."""
    host.set_up_su_and_sudo()
    opened = []

    def start(*args, **kwargs):
        opened.append(LocalLogin("alice", list(args), **kwargs))
        return opened[-1]

    yield start
    for program in opened:
        program.close()


def test_su_to_root_where_a_rule_names_it(host, people, start, watch):
    """MAP-7, SU-1: the identity may open the target account; by this service only."""
    host.configure(people, {}, issuer_is_exclusive="yes", allow_root="yes")
    host.write("map", GROUP_RULES.format(issuer=people.issuer))
    login = start("su", "-c", "echo in-as-$(id -un)")
    uri, code = login.challenge()
    people.phone("alice").approve(uri, code)
    login.expect_output("in-as-root")
    assert watch.outcome()["user"] == "root"


def test_su_to_root_where_nobody_may(host, people, start, watch):
    """MAP-7, PAM-40: without allow_root nobody is asked."""
    host.configure(people, {}, issuer_is_exclusive="yes")
    host.write("map", GROUP_RULES.format(issuer=people.issuer))
    login = start("su", "-c", "id")
    login.expect("Access denied.")
    assert login.end() != 0 and "https" not in login.text
    assert watch.outcome()["reason"] == "uid 0, and allow_root is not set"


def test_step_up_of_sudo(host, people, start, watch):
    """IDT-18: sudo wants a fresh sign-in: the provider is asked for it, and says when it was."""
    host.configure(people, {"alice": "sub=248289761001"}, **{"sudo:max_age": "600"})
    login = start("sudo", "/bin/echo", "stepped-up")
    uri, code = login.challenge()
    people.phone("alice").approve(uri, code)
    login.expect_output("stepped-up")
    assert watch.outcome()["result"] == "success"


@pytest.mark.parametrize("claims,reason", [
    ({}, "require_acr"), ({"acr": "gold"}, "max_age"), ({"auth_time": -3600}, "max_age"),
    ({"auth_time": -3600, "acr": "gold"}, "max_age"), ({"auth_time": -5}, "require_acr"),
    ({"auth_time": -5, "acr": "silver"}, "require_acr"), ({"auth_time": -5, "acr": "gold"}, None)])
def test_step_up_is_checked(claims, reason, host, lab, start, watch):
    """SRV-146, SRV-147: a provider that does not heed the wish changes nothing."""
    def shifted(now):
        return {name: now + value if name == "auth_time" else value
                for name, value in claims.items()}

    with FakeAs(lab, token=[pending(), grant(IdToken(claims=shifted))]) as server:
        server.auth_method, server.client_secret, server.ca_file = "none", None, lab.ca_file
        host.configure(server, {"alice": "sub=248289761001"},
                       **{"sudo:max_age": "600", "sudo:acr_values": "gold silver",
                          "sudo:require_acr": "gold"})
        login = start("sudo", "/bin/echo", "stepped-up")
        if reason is None:
            login.expect_output("stepped-up")
        else:
            login.expect("Press Enter to try again, q to cancel: ")
        outcome = watch.outcome()
        login.interrupt()
        form = server.named("device")[0].form
    assert ("max_age", "600") in form and ("acr_values", "gold silver") in form
    assert "stepped-up" not in login.text or reason is None
    assert outcome["acr"] == claims.get("acr", "")
    assert (outcome["result"] == "success") == (reason is None)
    if reason:
        assert outcome["reason"] == f"the service requires: {reason}"


@pytest.fixture(name="people_requests")
def _people_requests(people):
    return Requests(people)


@pytest.mark.parametrize("service", ["cron", "systemd-user", "atd", "vsftpd"])
def test_services_that_can_show_no_code(service, host, people, people_requests):
    """NIN-1: refused before any network traffic, whatever the stack says."""
    host.configure(people, {"alice": "sub=248289761001"})
    host.set_stack("auth required pam_oauth.so", service=service, shipped="sshd")
    done = subprocess.run([built("PO_PAM_CLIENT"), "--confdir", "/etc/pam.d", "--service", service,
                           "--user", "alice", "--op", "authenticate"], text=True, check=False,
                          capture_output=True, stdin=subprocess.DEVNULL, cwd="/")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["result"] for line in lines if "result" in line] == ["PAM_CONV_ERR"], done.stdout
    assert not [line for line in lines if "style" in line] and not people_requests.paths()
