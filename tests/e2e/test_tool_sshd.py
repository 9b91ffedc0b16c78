# SPDX-License-Identifier: BSD-2-Clause
"""pam-oauth check on hosts with other releases of OpenSSH."""

import contextlib
import os
import pathlib
import shutil
import subprocess

import pytest

from test_tool import CONF, SSHD_CONFIG, _good, append, tool    # pylint: disable=unused-import


@contextlib.contextmanager
def other_sshd(path, says):
    """The same sshd, which says of itself what is told."""
    real = path / "real-sshd"
    shutil.copy2("/usr/sbin/sshd", real)
    script = path / "sshd"
    script.write_text(f'#!/bin/sh\n[ "$1" = -V ] || exec {real} "$@"\necho "{says}"\n')
    script.chmod(0o755)
    subprocess.run(["mount", "--bind", script, "/usr/sbin/sshd"], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "/usr/sbin/sshd"], check=True)


@pytest.mark.parametrize("part,older,warned", [(None, 10, True), (None, -10, False), ("a.conf", 10, True)])
def test_sshd_that_was_not_reloaded(part, older, warned, good):  # pylint: disable=unused-argument
    """sshd -T speaks of the files; the number that a running one wrote tells when it read them."""
    changed = SSHD_CONFIG
    pid = pathlib.Path("/run/sshd.pid")
    if part:
        changed = SSHD_CONFIG.parent / "sshd_config.d" / part
        changed.parent.mkdir(exist_ok=True)
        changed.write_text("# nothing\n")
    pid.write_text("1\n")
    os.utime(pid, (changed.stat().st_mtime - older,) * 2)
    if part:
        os.utime(SSHD_CONFIG, (pid.stat().st_mtime - 100,) * 2)
    try:
        items = tool("check", "--service", "sshd", status=0)["items"]
    finally:
        pid.unlink()
        if part:
            changed.unlink()
    found = [i for i in items if i.get("level") == "warning" and "was it reloaded" in i["what"]]
    assert bool(found) == warned and all("reload" in i["mend"] for i in found), items


@pytest.mark.parametrize("methods,part", [
    ("publickey,keyboard-interactive:pam", None),
    ("publickey,keyboard-interactive:pam hostbased,keyboard-interactive", None),
    ("publickey,publickey,keyboard-interactive:pam", None),
    ("publickey,keyboard-interactive:pam keyboard-interactive:pam", "no key is asked for first"),
    ("keyboard-interactive", "no key is asked for first"),
    ("keyboard-interactive:pam,publickey", "no key is asked for first"),
    ("keyboard-interactive:pam publickey,keyboard-interactive:pam", "no key is asked for first"),
    ("publickey publickey,keyboard-interactive:pam", "publickey opens without a code")])
def test_methods_of_sshd(methods, part, good):  # pylint: disable=unused-argument
    """XDV-1: one list of several is enough for sshd, so each of them has to begin with a key."""
    SSHD_CONFIG.write_text(SSHD_CONFIG.read_text().replace("publickey,keyboard-interactive:pam", methods))
    items = tool("check", "--service", "sshd", status=0)["items"]
    warned = [i["what"] for i in items if i.get("level") == "warning" and i["what"].startswith("sshd: ")]
    good_word = [i for i in items if i.get("level") == "good" and "AuthenticationMethods" in i["what"]]
    assert (part in " ".join(warned) and not good_word) if part else (not warned and good_word), items


@pytest.mark.parametrize("says,status,level", [
    ("OpenSSH_10.2p1 Debian-3", 1, "error"), ("OpenSSH_10.3p1, OpenSSL 3.5.4", 0, "warning"),
    ("OpenSSH_11.0p1", 0, "warning"), ("Dropbear v2025.88", 0, "warning")])
def test_release_of_sshd(says, status, level, good, tmp_path):  # pylint: disable=unused-argument
    """SSH-2, SSH-3: what display may be depends on it; a prompt is good everywhere."""
    with other_sshd(tmp_path, says):
        items = tool("check", "--service", "sshd", status=0)["items"]
        assert [i for i in items if i.get("level") == "good" and "the code is in the prompt" in i["what"]]
        append(CONF, "[service sshd]\ndisplay = info\n")
        items = tool("check", "--service", "sshd", status=status)["items"]
    (found,) = [i for i in items if "display = info" in i.get("what", "")]
    assert found["level"] == level and "display = prompt" in found["mend"], found
