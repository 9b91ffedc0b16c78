# SPDX-License-Identifier: BSD-2-Clause
"""The pictures of README and doc, each made of what a real program showed in this very run; and the
one way that a person goes: scan the terminal, approve in a real browser, be in.

    export PO_TEST_PICTURES=$PWD/doc/pictures PYTEST_ADDOPTS='-k test_pictures'
    make -C build/plain check-e2e

makes them anew; codes and references differ from run to run.
"""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import urllib.parse

import pytest

import namespace
import term2png
from answers import SUBJECT, Answer, device, error, pending
from chromium import Chromium
from console import Console
from fake_as import FakeAs
from idp import OidcProvider
from local_login import LocalLogin
from sshd import free_port
from terminal import split, uri_of

NAME = "sso.example.org"
COLOURS = 16                   # of a kept picture: two, and what is between them at the edges
BORDER = 2                     # empty rows below the last words
TRUSTED = {"alice": f"sub={SUBJECT}", "bob": f"sub={SUBJECT}"}
ENDS = {                       # file: (what the provider does, words on the screen)
    "denied": ({"token": [error("access_denied")] * 3}, "The sign-in was refused at the provider."),
    "expired": ({"token": [error("expired_token")] * 3}, "The code has expired."),
    "provider-down": ({"discovery": Answer(drop=True)},
                      "The sign-in service cannot be reached."),
}


@pytest.fixture(name="keep")
def _keep(tmp_path):
    """keep(name, lines): a picture, cut below its words; returns its path."""
    folder = pathlib.Path(os.environ.get("PO_TEST_PICTURES") or tmp_path)

    def keep(name, lines, light=False):
        while lines and not lines[-1]:
            lines = lines[:-1]
        image = term2png.picture(lines, light=light, rows=len(lines) + BORDER)
        path = folder / f"{name}.png"
        term2png.framed(image).quantize(COLOURS).save(path, optimize=True)
        return path

    return keep


@pytest.fixture(name="names", scope="module", autouse=True)
def _names(host):
    host.name_host(NAME)
    host.name_host(socket.gethostname())         # sudo looks


@pytest.fixture(name="provider")
def _provider(host, lab):
    """provider(script): a scripted one that the host believes."""
    running = []

    def start(settings=None, **script):
        page = f"https://{NAME}/device"
        server = FakeAs(lab, device=device(verification_uri=page, verification_uri_complete=(
            f"{page}?user_code=WDJB-MJHT")), **script)
        running.append(server.__enter__())
        server.auth_method, server.client_secret, server.ca_file = "none", None, lab.ca_file
        host.configure(server, TRUSTED, **(settings or {}))

    yield start
    for server in running:
        server.__exit__()


@pytest.fixture(name="local")
def _local(host, watch):        # pylint: disable=unused-argument
    """The console and sudo, with the lines as shipped; afterwards as before."""
    opened = []
    host.set_up_su_and_sudo()
    for service in ("login", "sudo"):
        host.set_shipped_stack(service)

    def start(program):
        if program == "console":
            opened.append(Console())
            opened[-1].log_in_as("alice")
        else:
            opened.append(LocalLogin("alice", ["/bin/sh", "-c", "echo '$ sudo id'; exec sudo id"]))
        return opened[-1]

    yield start
    for one in opened:
        one.close()
    shutil.rmtree("/run/sudo/ts", ignore_errors=True)
    host.set_stack()
    host.set_up_su_and_sudo()


def scan(path):
    """What a scanner reads in this picture."""
    found = subprocess.run(["zbarimg", "-q", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable",
                            str(path)], capture_output=True, text=True, check=False)
    return found.stdout.splitlines()


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
def test_ssh(light, provider, login, keep):
    """Still to be scanned as kept, with few colours."""
    provider({"qr_invert": "yes" if light else "no"}, token=[pending()] * 50)
    ssh = login()
    ssh.challenge()
    path = keep(f"ssh-{'light' if light else 'dark'}", ssh.rows(), light)
    assert scan(path) == [f"https://{NAME}/device?user_code=WDJB-MJHT"]


def test_another_language(provider, login, keep):
    """UIX-12, UIX-18: the same screen, and the same picture on it."""
    provider({"language": "de"}, token=[pending()] * 50)
    ssh = login()
    ssh.expect("q bricht ab: ")
    path = keep("ssh-german", ssh.rows())
    assert scan(path) == [f"https://{NAME}/device?user_code=WDJB-MJHT"]


@pytest.mark.parametrize("program", ["console", "sudo"])
def test_local(program, provider, local, keep):
    """A local program shows the same."""
    provider({"login:qr": "utf8"}, token=[pending()] * 50)
    one = local(program)
    one.whole_challenge()
    keep(program, one.rows())
    symbol, _ = split("\n".join(line for line in one.rows() if line))
    assert uri_of(symbol) == f"https://{NAME}/device?user_code=WDJB-MJHT"


@pytest.mark.parametrize("end", ENDS)
def test_end(end, provider, login, keep):
    """How it ends when it does not succeed, and what to name to the administrator."""
    script, words = ENDS[end]
    provider(**script)
    ssh = login(options=("NumberOfPasswordPrompts=1",))
    if end != "provider-down":
        ssh.challenge()
        ssh.enter()
    ssh.expect_refused(words)
    keep(end, ssh.rows())
    assert re.search(r"Reference: [2-9A-HJ-NP-Z]{8}", "\n".join(ssh.rows()))


@pytest.fixture(name="sso")
def _sso(host):
    """A real provider with a name as in real life."""
    with OidcProvider(device_interval=1, hostname=NAME, port=free_port()) as server:
        host.configure(server, {"alice": f"sub={server.accounts['alice']['sub']}"})
        yield server


@pytest.fixture(name="browser")
def _browser(sso):
    folder = namespace.BASE / "browser"
    folder.mkdir(mode=0o700)
    with Chromium(sso.ca_file, folder) as one:
        yield one
    shutil.rmtree(folder)


def test_scanned_and_approved_in_a_real_browser(sso, browser, login, keep, watch, tmp_path):
    """Nothing but the picture of the terminal says where the browser goes; the rest are clicks."""
    ssh = login(command="", tty=True)
    _, code = ssh.challenge()
    uri, = scan(keep("browser-terminal", ssh.rows()))
    assert urllib.parse.urlsplit(uri).netloc == urllib.parse.urlsplit(sso.issuer).netloc
    browser.open(uri)
    assert code in browser.wait_for("confirm")
    folder = pathlib.Path(os.environ.get("PO_TEST_PICTURES") or tmp_path)
    browser.picture(folder / "browser-confirm.png")
    browser.click("button[form='op.deviceConfirmForm']:not([name])")
    browser.wait_for("login")
    browser.click("button[name=account][value=alice]")
    browser.wait_for("consent")
    browser.click("button[name=allow]")
    browser.wait_for("success")
    ssh.enter()
    ssh.expect(r"alice@web01:~\$ ")
    assert watch.outcome()["user"] == "alice"
    keep("ssh-in", ssh.rows())
