#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""doc/PROVIDERS.md says what is: presets that exist, tests that exist, lines that the module takes."""

import importlib
import pathlib
import re
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "doc" / "PROVIDERS.md").read_text(encoding="utf-8")
KEYS = (ROOT / "pam_oauth" / "module" / "providers.c").read_text(encoding="utf-8")
NAMES = re.findall(r'^\s+\{"provider (\w+)"', KEYS, re.M)
BLOCKS = re.findall(r"^```\n(.*?)^```$", TEXT, re.M | re.S)


def quirks():
    """The names of the tests."""
    sys.path[:0] = [str(ROOT / "tests" / "lib"), str(ROOT / "tests" / "module")]
    try:
        return set(importlib.import_module("test_providers_quirks").QUIRKS)
    finally:
        del sys.path[:2]


def test_every_preset_is_in_the_table():
    """Both directions."""
    table = TEXT[TEXT.index("## What was tested how"):TEXT.index("## Keycloak")]
    named = {name for row in table.splitlines() for cell in row.split("|")[2:3]
             for name in re.findall(r"`(\w+)`", cell)}
    assert named == set(NAMES) and len(NAMES) > 15


def test_every_quirk_is_documented_and_every_documented_one_is_tested():
    """Both directions; a name stands for all its cases."""
    tested = {name.partition("-")[0] for name in quirks()}
    named = {word for word in re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})`", TEXT)
             if word not in ("issuer_is_exclusive", "client_secret_file",
                             "bad_verification_code", "device_authorization_endpoint")}
    assert named - tested == set()
    assert tested - named <= {"entra_other_ends", "keycloak_another_nonce"}


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w./]+\.py)`", TEXT))))
def test_files_exist(path):
    """What the document points at."""
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("block", BLOCKS, ids=lambda b: b.split("\n", 1)[0])
def test_blocks_are_taken_by_the_module(block, tmp_path):
    """Each block is a whole configuration, four lines at most."""
    sys.path.insert(0, str(ROOT / "tests" / "lib"))
    try:
        from built import built  # pylint: disable=import-outside-toplevel
        from scene import Scene  # pylint: disable=import-outside-toplevel
    finally:
        sys.path.pop(0)
    lines = block.strip().split("\n")
    assert 2 <= len(lines) <= 4
    made = Scene(tmp_path, built("PO_TEST_MODULE"), built("PO_PAM_CLIENT"), general="")
    secret = made.write("secret", "s3cret\n")
    text = block.replace("/etc/pam_oauth/secret", str(secret))
    text = re.sub(r"^client_id = .*$", f"client_id = {made.script}", text, flags=re.M)
    text = text.replace("TENANT-ID", "11111111-1111-1111-1111-111111111111")
    made.write("pam_oauth.conf", f"[general]\nmin_uid = 1\n{text}")
    run = made.run()
    assert run.request, str(run)
