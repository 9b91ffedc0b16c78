# SPDX-License-Identifier: BSD-2-Clause
"""pam-oauth check on hosts with other releases of OpenSSH."""

import contextlib
import shutil
import subprocess

import pytest

from test_tool import CONF, _good, append, tool    # pylint: disable=unused-import


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
