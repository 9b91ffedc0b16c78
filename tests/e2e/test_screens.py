# SPDX-License-Identifier: BSD-2-Clause
"""What a person sees at each program, on a terminal of 80 by 24: the sign-in, and how it ends when
it does not succeed. With PO_TEST_PICTURES=DIR each screen is kept there as a picture."""

import os
import pathlib
import re
import socket

import pytest

import term2png
from answers import SUBJECT, Answer, device, error, pending
from console import Console
from fake_as import FakeAs
from local_login import LocalLogin
from terminal import split, uri_of

NAME = "sso.example.org"
PROGRAMS = ("ssh", "console", "sudo", "su")
SERVICE = {"ssh": "sshd", "console": "login"}
ACCOUNT = {"su": "bob"}                        # who is to become whom
RED = "The sign-in was refused at the provider. Log in again if that was not meant."


@pytest.fixture(scope="module", autouse=True)
def _host(host):
    host.name_host(NAME)
    host.name_host(socket.gethostname())
    host.set_up_su_and_sudo()
    for service in ("sshd", "login"):
        host.set_shipped_stack(service)
    yield
    host.set_stack()


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
        login.challenge()
        symbol, words = split("\n".join(keep(login, f"{program}-sign-in")))
    assert uri_of(symbol) == f"https://{NAME}/device?user_code=WDJB-MJHT"
    shown = "\n".join(re.sub(r"\d.*left", "TIME left", line) for line in words)
    service, account = SERVICE.get(program, program), ACCOUNT.get(program, "alice")
    assert f"""  Web sign-in to web01.example.org ({service}) as {account}
  Scan, or open  https://{NAME}/device
  and enter      WDJB-MJHT        (TIME left)
  Only continue if YOU started this; never enter a code somebody sent you.""" in shown


def words_of(login, keep, name):
    """The words on the screen, without reference and symbol."""
    _, words = split("\n".join(keep(login, name)))
    return [re.sub(r"Reference: [2-9A-HJ-NP-Z]{8}", "Reference: REF", line) for line in words]


ENDS = {
    "denied": {"token": [error("access_denied")] * 4},
    "down": {"discovery": Answer(drop=True)},
    "limited": {},
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_end(program, end, host, lab, start, keep):
    """What is on the screen when it is over."""
    with provider(lab, **ENDS[end]) as server:
        trust(host, server, **({"limit_global": "1/600"} if end == "limited" else {}))
        if end == "limited":
            os.system("rm -rf /run/pam_oauth")
            first = start("su")
            first.challenge()
            first.interrupt()
            first.end()
        login = start(program)
        if end == "denied":
            login.challenge()
            if program == "ssh":
                login.enter()
        import time
        time.sleep(8)
        try:
            login.process.expect("zzz", timeout=1)
        except Exception:
            pass
        print("\n".join(words_of(login, keep, f"{program}-{end}")))
