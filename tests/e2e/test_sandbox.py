# SPDX-License-Identifier: BSD-2-Clause
"""The worker's chains, seen from inside (tests/lib/captured.c, started by the real module in a
real sshd) and from outside (/proc of a worker that waits); and kernels that lack some of them.

What a captured worker can still do, and why that is as it is:
 - connect to the ports of the configuration on any host, send UDP, talk to unix sockets that
   everybody may talk to: the resolver needs them;
 - lower its own limits, make itself dumpable again: nobody else of its uid runs code of an
   attacker's, and if a second worker did, ptrace and /proc are refused to that one just the same;
 - forget PR_SET_PDEATHSIG: the module kills by process id at the end of each login;
 - name any identity: so rules, root rule, uid range and deadline are the module's.
"""

import ctypes
import errno
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import pytest

from answers import SUBJECT, pending
from built import built
from fake_as import FakeAs
from host import WORKER_UID, WORKER_USER, compiled_in_worker, install
from old_kernel import ALL, without
from sshd import Sshd
import namespace

LIBC_SIGNALS = 3 << 31         # 32 and 33, for threads: no program can set them, or reset them
TEMPORARY = ("/tmp", "/var/tmp")
EPERM, EACCES, ENOSYS, EFBIG, OK = errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EFBIG, 0

# attempt: (after lock-down, the same without Landlock, the control without chains)
FILES = {
    "read_hosts": (OK, OK, OK),
    "read_shadow": (EACCES, EACCES, EACCES),           # by its uid
    "read_secret": (EACCES, EACCES, EACCES),
    "read_self_mem": (EACCES, EACCES, EACCES),         # not dumpable: root's
    "dumpable_self_mem": (EACCES, OK, OK),             # after set_dumpable: its own memory, no more
    "read_init": (EACCES, OK, OK),
    "read_terminal": (EACCES, errno.ENXIO, errno.ENXIO),   # a session of its own has none
    "read_folder": (EACCES, OK, OK),
    "read_var": (EACCES, OK, OK),
    "create_tmp": (EACCES, EFBIG, OK),                 # without Landlock: an empty file
    "create_var_tmp": (EACCES, EFBIG, OK),
    "create_shm": (EACCES, EFBIG, OK),
    "create_run": (EACCES, EACCES, EACCES),
    "create_cwd": (errno.EROFS,) * 3,                  # "/", read-only in the namespace
    "create_etc": (EACCES, EACCES, EACCES),
    "make_folder": (EACCES, OK, OK),
    "make_link": (EACCES, OK, OK),
    "write_file": (EACCES, OK, OK),                    # RLIMIT_FSIZE lets no byte in
    "truncate_file": (EACCES, OK, OK),
    "bind_path": (EACCES, OK, OK),
}
PROCESSES = {
    "fork_libc": (EPERM, EPERM, OK), "fork_call": (EPERM, EPERM, OK),
    "vfork_libc": (EPERM, EPERM, OK), "clone_call": (EPERM, EPERM, OK),
    "clone3_call": (ENOSYS, ENOSYS, OK), "spawn": (EPERM, EPERM, OK),
    "exec_true": (EPERM, EPERM, None), "exec_setuid": (EPERM, EPERM, None),
    "exec_at": (EPERM, EPERM, None), "new_privileges": (EPERM, EPERM, EPERM),
    "unset_no_new_privileges": (errno.EINVAL, errno.EINVAL, errno.EINVAL),
    "trace_parent": (EPERM, EPERM, EPERM), "trace_me": (EPERM, EPERM, None),
    "read_memory": (EPERM, EPERM, EPERM),
    "parent_environment": (EACCES, EACCES, EACCES), "parent_memory": (EACCES, EACCES, EACCES),
    "parent_maps": (EACCES, EACCES, EACCES), "parent_status": (EACCES, OK, OK),
    "kill_parent": (EPERM, EPERM, EPERM), "kill_all": (EPERM, EPERM, OK),
    "tgkill_parent": (EPERM, EPERM, EPERM), "pidfd_parent": (EPERM, EPERM, OK),
    "tgkill_sibling": (EPERM, EPERM, OK), "tgkill_self": (OK, OK, OK),
    "slow_sibling": (EPERM, EPERM, OK), "move_sibling": (EPERM, EPERM, OK),
    "limits_of_parent": (EPERM, EPERM, EPERM), "limits_by_number": (EPERM, EPERM, OK),
    "limit_fsize": (EPERM, EPERM, None), "limit_nofile": (EPERM, EPERM, None),
    "limit_as": (EPERM, EPERM, None), "limit_cpu": (EPERM, EPERM, None),
    "limit_core": (EPERM, EPERM, EPERM),
    "set_dumpable": (OK, OK, OK),
}
NETWORK = {
    "raw_socket": (EPERM, EPERM, EPERM), "packet_socket": (EPERM, EPERM, EPERM),
    "connect_other": (EACCES, OK, OK), "bind_tcp": (EACCES, OK, OK),
    "listen_tcp": (EPERM, EPERM, OK),
}
KERNEL = {
    "become_root": (EPERM, EPERM, EPERM), "become_roots_group": (EPERM, EPERM, EPERM),
    "take_groups": (EPERM, EPERM, EPERM), "mount_something": (EPERM, EPERM, EPERM),
    "change_root": (EPERM, EPERM, EPERM), "new_user_namespace": (EPERM, EPERM, None),
    "load_bpf": (EPERM, EPERM, None), "fault_handler": (EPERM, EPERM, None),
    "ring": (EPERM, EPERM, errno.EFAULT), "keyring": (EPERM, EPERM, OK),
    "add_key": (EPERM, EPERM, OK), "performance": (EPERM, EPERM, None),
    "async_io": (EPERM, EPERM, errno.EFAULT), "personality_of": (EPERM, EPERM, OK),
    "module_load": (EPERM, EPERM, None), "by_handle": (EPERM, EPERM, None),
    "restart": (EPERM, EPERM, EPERM), "other_abi": (EPERM, EPERM, ENOSYS),
    "shared_memory": (EPERM, EPERM, OK), "message_queue": (EPERM, EPERM, OK),
}
ONCE = ["NumberOfPasswordPrompts=1"]
EXPECTED = {**FILES, **PROCESSES, **NETWORK, **KERNEL}
ONLY_X86 = ("fork_call", "other_abi")


def landlock_abi():
    """What this kernel has."""
    return ctypes.CDLL(None).syscall(444, None, 0, 1)


@pytest.fixture(scope="module", name="writable", autouse=True)
def _writable():
    """/tmp and /var/tmp as on any host: everybody may write. (The namespace has them read-only.)"""
    for folder in TEMPORARY:
        namespace.overlay(folder)
        os.chmod(folder, 0o1777)
    path = pathlib.Path("/tmp/writable")
    path.touch()
    path.chmod(0o666)


def left_behind():
    """What the attempts left in the folders where everybody may write."""
    return [path for folder in (*TEMPORARY, "/dev/shm", "/run")
            for path in pathlib.Path(folder).glob("*")
            if path.owner() == WORKER_USER or path.name in ("captured", "socket")]


@pytest.fixture(name="captured")
def _captured(host, worker_binary):         # pylint: disable=unused-argument
    """The attacker in the place of the worker."""
    target = compiled_in_worker(built("PO_TEST_SHIPPED"))
    install(built("PO_CAPTURED"), target, 0o711)
    yield
    install(worker_binary, target, 0o711)


@pytest.fixture(name="other_port")
def _other_port():
    """Somebody listens, and no configuration says so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture(name="server")
def _server(host, lab):
    """A provider whose person takes some time."""
    with FakeAs(lab, token=[pending()] * 3) as server:
        trust(host, server)
        yield server


def trust(host, server, **settings):
    """A host that believes this provider."""
    server.auth_method, server.client_secret, server.ca_file = "none", None, server.lab.ca_file
    host.configure(server, {"alice": f"sub={SUBJECT}"}, **settings)


def attempts(how, server, host, login, watch, *, sshd=None):
    """What the captured worker reports of a login: errno by attempt."""
    trust(host, server, client_id=how)
    host.write("client_secret", "of root's alone\n", 0o600)
    ssh = login(options=ONCE, **({"server": sshd} if sshd else {}))
    ssh.expect_refused()
    assert watch.outcome()["reason"] == "captured: that is all"
    words = " ".join(line.text.partition("captured: ")[2] for line in
                     watch.lines("worker.*captured: "))
    return {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", words)}


def judge(found, *columns):
    """Each attempt by its errno, that of one of these columns; nothing is without a row."""
    wanted = {name: {row[column] for column in columns} for name, row in EXPECTED.items()
              if None not in [row[column] for column in columns]
              and (name in found or name not in ONLY_X86)}
    assert set(EXPECTED) >= set(found) and set(found) >= set(wanted)
    wrong = {name: (errno.errorcode.get(found[name], "done"),
                    [errno.errorcode.get(number, "done") for number in numbers])
             for name, numbers in wanted.items() if found[name] not in numbers}
    assert not wrong, f"(found, wanted): {wrong}"


def test_after_lock_down(captured, server, other_port, host, login, watch):
    """Each attempt is refused, by the errno of the chain that is meant for it. Kernels before 6.12
    have less of Landlock: there each attempt ends as with all of it or as without (below)."""
    columns = (0,) if landlock_abi() >= 6 else (0, 1)
    judge(attempts(f"locked:{other_port}", server, host, login, watch), *columns)
    assert not left_behind()


def test_control_without_chains(captured, server, other_port, host, login, watch):
    """What the uid alone leaves possible: so the refusals above mean something."""
    judge(attempts(f"free:{other_port}", server, host, login, watch), 2)


@pytest.fixture(name="old_sshd")
def _old_sshd(host, request):
    """An sshd, and all below it, on a kernel that lacks these calls."""
    server = Sshd(host)
    server.lacks = request.param
    server.preexec_fn = without(*request.param)
    with server:
        yield server


@pytest.mark.parametrize("old_sshd", [["landlock"]], indirect=True)
def test_lock_down_without_landlock(captured, server, other_port, host, login, watch, old_sshd):
    """Kernels before 5.13: no process, no privilege, no byte in a file; ports stay open."""
    judge(attempts(f"locked:{other_port}", server, host, login, watch, sshd=old_sshd), 1)
    assert not left_behind()
    assert os.path.getsize("/tmp/writable") == 0


@pytest.mark.parametrize("old_sshd", [[name] for name in ALL] + [list(ALL)], indirect=True,
                         ids="-".join)
def test_login_on_old_kernels(server, login, watch, old_sshd, host):
    """It works without each of them, and without all of them."""
    debug(host)
    try:
        ssh = login(server=old_sshd)
        ssh.challenge()
        ssh.enter()
        ssh.expect_in("alice")
        assert watch.outcome()["result"] == "success"
    finally:
        host.set_stack()
    calls = re.search(r"Seccomp_filters:\t(\d+)", old_kernel_status(old_sshd)).group(1)
    assert int(calls) >= 1, "the filter of the test was on"
    level = watch.lines("sandbox: landlock ABI")[0].text.rsplit(" ", 1)[1]
    assert (level == "0") == ("landlock" in old_sshd.lacks), level


def old_kernel_status(server):
    """/proc/PID/status of that sshd."""
    return pathlib.Path(f"/proc/{server.process.pid}/status").read_text()


def debug(host):
    """The stack with the argument debug."""
    shipped = pathlib.Path("/etc/pam.d/sshd").read_text()
    pathlib.Path("/etc/pam.d/sshd").write_text(re.sub(r"(?m)(?<=pam_oauth\.so)(?=\s|$)", " debug",
                                                      shipped))
    del host


def status_of(pid):
    """/proc/PID/status as a dict."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_worker_that_waits(server, login, watch, host):
    """What the kernel says of a worker in the middle of a real login."""
    ssh = login()
    ssh.challenge()
    (pid,) = host.workers()
    status, process = status_of(pid), pathlib.Path(f"/proc/{pid}")
    assert status["Uid"].split() == status["Gid"].split() == [str(WORKER_UID)] * 4
    assert status["Groups"] == ""
    for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
        assert int(status[name], 16) == 0, name
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert int(status["SigBlk"], 16) == 0
    ignored = int(status["SigIgn"], 16) & ~LIBC_SIGNALS
    assert ignored == 1 << (signal.SIGPIPE - 1) | 1 << (signal.SIGXFSZ - 1)
    assert os.stat(process / "environ").st_uid == 0, "undumpable: its files in /proc are root's"
    assert os.stat(process / "mem").st_uid == 0
    assert (process / "environ").read_bytes() == b""
    assert (process / "cmdline").read_bytes().count(b"\0") == 1, "no arguments"
    assert os.readlink(process / "cwd") == "/"
    limits = (process / "limits").read_text()
    for name, value in (("core file size", 0), ("file size", 0), ("open files", 64),
                        ("address space", 512 << 20), ("cpu time", 30)):
        assert re.search(rf"Max {name} +{value} +{value} ", limits), (name, limits)
    ours = pathlib.Path("/proc/self/limits").read_text()      # sshd has it from here
    processes = re.compile(r"Max processes +\S+ +(\S+)")
    assert processes.search(limits).group(1) == processes.search(ours).group(1), (
        "RLIMIT_NPROC is left alone: it counts every worker of the uid")
    held = {int(fd.name): os.readlink(fd) for fd in (process / "fd").iterdir()}
    assert held[0].startswith("socket:") and held[1] == held[2] == "/dev/null"
    assert all(what.startswith(("socket:", "anon_inode:", "pipe:")) for fd, what in held.items()
               if fd > 2), held
    assert os.getsid(pid) == pid
    ssh.enter()
    ssh.expect_in("alice")
    watch.outcome()


def test_supplementary_groups_are_gone(server, login, host):
    """Even such that the worker's account has in /etc/group."""
    group = pathlib.Path("/etc/group")
    before = group.read_text()
    group.write_text(re.sub(r"(?m)^(disk|shadow|adm):(.*):(\d+):$", rf"\1:\2:\3:{WORKER_USER}",
                            before))
    try:
        assert WORKER_USER in subprocess.run(["id", "-Gn", WORKER_USER], text=True, check=True,
                                             capture_output=True).stdout
        ssh = login()
        ssh.challenge()
        (pid,) = host.workers()
        assert status_of(pid)["Groups"] == ""
    finally:
        group.write_text(before)


def without_entry(name, line=None):
    """/etc/passwd without this entry, or with another one."""
    path = pathlib.Path("/etc/passwd")
    lines = [old for old in path.read_text().splitlines() if not old.startswith(f"{name}:")]
    path.write_text("\n".join(lines + ([line] if line else [])) + "\n")


@pytest.mark.parametrize("line, reason", [
    (None, "the worker's user pam-oauth does not exist"),
    (f"{WORKER_USER}:x:0:{WORKER_UID}::/:/bin/false",
     "the worker's user pam-oauth has uid or gid 0"),
    (f"{WORKER_USER}:x:{WORKER_UID}:0::/:/bin/false",
     "the worker's user pam-oauth has uid or gid 0"),
])
def test_worker_user_that_cannot_be_used(line, reason, server, login, watch):
    """Issue item 2: a clear error, PAM_SERVICE_ERR, and nothing is sent."""
    passwd = pathlib.Path("/etc/passwd")
    before = passwd.read_text()
    without_entry(WORKER_USER, line)
    try:
        ssh = login(options=ONCE)
        ssh.expect_refused()
    finally:
        passwd.write_text(before)
    outcome = watch.outcome()
    assert (outcome["result"], outcome["reason"]) == ("misconfigured", reason)
    assert "Sign-in is misconfigured on this host. Tell your administrator." in ssh.text
    assert not server.requests


@pytest.mark.parametrize("variable", ["PO_TEST_SHIPPED", "PO_TEST_WORKER"])
def test_linked_to_be_hard(variable):
    """What the loader can do for it: all symbols bound and read-only before the first byte is read."""
    def readelf(option):
        return subprocess.run(["readelf", "-W", option, built(variable)], text=True, check=True,
                              capture_output=True).stdout
    dynamic, segments = readelf("-d"), readelf("-l")
    assert re.search(r"FLAGS_1\).*\bNOW\b", dynamic), dynamic
    assert "GNU_RELRO" in segments and "TEXTREL" not in dynamic
    assert re.search(r"GNU_STACK .* RW +0x", segments), segments
    assert "Shared object file" in readelf("-h") or "DYN" in readelf("-h"), "position-independent"
    assert "RUNPATH" not in dynamic and "RPATH" not in dynamic


@pytest.mark.parametrize("name", ["ABRT", "SEGV", "KILL", "XCPU"])
def test_worker_killed_while_it_waits(name, server, login, watch, host):
    """No core file, and an answer at once."""
    ssh = login(options=ONCE)
    ssh.challenge()
    (pid,) = host.workers()
    os.kill(pid, getattr(signal, f"SIG{name}"))
    ssh.enter()
    ssh.expect_refused("Sign-in failed inside this host. Tell your administrator.")
    outcome = watch.outcome()
    assert (outcome["result"], outcome["reason"]) == ("worker_late",
                                                      "the worker ended without an answer")
    found = [p for place in ("/", str(namespace.BASE / "tmp"), "/tmp", "/var/tmp", "/run")
             for p in pathlib.Path(place).glob("core*")]
    assert not found, found

