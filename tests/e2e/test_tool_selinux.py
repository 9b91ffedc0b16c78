# SPDX-License-Identifier: BSD-2-Clause
"""What pam-oauth check says of SELinux. The kernel of a test host has it off: a file in a mount of our
own says that it is on, and the worker's file gets the label that the policy module gives it."""

import contextlib
import json
import os
import pathlib
import subprocess

import pytest

from built import built
from host import compiled_in_worker

LABEL = "security.selinux"
TYPE = "system_u:object_r:pam_oauth_worker_exec_t:s0"
OTHER = "system_u:object_r:bin_t:s0"


@contextlib.contextmanager
def enforcing(word):
    """/sys/fs/selinux/enforce of a kernel that has SELinux."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/sys/fs"], check=True)
    try:
        folder = pathlib.Path("/sys/fs/selinux")
        folder.mkdir()
        (folder / "enforce").write_text(word, encoding="ascii")
        yield
    finally:
        subprocess.run(["umount", "/sys/fs"], check=True)


@pytest.fixture(name="worker")
def _worker(host):  # pylint: disable=unused-argument # it has put it there
    path = compiled_in_worker(built("PO_TEST_SHIPPED"))
    yield path
    with contextlib.suppress(OSError):
        os.removexattr(path, LABEL)


def finding():
    """What the command says of SELinux."""
    done = subprocess.run([built("PO_TOOL"), "check", "--service", "sshd", "--json"], capture_output=True,
                          text=True, check=False, timeout=120)
    (item,) = [i for i in json.loads(done.stdout)["items"] if i.get("what", "").startswith("SELinux")]
    return item


def test_off(worker):
    """No such file in /sys: nothing to do."""
    os.setxattr(worker, LABEL, OTHER.encode())
    assert finding()["level"] == "good"


@pytest.mark.parametrize("word, label, level", [
    ("1", f"{TYPE}\0", "good"),
    ("1", TYPE, "good"),
    ("1", f"{OTHER}\0", "warning"),
    ("1", None, "warning"),
    ("0", f"{OTHER}\0", "good"),
], ids=["the module's type", "without a final NUL", "another type", "no label", "permissive"])
def test_label_of_the_worker(worker, word, label, level):
    """A warning that names package and command, until the worker has its type."""
    if label is not None:
        os.setxattr(worker, LABEL, label.encode())
    with enforcing(word):
        item = finding()
    assert item["level"] == level, item
    if level == "warning":
        assert "pam_oauth-selinux" in item["mend"] and "restorecon" in item["mend"]
