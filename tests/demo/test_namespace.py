# SPDX-License-Identifier: BSD-2-Clause
"""The private namespace keeps its promise: seen from outside, nothing happens."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import pytest

from outside import changes, family, snapshot, survivors

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "lib/namespace.py"
CHANGE_ALL = """
set -eu
echo mallory:x:30000:30000::/:/bin/sh >> /etc/passwd
echo 'auth sufficient pam_permit.so' > /etc/pam.d/sshd
touch /etc/new /run/new /dev/new /var/log/wtmp
rm -f /etc/hostname /etc/hosts
mkdir -p /run/sshd /var/log/new
mount -t tmpfs tmpfs /mnt
hostname elsewhere
"""


def inside(*command, **kwargs):
    """Run a command in there."""
    return subprocess.run([sys.executable, str(PROGRAM), *command], text=True,
                          capture_output=True, check=False, timeout=60, **kwargs)


@pytest.fixture(autouse=True)
def _untouched():
    before = snapshot()
    host_name = os.uname().nodename
    yield
    assert changes(before, snapshot()) == []
    assert os.uname().nodename == host_name


def test_whatever_is_changed_inside():
    assert inside("sh", "-c", CHANGE_ALL).returncode == 0


@pytest.mark.parametrize("place", ["/tmp", "/usr", "/var", "/root", "/", "/home",
                                   str(PROGRAM.parent)])
def test_all_else_is_read_only(place):
    name = f"{place}/private-host-test"
    result = inside("sh", "-c", f"touch {name}")
    assert result.returncode != 0 and "Read-only" in result.stderr
    assert not os.path.lexists(name)


def test_the_caller_may_name_a_folder_to_keep(tmp_path):
    code = (f"import sys; sys.path.insert(0, {str(PROGRAM.parent)!r}); import namespace, pathlib\n"
            f"kept = pathlib.Path({str(tmp_path)!r})\n"
            "sys.exit(namespace.run(lambda: (kept / 'file').touch(), writable=[kept]))")
    assert subprocess.run([sys.executable, "-B", "-c", code], check=False).returncode == 0
    assert (tmp_path / "file").exists()


@pytest.mark.parametrize("own_network", [True, False])
def test_network_of_its_own(own_network):
    """With one: loopback works, no other interface is there, and ports outside are no matter."""
    with socket.create_server(("127.0.0.1", 0)) as outside:
        address = outside.getsockname()
        code = ("import namespace, os, socket, sys\n"
                "def main():\n"
                "    try:\n"
                f"        server = socket.create_server({address})\n"
                "    except OSError:\n"
                "        return 7\n"
                f"    socket.create_connection({address}).close()\n"
                "    return len(socket.if_nameindex()) - 1\n"
                f"sys.exit(namespace.run(main, own_network={own_network}))")
        done = subprocess.run([sys.executable, "-B", "-c", code], check=False,
                              env={**os.environ, "PYTHONPATH": str(PROGRAM.parent)})
    assert done.returncode == (0 if own_network else 7)


@pytest.mark.parametrize("command, status", [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137)])
def test_exit_status(command, status):
    assert inside("sh", "-c", command).returncode == status


def test_no_real_service_can_be_reached():
    """No session manager, bus or log of the real system hears of what happens in there."""
    result = inside("find", "/run", "/dev", "-type", "s")
    assert (result.returncode, result.stdout) == (0, "")


def test_orphans_end_with_the_first_process():
    """A daemon that detached itself is gone when the command is done."""
    result = inside("sh", "-c", "setsid sleep 4242 > /dev/null 2>&1 & sleep 0.2")
    assert result.returncode == 0
    assert not [p for p in pathlib.Path("/proc").glob("[0-9]*/cmdline")
                if b"sleep\x004242" in _read(p)]


def _read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def sleepers(pid, count):
    """All that this process has started, once so many of them are sleep: sh forks first."""
    deadline = time.monotonic() + 20
    while True:
        everybody = family(pid)
        if sum(name == "sleep" for _, name in everybody.values()) == count:
            return everybody
        assert time.monotonic() < deadline, everybody
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_killed_with_everything_in_there(number):
    script = CHANGE_ALL + "setsid sleep 1000 & trap '' TERM HUP; echo ready; sleep 1000"
    with subprocess.Popen([sys.executable, str(PROGRAM), "sh", "-c", script],
                          stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        everybody = sleepers(process.pid, 2)
        process.send_signal(number)
        process.wait(20)
        assert process.returncode in (-number, 128 + number)
        assert survivors(everybody) == {}


def test_needs_root(tmp_path):
    tmp_path.chmod(0o755)
    result = subprocess.run(
        ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", sys.executable, "-B",
         "-"], input=PROGRAM.read_text().replace("__file__", f"'{tmp_path}/x'").replace(
             "sys.argv", "['namespace.py', 'true']"),
        text=True, capture_output=True, check=False)
    assert result.returncode == 1 and "needs root" in result.stderr
