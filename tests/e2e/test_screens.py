# SPDX-License-Identifier: BSD-2-Clause
"""What a person sees at each program, on a terminal of 80 by 24: the sign-in, and how it ends when
it does not succeed. With PO_TEST_PICTURES=DIR each screen is kept there as a picture."""

import os
import pathlib
import re
import shutil
import socket

import pytest

import term2png
from answers import SUBJECT, Answer, device, error, pending
from console import Console
from fake_as import FakeAs
from host import SERVICES
from local_login import LocalLogin
from terminal import split, uri_of

NAME = "sso.example.org"
PROGRAMS = ("ssh", "console", "sudo", "su")
SERVICE = {"ssh": "sshd", "console": "login"}
ACCOUNT = {"su": "bob"}                        # who is to become whom
ABOVE = r"  Only continue if YOU|Press Enter after approving|\$ su|login: alice"
DENIED = "The sign-in was refused at the provider. Log in again if that was not meant."


@pytest.fixture(scope="module", autouse=True)
def _host(host):
    host.name_host(NAME)
    host.name_host(socket.gethostname())
    host.set_up_su_and_sudo()
    for service in SERVICES:
        host.set_shipped_stack(service)
    yield
    host.set_stack()
    host.set_up_su_and_sudo()


@pytest.fixture(name="start")
def _start(sshd, login, watch):         # pylint: disable=unused-argument
    """start(program): a person before it."""
    opened = []

    def start(program):
        if program == "ssh":
            return login(command="", tty=True)
        if program == "console":
            one = Console()
            one.log_in_as("alice")
        else:
            args = ["sudo", "id"] if program == "sudo" else ["su", "bob"]
            one = LocalLogin("alice", ["/bin/sh", "-c", f"echo '$ {' '.join(args)}'; "
                                       f"exec {' '.join(args)}"])
        opened.append(one)
        return one

    yield start
    for one in opened:
        one.close()
    shutil.rmtree("/run/sudo/ts", ignore_errors=True)       # what sudo remembers of a success


@pytest.fixture(name="keep")
def _keep(tmp_path):
    """keep(login, name): its screen as lines, and as a picture."""
    folder = pathlib.Path(os.environ.get("PO_TEST_PICTURES") or tmp_path)

    def keep(login, name):
        lines = login.rows()
        term2png.framed(term2png.picture(lines)).save(folder / f"screen-{name}.png")
        return [line for line in lines if line]

    return keep


def trust(host, server, **settings):
    """A host that believes this provider."""
    server.auth_method, server.client_secret, server.ca_file = "none", None, server.lab.ca_file
    host.configure(server, {"alice": f"sub={SUBJECT}", "bob": f"sub={SUBJECT}"}, **settings)


def provider(lab, **script):
    """A provider whose page has a name as in real life."""
    page = f"https://{NAME}/device"
    return FakeAs(lab, device=device(verification_uri=page, verification_uri_complete=(
        f"{page}?user_code=WDJB-MJHT")), **script)


@pytest.mark.parametrize("program", PROGRAMS)
def test_sign_in(program, host, lab, start, keep):
    """UIX-12, UIX-18: symbol and words fit on the screen, and are all that is said."""
    with provider(lab, token=[pending()] * 50) as server:
        trust(host, server, **{"login:qr": "utf8"})
        login = start(program)
        login.whole_challenge()
        symbol, words = split("\n".join(keep(login, f"{program}-sign-in")))
    assert uri_of(symbol) == f"https://{NAME}/device?user_code=WDJB-MJHT"
    shown = "\n".join(re.sub(r"\d.*left", "TIME left", line) for line in words)
    service, account = SERVICE.get(program, program), ACCOUNT.get(program, "alice")
    assert f"""  Web sign-in to web01.example.org ({service}) as {account}
  Scan, or open  https://{NAME}/device
  and enter      WDJB-MJHT        (TIME left)
  Only continue if YOU started this; never enter a code somebody sent you.""" in shown


INSIDE = {"ssh": r"alice@web01:~\$ ", "console": r"alice@web01:~\$ ", "sudo": r"uid=0\(root\)",
          "su": r"bob@web01:/\$ "}


@pytest.mark.parametrize("program", PROGRAMS)
def test_in(program, host, lab, start, keep, watch):
    """11.5: approved, and inside, through the lines as shipped and all that Debian has around."""
    with provider(lab) as server:
        trust(host, server)
        login = start(program)
        login.challenge()
        if program == "ssh":
            login.enter()
        login.expect(INSIDE[program])
        keep(login, f"{program}-in")
    assert watch.outcome()["user"] == ACCOUNT.get(program, "alice")


UNREACHABLE = "The sign-in service cannot be reached. Try later or tell your administrator."
TOO_MANY = "Too many sign-ins, try again in 10 minutes."
ENDS = {
    "denied": (DENIED, {"token": [error("access_denied")] * 3}, {}),
    "down": (UNREACHABLE, {"discovery": Answer(drop=True)}, {}),
    "limited": (TOO_MANY, {}, {"limit_global": "1/600"}),
}
# What stands below: the program's own words. ssh repeats by itself what no code was shown for.
BELOW = {
    "console": ["Login incorrect", "web01 login:"],
    "sudo": ["Press Enter to try again, q to cancel:"],
}
SU = {"down": "su: Authentication service cannot retrieve authentication info"}


def use_up(program, start):
    """The one start that may be: su and sudo count for their caller apart."""
    shutil.rmtree("/run/pam_oauth", ignore_errors=True)
    first = start("su" if program in ("su", "sudo") else "ssh")
    first.challenge()
    first.kill()


def wait_for_the_end(program, login):
    """Until the program has said its last word, and waits or is over."""
    if program == "console":
        login.expect("login: ")
    elif program == "sudo":
        login.expect("Press Enter to try again, q to cancel: ")
    else:
        assert login.end(30) != 0


def expected(program, end):
    """The words that are on the screen below the challenge, or below the command."""
    told = [ENDS[end][0], "Reference: REF"]
    if program == "ssh" and end == "denied":
        return [*told, "alice@127.0.0.1: Permission denied (publickey)."]
    if program == "ssh":
        return [*told * 3, "alice@127.0.0.1: Permission denied (publickey,keyboard-interactive)."]
    if program == "sudo":
        return ["Sorry, try again.", *told, *BELOW[program]]
    return told + BELOW.get(program, [SU.get(end, "su: Authentication failure")])


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_end(program, end, host, lab, start, keep):
    """PAM-12, SUD-4: why it did not work and what to name to the administrator, in whole lines."""
    _, script, settings = ENDS[end]
    with provider(lab, **script) as server:
        trust(host, server, **settings)
        if end == "limited":
            use_up(program, start)
        login = start(program)
        if end == "denied":
            login.challenge()
            if program == "ssh":
                login.enter()
        wait_for_the_end(program, login)
    _, words = split("\n".join(keep(login, f"{program}-{end}")))
    shown = [re.sub(r"^web01\S* login:$", "web01 login:", re.sub(   # shadow's; util-linux' is short
        r"Reference: [2-9A-HJ-NP-Z]{8}$", "Reference: REF", line)) for line in words]
    wanted = expected(program, end)
    assert shown[-len(wanted):] == wanted, "\n".join(words)
    above = shown[:-len(wanted)]
    assert not above or re.match(ABOVE, above[-1]), "\n".join(words)
