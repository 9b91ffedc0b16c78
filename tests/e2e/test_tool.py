# SPDX-License-Identifier: BSD-2-Clause
"""pam-oauth(8) on a host as it should be, and on hosts that are broken in one way each: the command names
the fault and how to mend it."""

import contextlib
import json
import os
import pathlib
import pwd
import shutil
import subprocess

import pexpect
import pyte
import pytest

from built import built
from host import compiled_in_worker
from ssh_login import CODE, URI
from term2png import framed
from term2png import picture as picture_of

SUBJECT = "248289761001"
CONFIG = pathlib.Path("/etc/pam_oauth")
CONF, MAP = CONFIG / "pam_oauth.conf", CONFIG / "map"
SSHD_CONFIG, PASSWD = pathlib.Path("/etc/ssh/sshd_config"), pathlib.Path("/etc/passwd")
STACK, COMMON = pathlib.Path("/etc/pam.d/sshd"), pathlib.Path("/etc/pam.d/common-auth")
AUTH = "auth [success=done ignore=ignore default=die] pam_oauth.so\n"
GOOD_STACK = AUTH + "account required pam_oauth.so\n"
GOOD_SSHD = ("UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication no\n"
             "LoginGraceTime 120\nAuthenticationMethods publickey,keyboard-interactive:pam\n")


def tool(*arguments, text="", status=None):
    """Runs the command with --json; the document."""
    done = subprocess.run([built("PO_TOOL"), *arguments, "--json"], input=text,
                          capture_output=True, text=True, check=False, timeout=120)
    assert not done.stderr, done.stderr
    document = json.loads(done.stdout)
    if status is not None:
        assert done.returncode == status, done.stdout
    return document


def silent(*arguments, text="", status=None):
    """The same for a verb that asks on standard error."""
    done = subprocess.run([built("PO_TOOL"), *arguments, "--json"], input=text,
                          capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)


@contextlib.contextmanager
def as_it_was(*paths):
    """Whatever happens to these files, afterwards they are as before."""
    saved = {}
    for path in paths:
        info = path.lstat() if path.exists() else None
        saved[path] = (path.read_bytes(), info) if info else None
    try:
        yield
    finally:
        for path, before in saved.items():
            if path.is_symlink() or path.exists():
                path.unlink()
            if before:
                path.write_bytes(before[0])
                os.chmod(path, before[1].st_mode & 0o7777)
                os.chown(path, before[1].st_uid, before[1].st_gid)


@pytest.fixture(name="good")
def _good(host, idp):
    """A host that has nothing wrong with it."""
    worker = pathlib.Path(compiled_in_worker(built("PO_TEST_SHIPPED")))
    with as_it_was(CONF, MAP, SSHD_CONFIG, PASSWD, STACK, COMMON, worker, CONFIG / "client_secret"):
        host.configure(idp, {"alice": f"sub={SUBJECT}"}, skip_users="root")
        STACK.write_text(GOOD_STACK)
        SSHD_CONFIG.write_text(GOOD_SSHD)
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        subprocess.run(["ssh-keygen", "-A"], check=True, capture_output=True)
        yield idp


def append(path, text):
    """More lines."""
    path.write_text(path.read_text() + text)


def replace(path, old, new):
    """Another text; it was there."""
    assert old in path.read_text(), path.read_text()
    path.write_text(path.read_text().replace(old, new))


def symlink(path):
    """The same file behind a link."""
    shutil.move(path, f"{path}.real")
    path.symlink_to(f"{path}.real")


def worker():
    """The worker as installed."""
    return pathlib.Path(compiled_in_worker(built("PO_TEST_SHIPPED")))


def secret(text, mode):
    """A client secret (None: no such file), and a configuration that names it."""
    path = CONFIG / "client_secret"
    path.unlink(missing_ok=True)
    if text is not None:
        path.write_text(text)
        path.chmod(mode)
    append(CONF, f"client_secret_file = {path}\n")
    replace(CONF, "client_auth = none\n", "client_auth = post\n")


def other_ca():
    """An authority that signed nothing."""
    from ca import Ca  # pylint: disable=import-outside-toplevel
    made = Ca("/run/other-ca", name="Another one")
    replace(CONF, str(CONFIG / "ca.pem"), str(made.file))


def stack(text):
    """The stack of sshd."""
    return lambda: STACK.write_text(text)


def sshd(old, new):
    """One line of sshd_config."""
    return lambda: replace(SSHD_CONFIG, old, new)


def state_folder():
    """One that others can read."""
    path = pathlib.Path("/run/pam_oauth")
    path.mkdir(exist_ok=True)
    path.chmod(0o755)


# name: (what is done, part of what is found, part of how to mend it)
BROKEN = {
    "misspelt module": (lambda: STACK.write_text(AUTH.replace("oauth", "oath")
                                                + "account required pam_oauth.so\n"),
                        "sshd:1: there is no module pam_oath.so", "the name in that line"),
    "no configuration": (CONF.unlink, "pam_oauth.conf: No such file", "pam_oauth.conf(5)"),
    "unknown key": (lambda: append(CONF, "isuer = x\n"), "unknown key 'isuer'", "the line"),
    "key twice": (lambda: append(CONF, "client_id = x\n"), "given before, in line", "the line"),
    "number out of range": (lambda: append(CONF, "max_wait = 5\n"), "max_wait: expected", "the line"),
    "configuration for all to write": (lambda: CONF.chmod(0o666), "mode 0666", "the line or file"),
    "configuration of somebody else": (lambda: os.chown(CONF, 1, 1), "owned", "the line or file"),
    "configuration behind a link": (lambda: symlink(CONF), "symbolic link", "the line or file"),
    "secret that is not there": (lambda: secret(None, 0), "client_secret: No such file", "file"),
    "secret for the group to read": (lambda: secret("s\n", 0o640), "client_secret: ", "file"),
    "empty secret": (lambda: secret("", 0o600), "client_secret: empty", "file"),
    "no rules": (MAP.unlink, "map: No such file", "file"),
    "rule that is none": (lambda: append(MAP, "alow sub=1 as bob\n"), "map:3: ", "file"),
    "rule by a name that changes hands": (lambda: append(MAP, "allow email=a@b.example as bob\n"),
                                          "needs issuer_is_exclusive", "file"),
    "map without a rule": (lambda: MAP.write_text("# nothing yet\n"), "map: no rule", "pam-oauth login"),
    "rules of another issuer": (lambda: replace(MAP, "issuer https://localhost", "issuer https://local-host"),
                                "but below https://local-host", "to the last slash"),
    "method without a secret": (lambda: replace(CONF, "client_auth = none", "client_auth = post"),
                                "post needs client_secret_file", "the line"),
    "no worker": (lambda: worker().unlink(), "worker: ", "install the package again"),
    "worker that nobody may start": (lambda: worker().chmod(0o700), "not executable", "chmod 0711"),
    "worker for all to write": (lambda: worker().chmod(0o777), "owner or mode", "chmod 0711"),
    "no user of the worker": (lambda: replace(PASSWD, "pam-oauth:", "pam-oatuh:"),
                              "user pam-oauth: not there", "sysusers"),
    "folder of state for all to read": (state_folder, "/run/pam_oauth: not a folder", "chmod 0700"),
    "provider that is down": (lambda: _issuer("https://localhost:1"), "provider: discovery: https://localhost:1",
                              "DNS, route"),
    "issuer with a slash too many": (lambda: _issuer("{}/"), "the document is of issuer", "byte for byte"),
    "host that cannot be found": (lambda: _issuer("https://nobody.invalid"), "resolve", "DNS"),
    "client that nobody knows": (lambda: _line("client_id", "nobody"), "invalid_client", "client_id"),
    "another authority": (other_ca, "certificate", "certificates"),
    "endpoints elsewhere": (lambda: append(CONF, "endpoint_hosts = other.example\n"),
                            "endpoint_hosts", "byte for byte"),
    "no algorithm in common": (lambda: append(CONF, "id_token_algs = ES512\n"), "id_token_algs",
                               "byte for byte"),
    "sshd without PAM": (sshd("UsePAM yes", "UsePAM no"), "UsePAM no", "UsePAM yes"),
    "sshd that refuses its configuration": (sshd("UsePAM yes", "UsePAM perhaps"), "sshd: ", "sshd -T"),
    "sshd without the keyboard": (lambda: SSHD_CONFIG.write_text(
        "UsePAM yes\nKbdInteractiveAuthentication no\n"),
                                  "KbdInteractiveAuthentication no", "Kbd"),
    "sshd that is in a hurry": (sshd("LoginGraceTime 120", "LoginGraceTime 60"),
                                "LoginGraceTime 60 is less", "a larger LoginGraceTime"),
    "sshd with keys only": (sshd("publickey,keyboard-interactive:pam", "publickey"),
                            "AuthenticationMethods publickey", "add keyboard-interactive"),
    "text that is held back": (lambda: append(CONF, "[service sshd]\ndisplay = info\n"),
                               "display = info", "display = prompt"),
    "sufficient": (stack("auth sufficient pam_oauth.so\nauth required pam_unix.so\n"
                         "account required pam_oauth.so\n"), "is sufficient", "default=die"),
    "optional": (stack("auth optional pam_oauth.so\naccount required pam_oauth.so\n"),
                 "is optional", "default=die"),
    "brackets without an end": (stack("auth [success=done default=ignore] pam_oauth.so\n"
                                      "account required pam_oauth.so\n"), "without default=die",
                                "default=die"),
    "sufficient in other letters": (stack("auth Sufficient pam_oauth.so\naccount required pam_oauth.so\n"),
                                    "is sufficient", "default=die"),
    "a type in other letters": (stack("AUTH sufficient pam_oauth.so\naccount required pam_oauth.so\n"),
                                "is sufficient", "default=die"),
    "a line that goes on": (stack("auth \\\n  sufficient \\\n pam_oauth.so\naccount required pam_oauth.so\n"),
                            "sshd:1: pam_oauth.so is sufficient", "default=die"),
    "optional behind a dash": (stack("-auth OPTIONAL pam_oauth.so\naccount required pam_oauth.so\n"),
                               "is optional", "default=die"),
    **{f"a refusal that goes on: {entry}": (
        stack(f"auth [success=done {entry} ignore=ignore default=die] pam_oauth.so\nauth required pam_unix.so\n"
              "account required pam_oauth.so\n"), entry.split()[0].split("=")[0] + "=", "default=die")
       for entry in ("auth_err=ignore perm_denied=ignore maxtries=ignore", "auth_err=ok", "perm_denied = done",
                     "maxtries=1", "user_unknown=reset", "default = ignore")},
    "brackets that nobody understands": (stack("auth [success=done Default=die] pam_oauth.so\n"
                                               "account required pam_oauth.so\n"), "not understood", "default=die"),
    "a word that nobody understands": (stack("auth enough pam_oauth.so\naccount required pam_oauth.so\n"),
                                       "not understood", "default=die"),
    "account that is enough": (stack(AUTH + "account Sufficient pam_oauth.so\n"), "account sufficient",
                               "account required"),
    "account that goes on": (stack(AUTH + "account [success=ok perm_denied=ignore default=bad] pam_oauth.so\n"),
                             "account [success=ok perm_denied=ignore", "account required"),
    "account that does not count": (stack(AUTH + "account [default=ignore] pam_oauth.so\n"),
                                    "account [default=ignore]", "account required"),
    "a stack for everybody": (lambda: COMMON.write_text(AUTH), "names pam_oauth.so for every",
                              "each service"),
}


def _issuer(new):
    """Another issuer, {} being the one that is there."""
    line = next(li for li in CONF.read_text().splitlines() if li.startswith("issuer = "))
    old = line.removeprefix("issuer = ")
    replace(CONF, line + "\n", f"issuer = {new.format(old)}\n")
    replace(MAP, old, new.format(old))


def _line(key, value):
    line = next(li for li in CONF.read_text().splitlines() if li.startswith(f"{key} = "))
    replace(CONF, line + "\n", f"{key} = {value}\n")


def test_check_of_a_good_host(good):
    """No error; every part is there."""
    document = tool("check", status=0)
    assert document["ok"], document
    found = [item["what"] for item in document["items"] if item.get("level") == "good"]
    for part in ("worker: ", "user pam-oauth", "configuration of sshd", "provider: discovery",
                 "sshd: LoginGraceTime", "auth [success=done", "provider: certificate of localhost"):
        assert any(part in what for what in found), (part, found)
    assert good.log("/device/auth"), "a code was asked for"


@pytest.mark.parametrize("name", BROKEN)
def test_check_of_a_broken_host(name, good):  # pylint: disable=unused-argument
    """The fault is an error of its own, with its mend."""
    break_it, what, mend = BROKEN[name]
    try:
        break_it()
        document = tool("check", "--service", "sshd", status=1)
    finally:
        shutil.rmtree("/run/other-ca", ignore_errors=True)
        pathlib.Path(f"{CONF}.real").unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.chmod("/run/pam_oauth", 0o700)
    errors = [item for item in document["items"] if item.get("level") == "error"]
    assert [item for item in errors if what in item["what"] and mend in item["mend"]], errors
    assert all(item["why"] for item in errors)


OTHERS = {
    "another authority": ("ca_file = /run/other-ca/ca.pem\n", "certificate"),
    "a proxy": ("proxy = http://localhost:1\n", "localhost:1"),
    "a secret": (f"client_auth = basic\nclient_secret_file = {CONFIG}/client_secret\n", "invalid_client"),
    "hosts of its own": ("endpoint_hosts = other.example\n", "endpoint_hosts"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_check_of_a_service_with_other_settings(name, good):  # pylint: disable=unused-argument
    """Same issuer and client, and still another request: the provider is asked for each."""
    from ca import Ca  # pylint: disable=import-outside-toplevel
    line, part = OTHERS[name]
    sudo = pathlib.Path("/etc/pam.d/sudo")
    asked = len(good.log("/device/auth"))
    with as_it_was(sudo):
        sudo.write_text(GOOD_STACK)
        tool("check", status=0)
        assert len(good.log("/device/auth")) == asked + 1, "what is the same is asked once"
        try:
            authority = Ca("/run/other-ca", name="Another one")
            secret("wrong\n", 0o600)
            replace(CONF, "client_auth = post\n", "client_auth = none\n")
            replace(CONF, f"client_secret_file = {CONFIG}/client_secret\n", "")
            append(CONF, "[service sudo]\n" + line.replace("/run/other-ca/ca.pem", str(authority.file)))
            items = tool("check", status=1)["items"]
        finally:
            shutil.rmtree("/run/other-ca", ignore_errors=True)
    assert [i for i in items if i.get("level") == "error" and part in i["what"]], items


def test_warnings_are_no_errors(good):  # pylint: disable=unused-argument
    """Strangers, a password, no way in without the provider: told, and not refused."""
    replace(SSHD_CONFIG, "AuthenticationMethods publickey,keyboard-interactive:pam\n", "")
    replace(SSHD_CONFIG, "PasswordAuthentication no", "PasswordAuthentication yes")
    replace(CONF, "skip_users = root\n", "")
    document = tool("check", "--service", "sshd", status=0)
    warnings = " ".join(item["what"] for item in document["items"] if item.get("level") == "warning")
    for part in ("no key is asked for first", "PasswordAuthentication yes", "no way in"):
        assert part in warnings, warnings


def test_config_says_where_values_come_from(good):
    """PRV-2: file and line, preset of the service, default."""
    items = {item["key"]: item for item in tool("config", "--service", "sshd", status=0)["items"]}
    assert items["issuer"] == {"key": "issuer", "value": good.issuer, "origin": f"{CONF}:2"}
    assert items["max_wait"]["origin"] == "preset" and items["max_wait"]["value"] == "100"
    assert items["pkce"]["origin"] == "default"
    assert items["proxy"] == {"key": "proxy", "value": None, "origin": "not set"}
    append(CONF, "provider = keycloak\n")
    items = {item["key"]: item for item in tool("config", "--service", "sshd", status=0)["items"]}
    assert items["pkce"] == {"key": "pkce", "value": "always", "origin": "provider keycloak"}


EXPLAINED = [
    ({"sub": SUBJECT}, "alice", 0, ["allows", "not asked any more"]),
    ({"sub": "999"}, "alice", 1, ["not about this person and account"] * 2),
    ({"sub": "999", "groups": ["staff"]}, "bob", 0, ["not about this person and account", "allows"]),
    ({"sub": "999", "groups": ["staff"], "iss": "https://elsewhere.example"}, "bob", 1,
     ["of another issuer"] * 2),
    ({"sub": SUBJECT}, "daemon", 1, ["not about this person and account"] * 2),
]


@pytest.mark.parametrize("claims,account,status,says", EXPLAINED)
def test_explain(claims, account, status, says, good):  # pylint: disable=unused-argument
    """Which rule decides, and what the others say."""
    append(MAP, "allow groups has staff as bob\n")
    append(CONF, "issuer_is_exclusive = yes\n")
    document = tool("explain", "--claims", "-", "--account", account, text=json.dumps(claims),
                    status=status)
    assert [item["says"] for item in document["items"] if "rule" in item] == says, document
    assert ("is let in" in document["items"][-1]["verdict"]) == (status == 0)


def test_explain_names_the_condition(good):  # pylint: disable=unused-argument
    """The one that keeps a rule from deciding."""
    replace(MAP, "as alice", "as alice if from 192.0.2.0/24")
    document = tool("explain", "--claims", "-", "--account", "alice", "--address", "198.51.100.1",
                    text=json.dumps({"sub": SUBJECT}), status=1)
    (rule,) = [item for item in document["items"] if "rule" in item]
    assert rule["condition"] == "from 192.0.2.0/24", document
    tool("explain", "--claims", "-", "--account", "alice", "--address", "192.0.2.9",
         text=json.dumps({"sub": SUBJECT}), status=0)


@pytest.mark.parametrize("text,part", [("{", "stdin"), ("[]", ""), ('{"sub":1}', "no sub"),
                                       ("{}", "no sub")])
def test_explain_of_what_is_no_set_of_claims(text, part, good):  # pylint: disable=unused-argument
    """Said, and no verdict."""
    document = tool("explain", "--claims", "-", "--account", "alice", text=text, status=2)
    assert document["items"][-1]["fault"], (part, document)


def test_explain_of_claims_that_a_terminal_would_obey(good):  # pylint: disable=unused-argument
    """GEN-3: claims come from elsewhere; a line of them is printable whatever they say."""
    claims = {"sub": "1\x1b]0;owned\x07\u009b", "iss": "https://x/\x1b[2J"}
    done = subprocess.run([built("PO_TOOL"), "explain", "--claims", "-", "--account", "alice"],
                          input=json.dumps(claims), capture_output=True, text=True, check=False)
    assert done.returncode in (1, 2), done
    assert all(" " <= c <= "~" or c == "\n" for c in done.stdout + done.stderr), done


def test_login_shows_everything_and_grants_nothing(good):
    """The real flow, in a terminal; the rule that decides is named."""
    child = pexpect.spawn(built("PO_TOOL"), ["login", "--account", "alice"], encoding="utf-8",
                          timeout=30, dimensions=(60, 100))
    child.expect("to cancel: ")
    text = child.before
    good.phone("alice").approve(URI.search(text).group(1), CODE.search(text).group(1))
    child.send("\r")
    child.expect("alice is let in: rule of line 2")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_login_shows_the_rule_to_write(good):
    """Who only wanted to know the sub can copy it, and is let in then."""
    MAP.write_text(MAP.read_text().replace(SUBJECT, "1"))
    child = pexpect.spawn(built("PO_TOOL"), ["login", "--account", "alice"], encoding="utf-8",
                          timeout=30, dimensions=(60, 100))
    child.expect("to cancel: ")
    good.phone("alice").approve(URI.search(child.before).group(1), CODE.search(child.before).group(1))
    child.send("\r")
    child.expect(rf"issuer {good.issuer}\r\n +allow sub={SUBJECT} as alice\r\n")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1
    append(MAP, f"allow sub={SUBJECT} as alice\n")
    tool("explain", "--claims", "-", "--account", "alice", text=json.dumps({"sub": SUBJECT}), status=0)


def test_sessions_are_listed_and_removed(good, host, login):
    """PAM-38, PAM-39: grace and pins of one uid, and nothing of others."""
    shutil.rmtree("/run/pam_oauth", ignore_errors=True)     # what other files of tests left there
    replace(CONF, "skip_users = root\n", "skip_users = root\n[service sshd]\ngrace = 30\n"
                                         "grace_services = sshd\n")
    host.set_stack()
    ssh = login()
    uri, code = ssh.challenge()
    good.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")
    items = tool("sessions", status=0)["items"]
    (grace,) = [item for item in items if item.get("kind") == "grace"]
    assert grace["account"] == "alice" and grace["sub"] == SUBJECT
    uid = grace["file"].rpartition("-")[2]
    tool("revoke", "--uid", "4242", status=1)
    assert tool("revoke", "--uid", uid, status=0)["items"]
    assert not [i for i in tool("sessions", status=0)["items"] if i.get("kind") == "grace"]


def test_test_card(tmp_path):
    """Each mode is drawn; the picture of the first one is what a scanner reads."""
    uri = "https://sso.example.org/device?user_code=WDJB-MJHT"
    cards = {item["mode"]: item["picture"] for item in tool("qr", uri, status=0)["items"]}
    assert list(cards) == ["qr = utf8", "qr = utf8, qr_invert = yes", "qr = ascii",
                           "qr = ascii, qr_invert = yes"]
    assert "\u2588" in cards["qr = utf8"] and "##" in cards["qr = ascii"]
    screen = pyte.Screen(100, 60)
    pyte.Stream(screen).feed(cards["qr = utf8"].replace("\n", "\r\n"))
    picture = tmp_path / "card.png"
    framed(picture_of(screen.display, columns=100, rows=60)).save(picture)
    read = subprocess.run(["zbarimg", "--raw", "-q", str(picture)], capture_output=True, text=True,
                          check=False)
    assert read.stdout.strip() == uri
    tool("qr", "http://plain.example/", status=2)


@pytest.mark.parametrize("arguments", [
    ("check",), ("login", "--account", "alice"), ("sessions",), ("revoke", "--limits"), ("verify-token",),
    ("setup", "--client-id", "x")])
def test_only_for_root(arguments, good):  # pylint: disable=unused-argument
    """Others read neither folders nor secrets, and would be told that there is nothing."""
    entry = pwd.getpwnam("bob")
    command = shutil.copy(built("PO_TOOL"), "/run/pam-oauth-of-all")
    done = subprocess.run([command, *arguments], user=entry.pw_uid, group=entry.pw_gid, extra_groups=[],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 2 and f"{arguments[0]}: only for root" in done.stdout, done


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["login"], ["explain", "-a", "x"],
                                       ["check", "--nonsense"], ["qr"], ["config", "more"]])
def test_usage(arguments):
    """Exit status 64, and a word."""
    done = subprocess.run([built("PO_TOOL"), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 64 and done.stderr
