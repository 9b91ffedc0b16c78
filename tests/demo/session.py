# SPDX-License-Identifier: BSD-2-Clause
"""What happens on the private host of the demo: a provider, an sshd, one login.

Called inside of a private namespace (tests/lib/namespace.py); nothing of it stays but the CA
file of the embedded provider, in the build folder.
"""

import contextlib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import types

import build
from host import Host, HostError
from idp import IdpError, OidcProvider
from logsocket import LogError
from phone import PhoneError
from ssh_login import MARKER, SshLogin
from sshd import Sshd

ROWS, COLUMNS = 24, 80
INTERVAL = 2
CA_FILE = build.FOLDER / "ca.pem"
OUTCOME = re.compile(r'sub="([^"]*)" result=(\S+) .*reason="(.*)"')
STABLE_CLAIMS = ("sub", "oid")         # others are the provider's word only


class DemoError(Exception):
    """Something that ends the demo; the message is for the person."""


def shown(path):
    """A file of the source tree, as one types it there."""
    return pathlib.Path(path).relative_to(build.SOURCE)


class EmbeddedProvider:
    """npm's oidc-provider with a throw-away CA."""

    @contextlib.contextmanager
    def start(self):
        """The running provider."""
        with OidcProvider(device_interval=INTERVAL) as idp:
            shutil.copyfile(idp.ca_file, CA_FILE)
            CA_FILE.chmod(0o644)
            yield idp

    def configure(self, host, idp, account):
        """Alice may open the account, and only she."""
        host.configure(idp, {account: f"sub={idp.accounts['alice']['sub']}"})

    def explain(self, idp, account):
        """What to do now."""
        print(f"""
What follows is a real ssh to a private host, as {account}.

  1. Open the address that it shows in a browser on this machine. The address is
     loopback: no phone can open it (for that there is ./demo --issuer ...). The
     browser warns of the demo's own CA: go on, or import {shown(CA_FILE)} first.
  2. Enter the code, be alice (or bob, to be refused), and allow access.
  3. Come back here and press Enter.

No browser here? In another terminal, this plays the person with the phone:

  tests/lib/phone.py approve {idp.issuer}/device --account alice \\
      --ca {shown(CA_FILE)} --code CODE
""", flush=True)

    def afterwards(self, sub, result, reason):
        """Nothing to add."""


class OwnProvider:
    """The provider of the person."""

    def __init__(self, args):
        self.args = args
        self.identity = f"sub={args.sub}" if args.sub else args.identity
        secret = None
        if args.client_secret_file:
            secret = pathlib.Path(args.client_secret_file).read_text(encoding="utf-8").rstrip("\n")
        ca_file = args.ca_file and pathlib.Path(args.ca_file).resolve()
        self.idp = types.SimpleNamespace(
            issuer=args.issuer, client_id=args.client_id, client_secret=secret,
            auth_method="none" if secret is None else "auto", ca_file=ca_file)

    @contextlib.contextmanager
    def start(self):
        """It runs already."""
        yield self.idp

    def _rule(self):
        claim, _, value = self.identity.partition("=")
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return claim, value, f'{claim}="{escaped}"'

    def configure(self, host, idp, account):
        """This identity may open the account; without one, nobody."""
        settings = {}
        rules = {}
        if self.identity:
            claim, value, rules[account] = self._rule()
            if claim not in STABLE_CLAIMS:
                settings["issuer_is_exclusive"] = "yes"
            if claim == "email":
                settings["email_domains"] = value.rpartition("@")[2]
        for setting in self.args.set:
            key, _, value = setting.partition("=")
            settings[key.strip()] = value.strip()
        host.configure(idp, rules, **settings)

    def explain(self, idp, account):
        """What to do now."""
        print(f"""
What follows is a real ssh to a private host, as {account}. Scan the code with your
phone, or open the address anywhere, approve at {idp.issuer},
then press Enter here.""")
        if not self.identity:
            print("""
Nobody may open the account yet, because you did not say who you are (--sub or
--identity): sign in all the same, you will be refused, and then told what to say.""")
        print(flush=True)

    def afterwards(self, sub, result, reason):
        """How to call again, for who did not know the own subject, or of the CA."""
        if result == "provider_unreachable" and "certificate" in reason:
            print("\nIf the provider's certificate is of an authority of your own: --ca-file FILE\n")
        if self.identity or not sub or result != "not_allowed":
            return
        command = shlex.join(["sudo", "./demo", *sys.argv[1:], "--sub", sub])
        print(f"\nYou signed in, and your sub is {sub}. Now this lets you in:\n\n  {command}\n")


def _client_environment():
    """The person's own; a locale that was never chosen is taken to be UTF-8."""
    env = dict(os.environ)
    chosen = next((env[n] for n in ("LC_ALL", "LC_CTYPE", "LANG") if env.get(n)), "C")
    if chosen in ("C", "POSIX"):
        env["LC_ALL"] = "C.UTF-8"
    return env


def _check_size():
    size = os.get_terminal_size()
    if size.columns < COLUMNS or size.lines < ROWS:
        print(f"This terminal has {size.columns} columns and {size.lines} rows; the QR code needs "
              f"{COLUMNS} and {ROWS}.")


def by_hand(sshd, account):
    """A real ssh in this terminal; its end is the end of the demo."""
    subprocess.run(sshd.client(account, tty=True), env=_client_environment(), check=False)


def by_itself(sshd, account, idp):
    """The same with a person who is played, too."""
    with SshLogin(sshd, account) as ssh:
        try:
            uri, code = ssh.challenge()
            print(ssh.text, flush=True)
            print(f"[the person with the phone opens {uri}, enters {code}, is alice, allows]")
            idp.phone("alice").approve(uri, code)
            print("[and presses Enter here]", flush=True)
            before = len(ssh.text)
            ssh.enter()
            ssh.expect_in(account)
        except (AssertionError, PhoneError) as e:
            raise DemoError(f"the login did not work: {e}") from e
        print(ssh.text[before:].strip())
        if f"{MARKER}={account}" not in ssh.text[before:]:
            raise DemoError("the command printed something else than its line")


def tell_log(log):
    """What the private host's syslog got from the module; returns subject, result and reason."""
    with contextlib.suppress(LogError):      # who left before there was a login has none
        log.wait_for(" result=", timeout=5)
    lines = log.lines("pam_oauth")
    print("\nThe log of the private host says:\n")
    for line in lines:
        print(f"  {line}")
    found = [match for line in lines if (match := OUTCOME.search(line.text))]
    return found[-1].groups() if found else ("", "", "")


def run_session(provider, account, auto):
    """Returns the exit status: 0 if somebody was let in."""
    try:
        host = Host(build.MODULE, build.WORKER, accounts=[account])
        with provider.start() as idp, Sshd(host) as sshd:
            provider.configure(host, idp, account)
            if auto:
                by_itself(sshd, account, idp)
            else:
                provider.explain(idp, account)
                _check_size()
                by_hand(sshd, account)
            sub, result, reason = tell_log(host.log)
            provider.afterwards(sub, result, reason)
    except (HostError, IdpError, DemoError) as e:
        print(f"demo: {e}", file=sys.stderr)
        return 1
    return 0 if result == "success" else 1
