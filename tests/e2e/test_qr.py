# SPDX-License-Identifier: BSD-2-Clause
"""The picture of the terminal, read by a scanner: it says exactly what the provider said.

tmux shows a real ssh, its screen is drawn as a PNG, zbarimg reads that. With PO_TEST_PICTURES=DIR
the pictures are kept there; those of README and doc are test_pictures.py's.
"""

import os
import pathlib
import subprocess

import pytest

import term2png
from answers import device
from fake_as import FakeAs
from idp import OidcProvider
from qrread import read
from sshd import free_port
from tmux import Tmux

RULES = {"alice": "sub=248289761001"}
PROMPT = "q to cancel:"
NAME = "sso.example.org"
CELLS = ((10, 20), (8, 17), (9, 18), (7, 15))
ROWS = 24
VERSION_4 = 78          # bytes that a symbol of version 4 holds at level L (UIX-15)
QUIET = 2
FULL = "\u2588"
BLOCKS = {" ": (0, 0), "\u2580": (1, 0), "\u2584": (0, 1), FULL: (1, 1)}   # upper, lower half
FAKE_CODE = "WDJB-MJHT"


@pytest.fixture(name="scan")
def _scan(tmp_path):
    """Reads the one QR code of an image; keeps it as a PNG under this name."""
    folder = pathlib.Path(os.environ.get("PO_TEST_PICTURES") or tmp_path)

    def scan(image, name):
        path = folder / f"{name}.png"
        image.save(path)
        found = subprocess.run(["zbarimg", "-q", "--nodbus", "--raw", "-Sdisable",
                                "-Sqrcode.enable", str(path)],
                               capture_output=True, text=True, check=False)
        return found.stdout.splitlines()

    return scan


@pytest.fixture(scope="module", name="sso")
def _sso(host):
    """A provider with a name as in real life."""
    host.name_host(NAME)
    with OidcProvider(device_interval=1, hostname=NAME, port=_port(8443)) as server:
        yield server


def _port(wanted):
    """This port, or another one if somebody has it."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        taken = {int(line.split()[1].rpartition(":")[2], 16) for line in list(table)[1:]}
    return free_port() if wanted in taken else wanted


@pytest.fixture
def terminal(sshd, watch):
    """Starts an ssh in a terminal of its own; returns that when the prompt is there."""
    opened = []

    def start(rows=ROWS, **kwargs):
        opened.append(Tmux(sshd.client("alice"), rows=rows, **kwargs))
        opened[-1].wait_for(PROMPT)
        return opened[-1]

    yield start
    for window in opened:
        window.stop()
    watch.no_worker()


def code_on(lines):
    """The code that the text names."""
    return next(line.split()[2] for line in lines if line.startswith("  and enter "))


def complete(server, lines):
    """The URI that oidc-provider means to be scanned."""
    return f"{server.issuer}/device?user_code={code_on(lines)}"


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
def test_half_blocks_scan_as_captured(host, sso, terminal, scan, light):
    """UIX-13, UIX-14: dark and, with qr_invert, light; in the cells of four usual fonts."""
    host.configure(sso, RULES, qr_invert="yes" if light else "no")
    lines = terminal().lines()
    for cell in CELLS:
        image = term2png.picture(lines, light=light, cell=cell)
        name = f"utf8-{'light' if light else 'dark'}-{cell[0]}x{cell[1]}"
        assert scan(image, name) == [complete(sso, lines)], name


@pytest.mark.parametrize("light, blur", [(False, 0.25), (True, 0.375)], ids=["dark", "light"])
def test_ascii_scans_through_a_camera(host, sso, terminal, scan, light, blur):
    """UIX-15: characters are no solid ink, but the blur of a camera makes them so.

    A quarter of a cell's height does it for light characters on dark. Dark ones on light are the
    dark modules, and need more before the gaps between their strokes are filled.
    """
    host.configure(sso, RULES, qr="ascii", qr_invert="yes" if light else "no")
    lines = terminal(rows=48).lines()
    assert "\n".join(lines).isascii()
    for cell in ((10, 20), (8, 16)):
        image = term2png.photographed(term2png.picture(lines, light=light, cell=cell, rows=48),
                                      blur * cell[1])
        name = f"ascii-{'light' if light else 'dark'}-{cell[0]}x{cell[1]}"
        assert scan(image, name) == [complete(sso, lines)], name


@pytest.mark.parametrize("invert", [False, True])
def test_every_module_is_right(host, sso, terminal, invert):
    """Decoded without a scanner's tolerance: nothing is corrected."""
    host.configure(sso, RULES, qr_invert="yes" if invert else "no")
    lines = terminal().lines()
    assert read(modules(lines, invert)).decode() == complete(sso, lines)


def modules(lines, invert):
    """The symbol of half blocks as rows of booleans, True is dark; without quiet zone."""
    ink = []
    for line in (line for line in lines if line and set(line) <= set(BLOCKS)):
        cells = [BLOCKS[c] for c in line.ljust(80)]
        ink += [[upper for upper, _ in cells], [lower for _, lower in cells]]
    width = max(x for row in ink for x in range(80) if row[x]) + 1
    top = next(y for y, row in enumerate(ink) if any(row))
    if invert:          # ink is dark: it begins two columns from the left, and ends with the symbol
        side = width - QUIET
        return [[bool(m) for m in row[QUIET:width]] for row in ink[top:top + side]]
    side = width - 2 * QUIET
    return [[not m for m in row[QUIET:QUIET + side]]
            for row in ink[top + QUIET:top + QUIET + side]]


def test_scanned_approved_and_in(host, sso, terminal, scan):
    """What was scanned is approved, and the same window has the shell."""
    host.configure(sso, RULES)
    window = terminal()
    lines = window.lines()
    image = term2png.framed(term2png.picture(lines))
    assert scan(image, "login") == [complete(sso, lines)]
    sso.phone("alice").approve(f"{sso.issuer}/device", code_on(lines))
    window.keys("Enter")
    window.wait_for("alice@web01:~$")


def long_uri(server, size, path="device"):
    """A URI of this many bytes at the scripted provider."""
    return server.url(f"/{path}?").ljust(size, "x")


@pytest.fixture(name="fake")
def _fake(host, lab):
    """A host whose provider sends URIs of this length."""
    running = []

    def start(complete_size, plain_size=30, **settings):
        server = FakeAs(lab, device=device(
            verification_uri=lambda s: long_uri(s, plain_size, "d"),
            verification_uri_complete=lambda s: long_uri(s, complete_size)))
        running.append(server.__enter__())
        server.auth_method, server.client_secret, server.ca_file = "none", None, lab.ca_file
        host.configure(server, RULES, **settings)
        return server

    yield start
    for server in running:
        server.__exit__()


def test_78_bytes_and_all_text_fill_80_by_24(fake, terminal, scan):
    """UIX-18: 19 rows of picture, four of text, the prompt."""
    server = fake(VERSION_4)
    lines = terminal().lines()
    assert len(lines) == ROWS and all(lines)
    assert scan(term2png.picture(lines), "78-bytes") == [long_uri(server, VERSION_4)]
    assert [line[:16] for line in lines[19:]] == [
        "  Web sign-in to", "  Scan, or open ", "  and enter     ", "  Only continue ",
        "Press Enter afte"]


def test_79_bytes_scroll_the_picture_away_and_never_the_text(fake, terminal, scan):
    """UIX-18, SSH-6: what stands last stays; a taller terminal shows all of it."""
    server = fake(VERSION_4 + 1)
    lines = terminal().lines()
    assert code_on(lines) == FAKE_CODE
    assert f"  Scan, or open  {long_uri(server, 30, 'd')}" in lines
    tall = terminal(rows=30).lines()
    assert scan(term2png.picture(tall, rows=30), "79-bytes") == [long_uri(server, VERSION_4 + 1)]


def test_too_tall_falls_back_to_the_plain_uri(fake, terminal, scan):
    """UIX-15: with qr_lines = 19 a 79-byte URI is not drawn, the shorter one is."""
    server = fake(VERSION_4 + 1, qr_lines="19")
    lines = terminal().lines()
    assert scan(term2png.picture(lines), "plain") == [long_uri(server, 30, "d")]


def test_too_tall_falls_back_to_text(fake, terminal, scan):
    """UIX-15: where neither URI fits there is text, and that is complete."""
    server = fake(VERSION_4 + 2, VERSION_4 + 1, qr_lines="19")
    lines = terminal().lines()
    assert scan(term2png.picture(lines), "text") == []
    uri = long_uri(server, VERSION_4 + 1, "d")
    at = lines.index("  Open")
    assert "".join(lines[at + 1:at + 3]).startswith(uri)
    assert code_on(lines) == FAKE_CODE
    assert not any(FULL in line for line in lines)


def test_too_wide_falls_back_to_text_in_ascii_mode(fake, terminal, scan):
    """UIX-15: version 5 would need 82 columns."""
    fake(VERSION_4 + 2, VERSION_4 + 1, qr="ascii")
    lines = terminal(rows=48).lines()
    assert scan(term2png.photographed(term2png.picture(lines, rows=48), 5), "ascii-text") == []
    assert code_on(lines) == FAKE_CODE and not any("##" in line for line in lines)


def test_largest_symbol(fake, terminal, scan):
    """LIM-16, UIX-15: version 14 holds 458 bytes in 77 columns and 39 rows; one byte more, none."""
    server = fake(458)
    lines = terminal(rows=48).lines()
    assert scan(term2png.picture(lines, rows=48), "458-bytes") == [long_uri(server, 458)]
    server = fake(459)
    lines = terminal(rows=48).lines()
    assert scan(term2png.picture(lines, rows=48), "459-bytes") == [long_uri(server, 30, "d")]


def test_plain_content_on_request(host, sso, terminal, scan):
    """UIX-3: qr_content = plain"""
    host.configure(sso, RULES, qr_content="plain")
    lines = terminal().lines()
    assert scan(term2png.picture(lines), "plain-content") == [f"{sso.issuer}/device"]
