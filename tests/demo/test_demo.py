# SPDX-License-Identifier: BSD-2-Clause
"""./demo as a person starts it: it works, it ends, and nothing of it stays.

Not inside of a private namespace, since the demo makes its own.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pexpect
import pytest

from idp import OidcProvider
from outside import changes, family, snapshot, survivors
from ssh_login import CODE, PROMPT, URI

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
DEMO = SOURCE / "demo"
PHONE = SOURCE / "tests/lib/phone.py"
CA_FILE = SOURCE / "build/demo/ca.pem"
BUILD_TIME = 600


@pytest.fixture(scope="module", autouse=True)
def _built():
    """The first run builds; the others find it done."""
    result = run("--auto")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(autouse=True)
def _untouched():
    before = snapshot()
    yield
    assert changes(before, snapshot()) == []


def run(*args, **kwargs):
    """The demo without a terminal."""
    return subprocess.run([str(DEMO), *args], text=True, capture_output=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=BUILD_TIME, **kwargs)


class ByHand:
    """The demo in a terminal, up to the prompt of ssh."""

    def __init__(self, *args, env=None):
        self.process = pexpect.spawn(str(DEMO), list(args), dimensions=(40, 100), timeout=60,
                                     encoding="utf-8", env={**os.environ, "LC_ALL": "C.UTF-8",
                                                            **(env or {})})
        self.process.delaybeforesend = None
        self.everybody = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.isalive():
            self.process.kill(signal.SIGKILL)
        self.process.close(force=True)

    def challenge(self):
        """What ssh shows: URI and code; what runs now is remembered."""
        self.process.expect_exact(PROMPT)
        self.text = self.process.before
        self.everybody = family(self.process.pid)
        return URI.search(self.text).group(1), CODE.search(self.text).group(1)

    def end(self):
        """Everything that was printed until the end, and the exit status."""
        self.process.expect(pexpect.EOF)
        self.process.wait()
        return self.process.before, self.process.exitstatus


def phone(uri, code, account, ca_file=CA_FILE):
    """The one-line command that the demo names."""
    command = [sys.executable, "-B", str(PHONE), "approve", uri, "--code", code,
               "--account", account, "--ca", str(ca_file)]
    return subprocess.run(command, text=True, capture_output=True, check=False, timeout=60)


def test_by_itself():
    result = run("--auto")
    assert result.returncode == 0, result.stderr
    assert "\nover-ssh-as=alice\n" in result.stdout
    assert 'sub="248289761001" result=success' in result.stdout


def test_by_hand_with_a_phone_from_outside():
    with ByHand() as demo:
        uri, code = demo.challenge()
        assert "loopback" in demo.text and "build/demo/ca.pem" in demo.text
        assert f"phone.py approve {uri} " in demo.text
        approved = phone(uri, code, "alice")
        assert approved.returncode == 0, approved.stderr
        demo.process.send("\r")
        demo.process.expect(r"alice@\S+:~\$ ")
        demo.process.send("exit\r")
        text, status = demo.end()
    assert status == 0
    assert "result=success" in text
    assert survivors(demo.everybody) == {}


def test_refused_by_hand_ends_with_a_reason():
    with ByHand() as demo:
        uri, code = demo.challenge()
        phone(uri, code, "bob")
        demo.process.send("\r")
        text, status = demo.end()
    assert status == 1
    assert "Access denied." in text and "result=not_allowed" in text


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP],
                         ids=lambda n: n.name)
def test_killed_at_the_prompt(number):
    """sshd, provider, worker and ssh are gone with it, and so is every trace."""
    with ByHand() as demo:
        demo.challenge()
        names = {name for _, name in demo.everybody.values()}
        assert {"sshd", "node", "ssh", "pam_oauth_worke"} <= {n.replace("sshd-session", "sshd")
                                                             for n in names}
        os.kill(demo.process.pid, number)
        assert survivors(demo.everybody) == {}
    assert not pathlib.Path("/run/private_host").exists()


def family_with(pid, name, count):
    """The family as soon as so many of this name, or more, are in it."""
    deadline = time.monotonic() + 10
    while True:
        everybody = family(pid)
        if sum(found == name for _, found in everybody.values()) >= count:
            return everybody
        assert time.monotonic() < deadline, everybody
        time.sleep(0.05)


def test_killed_while_somebody_is_logged_in():
    with ByHand() as demo:
        uri, code = demo.challenge()
        phone(uri, code, "alice")
        demo.process.send("\r")
        demo.process.expect(r"alice@\S+:~\$ ")
        demo.process.send("sleep 1000 & setsid sleep 1000 &\r")
        everybody = family_with(demo.process.pid, "sleep", 2)
        demo.process.kill(signal.SIGKILL)
        assert survivors(everybody) == {}


def test_killed_without_a_terminal():
    """No hang-up of a terminal helps here: what ends it all is the kernel."""
    with subprocess.Popen([str(DEMO), "--auto"], stdin=subprocess.DEVNULL, start_new_session=True,
                          stdout=subprocess.DEVNULL) as process:
        everybody = family_with(process.pid, "pam_oauth_worke", 1)
        # the login cannot end by itself meanwhile, however long it takes to kill them all
        os.kill(next(pid for pid, (_, name) in everybody.items() if name == "node"), signal.SIGSTOP)
        process.kill()
        assert survivors(everybody, within=5) == {}


def test_ctrl_c_before_the_login_ends_it():
    with ByHand() as demo:
        demo.process.expect("Building")
        time.sleep(0.3)
        everybody = family(demo.process.pid)
        demo.process.send("\x03")
        _, status = demo.end()
        assert status != 0
        assert survivors(everybody) == {}


@pytest.fixture(scope="module", name="own")
def _own(tmp_path_factory):
    """Somebody's own provider, as far as the demo can tell."""
    with OidcProvider(device_interval=1, auth_method="client_secret_basic") as idp:
        secret = tmp_path_factory.mktemp("own") / "secret"
        secret.write_text(idp.client_secret + "\n")
        idp.options = ["--issuer", idp.issuer, "--client-id", idp.client_id,
                       "--client-secret-file", str(secret), "--ca-file", idp.ca_file,
                       "--account", "carol"]
        yield idp


def test_own_provider_tells_the_sub_first_and_then_lets_in(own):
    with ByHand(*own.options) as demo:
        uri, code = demo.challenge()
        own.phone("bob").approve(uri, code)
        demo.process.send("\r")
        text, status = demo.end()
    assert status == 1 and "Access denied." in text
    again = re.search(r"^ +sudo ./demo (.* --sub 248289761002)\r$", text, re.MULTILINE)
    assert again, text
    with ByHand(*again.group(1).split()) as demo:
        uri, code = demo.challenge()
        own.phone("bob").approve(uri, code)
        demo.process.send("\r")
        demo.process.expect(r"carol@\S+:~\$ ")
        demo.process.send("exit\r")
        assert demo.end()[1] == 0


def test_own_provider_with_an_authority_of_its_own(own):
    """Who does not name it is told how."""
    at = own.options.index("--ca-file")
    with ByHand(*own.options[:at], *own.options[at + 2:]) as demo:
        text, status = demo.end()
    assert status == 1 and "cannot be reached" in text
    assert "an authority of your own: --ca-file FILE" in text, text


def test_own_provider_with_another_claim(own):
    with ByHand(*own.options, "--identity", "email=alice@example.org",
                "--set", "scope=openid email") as demo:
        uri, code = demo.challenge()
        own.phone("alice").approve(uri, code)
        demo.process.send("\r")
        demo.process.expect(r"carol@\S+:~\$ ")
        demo.process.send("exit\r")
        assert demo.end()[1] == 0


def test_help_needs_no_root():
    for option in ("-h", "--help"):
        result = subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534",
                                 "--clear-groups", "bash", "-s", "--", option],
                                input=DEMO.read_text().replace("cd \"$(dirname \"$0\")\"", "cd /"),
                                text=True, capture_output=True, check=False)
        assert result.returncode == 0
        assert "--client-secret-file FILE" in result.stdout


def test_says_that_it_needs_root():
    result = subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                             "bash", "-s"],
                            input=DEMO.read_text().replace("cd \"$(dirname \"$0\")\"", "cd /"),
                            text=True, capture_output=True, check=False)
    assert result.returncode == 1 and "sudo ./demo" in result.stderr


@pytest.mark.parametrize("args, reason", [
    (["--nonsense"], "--nonsense"),
    (["--auto", "--issuer", "https://x", "--client-id", "y", "--account", "z"], "--auto"),
    (["--issuer", "https://x"], "--client-id"),
    (["--client-id", "x"], "--issuer"),
    (["--account", "root"], "root"),
    (["--account", "a/b"], "a/b"),
    (["--account=pam-oauth"], "pam-oauth"),
    (["--issuer", "https://x", "--client-id", "y", "--account", "z", "--client-secret-file",
      "/nonexistent"], "/nonexistent"),
    (["--issuer", "https://x", "--client-id", "y", "--account", "z", "--identity", "alice"],
     "CLAIM=VALUE"),
])
def test_wrong_options(args, reason):
    result = run(*args)
    assert result.returncode == 2
    assert reason in result.stderr and "Traceback" not in result.stderr


def test_without_a_terminal():
    result = run()
    assert result.returncode == 1 and "--auto" in result.stderr
