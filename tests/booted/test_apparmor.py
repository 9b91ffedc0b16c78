# SPDX-License-Identifier: BSD-2-Clause
"""The AppArmor profile as the package loads it: logins work with it, nothing is refused that a worker needs, and
what a worker never needs is refused to it even as root."""

import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import time

import pytest

from host import CONFIG
from idp import SECRET

PROFILE = "pam_oauth_worker"
FILE = pathlib.Path("/etc/apparmor.d/usr.libexec.pam_oauth_worker")
LOCAL = pathlib.Path("/etc/apparmor.d/local", FILE.name)
LOADED = pathlib.Path("/sys/kernel/security/apparmor/profiles")
PTRACE_ATTACH = 16
FOLDER = pathlib.Path("/tmp/folder")
LEFT = [pathlib.Path(path) for path in ("/tmp/link", "/tmp/stays", "/run/stays", "/var/tmp/stays",
                                        "/etc/systemd/system/stays", "/var/lib/pam_oauth/stays")]


@pytest.fixture(autouse=True)
def _loaded():
    """By systemd at boot, from what the package brought."""
    assert f"{PROFILE} (enforce)\n" in LOADED.read_text()
    pathlib.Path("/proc/sys/kernel/printk_ratelimit").write_text("0")     # each denial is told


@pytest.fixture(name="with_secret")
def _with_secret(system, configure):
    """A client with a secret in a file of root's, and the authority's certificate in /etc/pam_oauth."""
    path = system.write("secret", SECRET + "\n", 0o600)
    return lambda **keys: configure(**{"client_secret_file": path, **keys})


def denied(system, mark, last):
    """What the kernel has refused to the profile since then, up to a line with that text: they come when the
    kernel finds the time."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        lines = [line for line in system.kernel_lines()[mark:]
                 if 'apparmor="DENIED"' in line and f'profile="{PROFILE}"' in line]
        if any(last in line for line in lines):
            return lines
        time.sleep(0.1)
    raise AssertionError(f"no line with {last!r}, but: {lines}")


def label(pid):
    """Under which profile a process runs."""
    return pathlib.Path(f"/proc/{pid}/attr/current").read_text().strip()


def log_in(provider, login):
    """A whole one."""
    uri, code = login.challenge()
    provider.phone("alice").approve(uri, code)
    login.enter()
    login.expect_in()


def test_a_login_and_who_is_confined(system, provider, with_secret, ssh):
    """Worker and second process, and nobody else; nothing that they asked for was refused."""
    with_secret(revoke="yes")
    mark = len(system.kernel_lines())
    login = ssh()
    uri, code = login.challenge()
    labels = {}
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        labels.setdefault(label(process.name), []).append((process / "comm").read_text().strip())
    assert labels.pop(f"{PROFILE} (enforce)") == ["pam_oauth_worke"] * 2
    assert "sshd" in str(labels["unconfined"])
    provider.phone("alice").approve(uri, code)
    login.enter()
    login.expect_in()
    provider.wait_for_log(1, "/token/revocation")
    said, pid = in_a_child(reads("/etc/shadow"), PROFILE)
    assert said == "Permission denied"
    (_,) = denied(system, mark, f" pid={pid} ")         # so of the login, there was nothing


def test_a_worker_is_ended(system, with_secret, ssh):
    """The client goes while the code is shown; the module's end is heard, and its signal arrives."""
    with_secret()
    login = ssh()
    login.challenge()
    (worker,) = system.workers()
    os.kill(worker, signal.SIGSTOP)        # it will not end by itself: the module kills it
    login.kill()
    end = time.monotonic() + 10
    while pathlib.Path(f"/proc/{worker}").exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert not system.workers()


def test_certificates_elsewhere(system, provider, with_secret, ssh):
    """Refused with a line of the kernel's, until the local file allows it."""
    elsewhere = pathlib.Path("/opt/authority.pem")
    elsewhere.write_text(pathlib.Path(provider.ca_file).read_text())
    with_secret(ca_file=elsewhere)
    mark = len(system.kernel_lines())
    ssh().expect_refused()
    assert denied(system, mark, f'name="{elsewhere}"')
    before = LOCAL.read_text()
    LOCAL.write_text(f"{elsewhere} r,\n")
    system.run("apparmor_parser", "-r", str(FILE))
    try:
        log_in(provider, ssh())
    finally:
        LOCAL.write_text(before)
        system.run("apparmor_parser", "-r", str(FILE))


def in_a_child(action, profile=None, other=0):
    """What root gets of it, confined or not, "done" or the name of an error; and who tried. other: a process."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if profile:
                pathlib.Path("/proc/self/attr/current").write_text(f"changeprofile {profile}")
            action(other)
            said = "done"
        except OSError as e:
            said = os.strerror(e.errno)
        os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    os.waitpid(pid, 0)
    with os.fdopen(read) as answer:
        return answer.read(), pid


def libc(name, *args):
    """One of its calls."""
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*args) < 0:
        raise OSError(ctypes.get_errno(), name)


def writes(path):
    """Creates a file, or opens one."""
    return lambda other: os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def reads(path):
    """Opens a file."""
    return lambda other: os.close(os.open(path, os.O_RDONLY))


REFUSED = {
    "reads shadow": reads("/etc/shadow"),
    "reads a secret beside the configuration": reads("/etc/pam_oauth/secret"),
    "reads the rules": reads("/etc/pam_oauth/map"),
    "reads a host key": reads("/etc/ssh/ssh_host_ed25519_key"),
    "reads a home": reads("/home/alice/.bashrc"),
    "reads another process": lambda other: reads(f"/proc/{other}/environ")(other),
    "writes below /etc": writes("/etc/systemd/system/stays"),
    "writes below /var": writes("/var/tmp/stays"),
    "writes below /tmp": writes("/tmp/stays"),
    "writes below /run": writes("/run/stays"),
    "writes the state of logins": writes("/var/lib/pam_oauth/stays"),
    "makes a folder": lambda other: FOLDER.mkdir(),
    "makes a link": lambda other: os.symlink("/etc/shadow", "/tmp/link"),
    "runs a program": lambda other: os.execv("/bin/true", ["true"]),
    "runs itself anew": lambda other: os.execv("/usr/libexec/pam_oauth_worker", ["worker"]),
    "sends raw packets": lambda other: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close(),
    "listens to the wire": lambda other: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close(),
    "takes another uid": lambda other: os.setuid(1000),
    "enters another root": lambda other: os.chroot("/usr"),
    "mounts": lambda other: libc("mount", b"none", b"/mnt", b"tmpfs", 0, None),
    "traces": lambda other: libc("ptrace", PTRACE_ATTACH, other, None, None),
    "ends a process of others": lambda other: os.kill(other, signal.SIGKILL),
}


@pytest.fixture(name="other")
def _other():
    """A process of somebody who is not confined."""
    process = subprocess.Popen(["sleep", "600"])
    yield process.pid
    process.kill()
    process.wait()


@pytest.mark.parametrize("what", REFUSED)
def test_refused_even_to_root(system, other, what):
    """The same without the profile is possible, so it is the profile that says no."""
    pathlib.Path("/var/lib/pam_oauth").mkdir(mode=0o700, exist_ok=True)
    pathlib.Path("/home/alice/.bashrc").touch()
    system.write("secret", "a secret\n", 0o600)
    mark = len(system.kernel_lines())
    said, pid = in_a_child(REFUSED[what], PROFILE, other)
    assert said in ("Permission denied", "Operation not permitted")
    assert denied(system, mark, f" pid={pid} ")
    if not what.startswith("runs"):       # a program that was started says nothing more
        assert in_a_child(REFUSED[what], None, other)[0] == "done"
    for left in LEFT:
        left.unlink(missing_ok=True)
    if FOLDER.exists():
        FOLDER.rmdir()


def test_what_stays_allowed():
    """So a refusal is not that of a profile which allows nothing at all."""
    for path in ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl/openssl.cnf", str(CONFIG / "ca.pem")):
        assert in_a_child(reads(path), PROFILE)[0] == "done", path
    assert in_a_child(lambda other: socket.socket(socket.AF_INET6, socket.SOCK_STREAM).close(),
                      PROFILE)[0] == "done"


@pytest.mark.parametrize("how, said", [
    ("-r", "good    AppArmor: the worker is confined"),
    ("-rC", "warning AppArmor: the worker's profile is in mode complain"),
    ("-R", "warning AppArmor: no profile of the worker is loaded"),
])
def test_the_check_says_so(system, with_secret, how, said):
    """`pam-oauth check` names what confines the worker, and how to mend it."""
    with_secret()
    system.run("apparmor_parser", how, str(FILE))
    try:
        assert said in system.run("pam-oauth", "check", check=False)
    finally:
        system.run("apparmor_parser", "-r", str(FILE))
