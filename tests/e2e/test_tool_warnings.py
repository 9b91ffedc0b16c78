# SPDX-License-Identifier: BSD-2-Clause
"""pam-oauth: what is no error and still keeps people out, told before they come; and the way back for those
who have tried too often."""

import fcntl
import pathlib
import re
import shutil
import subprocess

import pytest

from built import built
from test_tool import AUTH, CONF, MAP, STACK, _good, append, replace, silent, tool    # pylint: disable=unused-import

SUBJECT = "248289761001"
STARTS = pathlib.Path("/run/pam_oauth/starts")
ACCOUNT = "account required pam_oauth.so\n"

# name: (what is done, part of what is found, part of how to mend it)
DOUBTFUL = {
    "account that does not exist": (lambda: append(MAP, "allow sub=1 as alicia\n"),
                                    "map:3: there is no account alicia", "useradd"),
    "rule for root, who is skipped": (lambda: append(MAP, "allow sub=1 as root\n"),
                                      "map:3: cannot open root: account in skip_users", "skip_users"),
    "rule for root, without allow_root": (lambda: (append(MAP, "allow sub=1 as root\n"),
                                                   replace(CONF, "skip_users = root\n", "")),
                                          "map:3: cannot open root: uid 0", "allow_root"),
    "rule for a system account": (lambda: append(MAP, "allow sub=1 as daemon\n"),
                                  "map:3: cannot open daemon: uid outside", "min_uid"),
    "below @include common-auth": (lambda: STACK.write_text("@include common-auth\n" + AUTH + ACCOUNT),
                                   "sshd: pam_oauth.so below what asks for a password", "put it first"),
    "below pam_unix": (lambda: STACK.write_text("auth required pam_unix.so\n" + AUTH + ACCOUNT),
                       "below what asks for a password", "put it first"),
    "below a substack": (lambda: STACK.write_text("auth substack password-auth\n" + AUTH + ACCOUNT),
                         "below what asks for a password", "put it first"),
    "no account line": (lambda: STACK.write_text(AUTH), "sshd: no account line", "account required"),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_warned_of(name, good):  # pylint: disable=unused-argument
    """A finding of its own, with its mend; somebody may mean it, so it is no error."""
    change, what, mend = DOUBTFUL[name]
    change()
    items = tool("check", "--service", "sshd", status=0)["items"]
    warnings = [item for item in items if item.get("level") == "warning"]
    assert [w for w in warnings if what in w["what"] and mend in w["mend"]], "\n".join(map(str, items))


def test_good_stacks_are_not_warned_of(good):  # pylint: disable=unused-argument
    """The example stacks, as they are printed."""
    STACK.write_text(AUTH + "@include common-auth\n" + ACCOUNT)
    items = tool("check", "--service", "sshd", status=0)["items"]
    assert not [i for i in items if i.get("level") == "warning" and "/etc/pam.d" in i["what"]], items
    sudo = pathlib.Path("/etc/pam.d/sudo")
    before = sudo.read_text()
    try:
        sudo.write_text(AUTH + "@include common-auth\n")
        items = tool("check", "--service", "sudo", status=0)["items"]
    finally:
        sudo.write_text(before)
    assert not [i for i in items if i.get("level") == "warning" and "/etc/pam.d" in i["what"]], items


@pytest.mark.parametrize("rule, warned", [("", True), ("allow sub=2 as bob\n", False)])
def test_who_may_use_sudo_must_be_able_to_sign_in(rule, warned, good):  # pylint: disable=unused-argument
    """SUD-6: or the line in sudo's stack takes sudo away from them."""
    group, sudo = pathlib.Path("/etc/group"), pathlib.Path("/etc/pam.d/sudo")
    before = group.read_text(), sudo.read_text()
    try:
        group.write_text(re.sub(r"(?m)^sudo:.*\n", "", before[0]) + "sudo:x:27:alice,bob\n")
        sudo.write_text(AUTH + "@include common-auth\n")
        append(MAP, rule)
        items = tool("check", "--service", "sudo", status=0)["items"]
    finally:
        group.write_text(before[0])
        sudo.write_text(before[1])
    found = [i["what"] for i in items if "may use sudo" in i.get("what", "")]
    assert [what.partition(" ")[0] for what in found] == (["bob"] if warned else []), items


GUARD = "auth [success=1 default=ignore] pam_succeed_if.so quiet service notin sshd:login:su\n"
INCLUDES = {"substack": "auth substack password-auth\naccount include password-auth\n",
            "@include": "@include password-auth\n"}


@pytest.fixture(name="shared")
def _shared(good):  # pylint: disable=unused-argument
    """As authselect leaves it; whoever included it is put back."""
    path = pathlib.Path("/etc/pam.d/password-auth")
    path.write_text("auth required pam_env.so\n" + GUARD + AUTH + "auth sufficient pam_unix.so\n" + ACCOUNT)
    yield path
    path.unlink()


@pytest.mark.parametrize("include", INCLUDES)
def test_stack_of_authselect(include, shared):
    """The lines of pam_oauth(8), AUTHSELECT: below the guard in a file that others include, too."""
    STACK.write_text(INCLUDES[include])
    items = tool("check", status=0)["items"]
    assert not [i for i in items if i.get("level") == "warning" and "/etc/pam.d" in i["what"]], items
    assert [i for i in items if i.get("level") == "good" and f"{shared}:3: auth [success=done" in i["what"]], items


@pytest.mark.parametrize("service,guard,level,part", [
    ("sshd", "", "error", "names pam_oauth.so for every service"),
    ("sshd", GUARD.replace("success=1", "success=2"), "error", "for every service"),
    ("sshd", GUARD.replace("notin", "in"), "error", "for every service"),
    ("sshd", GUARD.replace("quiet", "quiet uid >= 1000"), "error", "for every service"),
    ("sshd", GUARD.replace("su\n", "su user ingroup x\n"), "error", "for every service"),
    ("sshd", GUARD.replace("sshd:", ""), "warning", "does not name the module"),
    ("sshd", GUARD.replace("sshd:", "sshd2:"), "warning", "does not name the module"),
])
def test_guards_that_are_none(service, guard, level, part, shared):
    """Another jump, another list: the service is asked about as libpam would ask."""
    shared.write_text(guard + AUTH + "auth sufficient pam_unix.so\n")
    STACK.write_text(INCLUDES["substack"])
    items = tool("check", "--service", service, status=1 if level == "error" else 0)["items"]
    assert [i for i in items if i.get("level") == level and part in i["what"]], items


def test_trap_in_what_is_included(shared):
    """It is as open there."""
    shared.write_text(GUARD + "auth sufficient pam_oauth.so\nauth required pam_unix.so\n" + ACCOUNT)
    STACK.write_text(INCLUDES["substack"])
    items = tool("check", "--service", "sshd", status=1)["items"]
    assert [i for i in items if i.get("level") == "error" and f"{shared}:2: pam_oauth.so is sufficient" in i["what"]]


@pytest.mark.parametrize("line", [
    "auth required pam_oauth.so\n", "Auth Requisite pam_oauth.so\n",
    "auth [ success = done  ignore=ignore authinfo_unavail=ignore default = bad ] pam_oauth.so # why\n",
    "auth [success=1 new_authtok_reqd=done \\\n  ignore=ignore default=die] \\\n pam_oauth.so\n"])
def test_good_lines_of_other_kinds(line, good):  # pylint: disable=unused-argument
    """Whatever libpam takes, and what means the same."""
    STACK.write_text(line + ACCOUNT)
    items = tool("check", "--service", "sshd", status=0)["items"]
    assert [i for i in items if i.get("level") == "good" and "pam.d/sshd:" in i["what"]], items


def test_login_of_nobody_says_so_first(good):  # pylint: disable=unused-argument
    """Before anybody takes a phone out; q leaves."""
    items = silent("login", "--account", "alicia", text="q\n", status=2)["items"]
    assert "no account alicia" in items[0]["warning"], items


@pytest.fixture(name="state")
def _state(good):  # pylint: disable=unused-argument
    """The folder of state, empty; whatever a test puts into it is gone afterwards."""
    folder = STARTS.parent
    folder.mkdir(mode=0o700, exist_ok=True)
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    for path in before:
        path.unlink()
    yield folder
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for path, content in before.items():
        path.write_bytes(content)
        path.chmod(0o600)


def test_folder_that_cannot_be_read(state):
    """"Nothing is remembered" is no answer where nobody could look."""
    state.rmdir()
    tool("sessions", status=0)
    tool("revoke", "--uid", "1000", status=1)
    state.write_text("no folder")
    for verb in (["sessions"], ["revoke", "--uid", "1000"], ["revoke", "--limits"]):
        items = tool(*verb, status=2)["items"]
        assert any(f"{state}: Not a directory" in i.get("fault", "") for i in items), items
        assert not any("nothing" in i for i in items), items


def test_uid_is_a_number(state):
    """Zeros before it change nothing."""
    for uid in (1000, 10000, 100):
        (state / f"grace-{uid}").touch(mode=0o600)
    tool("revoke", "--uid", "01000", status=0)
    assert {path.name for path in state.glob("grace-*[0-9]")} == {"grace-10000", "grace-100"}
    tool("revoke", "--uid", "1000", status=1)


def test_record_that_cannot_be_removed(state):
    """One that could be removed beside it does not make that good."""
    (state / "grace-1000").mkdir()
    (state / "pin-1000").touch(mode=0o600)
    items = tool("revoke", "--uid", "1000", status=2)["items"]
    assert any("grace-1000" in i.get("fault", "") for i in items), items
    assert not (state / "pin-1000").exists()


def test_revoke_waits_for_a_login(state):
    """PAM-38: who has read a record and is about to replace it would write it back."""
    (state / "grace-1000").touch(mode=0o600)
    (state / "grace-1000.lock").touch(mode=0o600)
    with open(state / "grace-1000.lock", "r+", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        items = tool("revoke", "--uid", "1000", status=2)["items"]
        assert "locked by another process" in items[0]["fault"] and (state / "grace-1000").exists(), items
    tool("revoke", "--uid", "1000", status=0)
    assert not (state / "grace-1000").exists()


FULL = [["config"], ["check", "--service", "sshd"], ["sessions"], ["qr", "https://sso.example.org/device"]]


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["lines", "json"])
@pytest.mark.parametrize("arguments", FULL, ids=[arguments[0] for arguments in FULL])
def test_output_that_cannot_be_written(arguments, more, good):  # pylint: disable=unused-argument
    """What nobody can read is no answer."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run([built("PO_TOOL"), *arguments, *more], stdout=full, stderr=subprocess.PIPE,
                              text=True, check=False)
    assert done.returncode == 2 and "standard output: " in done.stderr, done


@pytest.mark.parametrize("answer,cancels", [("q\n", True), ("Q\n", True), ("c\n", True), ("C\n", True), ("", True),
                                            ("\n", False), ("quite\n", False), ("code\n", False), (" q\n", False),
                                            ("x" * 64 + "q\n", False)])
def test_answers_to_a_login(answer, cancels, good):  # pylint: disable=unused-argument
    """PAM-14: the same answers as in the module."""
    append(CONF, "[service sshd]\nmax_wait = 30\n")
    child = subprocess.Popen([built("PO_TOOL"), "login", "--account", "alice"], stdin=subprocess.PIPE, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with child:
        child.stdin.write(answer)
        child.stdin.close()
        try:
            child.wait(timeout=10 if cancels else 1.5)
            assert ("cancelled at the prompt" in child.stdout.read()) == cancels
        except subprocess.TimeoutExpired:
            assert not cancels, "it goes on waiting for the phone"
        finally:
            child.kill()


def test_limits_are_shown_and_lifted(good, login):
    """Whoever tried too often while a setting was wrong does not wait ten minutes."""
    STARTS.unlink(missing_ok=True)
    append(CONF, "[service sshd]\nlimit_source = 1/600\nlimit_user = 1/600\n")
    STACK.write_text(AUTH + ACCOUNT)
    first = login()
    first.challenge()
    first.close()
    (starts,) = [i for i in tool("sessions", status=0)["items"] if i.get("file") == "starts"]
    assert starts["starts"] == "1", starts
    assert "Too many sign-ins" in login().expect_refused()
    assert tool("revoke", "--limits", status=0)["items"]
    assert not STARTS.exists()
    again = login()
    uri, code = again.challenge()
    good.phone("alice").approve(uri, code)
    again.enter()
    again.expect_in("alice")
    tool("revoke", "--uid", "4242", status=1)
    tool("revoke", status=64)
