#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs something where it can change nothing: namespaces of its own, all else read-only.

    status = namespace.run(main)          # main() is called in there
    namespace.py COMMAND...               # the same from a shell

Inside, /etc is an overlay, /run, /dev and /var/log are fresh, and every other
mount is read-only, all of it in memory and private. What is started inside
lives in a process namespace whose first process the kernel kills when the
caller dies, SIGKILL included, and everything else in there with it. So nothing
is left behind, however it ends. Processes share the terminal, and the network
unless they get one of their own: loopback alone, where nobody else takes a port
that was free a moment ago, and no name server answers.

Must never mount anything before the new mount namespace is private.
"""

import ctypes
import fcntl
import os
import pathlib
import select
import signal
import socket
import stat
import struct
import sys
import termios
import traceback

BASE = pathlib.Path("/run/private_host")     # exists inside only
HIDDEN = ("/run", "/dev", "/proc", "/var/log")
# What finding a name server needs of the real /run; all of it stays read-only.
RESOLVER = ("systemd/resolve", "resolvconf", "NetworkManager", "connman")
DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9),
           "tty": (5, 0), "ptmx": (5, 2)}

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWPID = 0x00020000, 0x04000000, 0x20000000
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1
MS_NOSUID, MS_BIND, MS_PRIVATE = 0x2, 0x1000, 0x40000
PR_SET_PDEATHSIG = 1
SYS_MOUNT_SETATTR, AT_RECURSIVE, MOUNT_ATTR_RDONLY = 442, 0x8000, 0x1
AT_FDCWD = -100

_libc = ctypes.CDLL(None, use_errno=True)


class NamespaceError(Exception):
    """The private place could not be made."""


class _MountAttr(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def _check(result, what):
    if result < 0:
        error = ctypes.get_errno()
        raise NamespaceError(f"{what}: {os.strerror(error)} (needs root and CAP_SYS_ADMIN)")


def _mount(source, target, kind=None, flags=0, data=None):
    args = [None if a is None else os.fsencode(a) for a in (source, target, kind, data)]
    _check(_libc.mount(args[0], args[1], args[2], ctypes.c_ulong(flags), args[3]),
           f"mounting {target}")


def _set_mounts(path, readonly, recursive=False):
    """Read-only or not, and private in any case: no mount of ours is seen outside."""
    flag = MOUNT_ATTR_RDONLY
    attr = _MountAttr(flag if readonly else 0, 0 if readonly else flag, MS_PRIVATE, 0)
    _check(_libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, os.fsencode(path),
                         AT_RECURSIVE if recursive else 0, ctypes.byref(attr),
                         ctypes.sizeof(attr)), f"changing the mounts of {path}")


def _bind(source, target, readonly):
    _mount(source, target, flags=MS_BIND)
    _set_mounts(target, readonly)


def overlay(path):
    """From now on changes below this folder are in memory and private."""
    if not inside():
        raise NamespaceError("overlay() outside of a private namespace")
    layer = BASE / "layers" / str(path).strip("/").replace("/", "-")
    (layer / "upper").mkdir(parents=True)
    (layer / "work").mkdir()
    _mount("overlay", path, "overlay",
           data=f"lowerdir={path},upperdir={layer}/upper,workdir={layer}/work")


def _fresh_run():
    """/run in memory, with our base; sockets of the real system cannot be reached (D-Bus)."""
    real = os.open("/run", os.O_PATH)
    _mount("tmpfs", "/run", "tmpfs", MS_NOSUID, "mode=755")
    for name in RESOLVER:
        source = f"/proc/self/fd/{real}/{name}"
        if os.path.isdir(source):
            target = pathlib.Path("/run", name)
            target.mkdir(parents=True)
            _bind(source, target, readonly=True)
    os.close(real)
    (BASE / "tmp").mkdir(parents=True)
    (BASE / "tmp").chmod(0o1777)
    pathlib.Path("/run/lock").mkdir()
    pathlib.Path("/run/utmp").touch(mode=0o664)


def _fresh_dev():
    """/dev with what programs need, and a place for a log socket of our own."""
    real = os.open("/dev", os.O_PATH)
    _mount("tmpfs", "/dev", "tmpfs", MS_NOSUID, "mode=755")
    for name, number in DEVICES.items():
        os.mknod(f"/dev/{name}", stat.S_IFCHR, os.makedev(*number))
        os.chmod(f"/dev/{name}", 0o666)
    os.mkdir("/dev/pts")      # the real one: the terminal of the person is in it
    _bind(f"/proc/self/fd/{real}/pts", "/dev/pts", readonly=False)
    os.close(real)
    os.mkdir("/dev/shm")
    os.chmod("/dev/shm", 0o1777)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink(f"/proc/self/fd{target}", f"/dev/{name}")


def _fresh_log():
    """/var/log, so that nobody's sign-in is recorded in the files of the real system."""
    _mount("tmpfs", "/var/log", "tmpfs", MS_NOSUID, "mode=755")
    for name, mode in (("wtmp", 0o664), ("btmp", 0o600), ("lastlog", 0o664)):
        pathlib.Path("/var/log", name).touch(mode=mode)


def _fresh_network():
    """Loopback, and nothing else."""
    _check(_libc.unshare(CLONE_NEWNET), "new network namespace")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def _set_up(hostname, writable, own_network):
    _check(_libc.unshare(CLONE_NEWNS | CLONE_NEWUTS), "new mount namespace")
    if own_network:
        _fresh_network()
    _set_mounts("/", readonly=True, recursive=True)
    for path in writable:
        _bind(path, path, readonly=False)
    _mount("proc", "/proc", "proc", MS_NOSUID)
    _fresh_run()
    _fresh_dev()
    _fresh_log()
    overlay("/etc")
    if hostname:
        name = os.fsencode(hostname)
        _check(_libc.sethostname(name, ctypes.c_size_t(len(name))), "host name")
    os.environ["TMPDIR"] = str(BASE / "tmp")


def inside():
    """Is this process in a private namespace?"""
    return BASE.is_dir()


def _die_with(parent_alive):
    """The kernel kills us when the caller dies; if it is dead already, we leave."""
    _check(_libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")
    if select.select([parent_alive], [], [], 0)[0]:
        os._exit(1)


def _status(wait_status):
    code = os.waitstatus_to_exitcode(wait_status)
    return code if code >= 0 else 128 - code


def _call(main):
    """main() as a process; its result is its exit status."""
    status = 1
    try:
        status = main() or 0
    except SystemExit as e:
        status = e.code if isinstance(e.code, int) else 0 if e.code is None else 1
        if isinstance(e.code, str):
            print(e.code, file=sys.stderr)
    except KeyboardInterrupt:
        status = 130
    except BaseException:  # pylint: disable=broad-except
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                pass
        os._exit(status)


def _first_process(main, parent_alive, *surroundings):
    """Process 1 in there: sets up, starts main and reaps; its end is the end of all."""
    status = 1
    try:
        _die_with(parent_alive)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _set_up(*surroundings)
        pid = os.fork()
        if pid == 0:
            os.close(parent_alive)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _call(main)
        while True:
            ended, wait_status = os.wait()
            if ended == pid:
                status = _status(wait_status)
                break
    except NamespaceError as e:
        print(f"private namespace: {e}", file=sys.stderr)
    except BaseException:  # pylint: disable=broad-except
        traceback.print_exc()
    finally:
        os._exit(status)


def _fork_into_new_pid_namespace():
    """fork() whose child is process 1 of a new namespace; later children are as before."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _check(_libc.unshare(CLONE_NEWPID), "new process namespace")
        pid = os.fork()
        if pid:
            _check(_libc.setns(own, CLONE_NEWPID), "back to the own process namespace")
        return pid
    finally:
        os.close(own)


class _Terminal:
    """Puts the terminal back into the state in which it was: who is killed cannot."""

    def __init__(self):
        try:
            self.saved = termios.tcgetattr(0)
        except (termios.error, OSError):
            self.saved = None

    def restore(self):
        """What a program in raw mode left behind is undone."""
        if self.saved:
            old = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            try:
                termios.tcsetattr(0, termios.TCSANOW, self.saved)
            except (termios.error, OSError):
                pass
            signal.signal(signal.SIGTTOU, old)


def _check_paths(paths):
    for path in paths:
        for hidden in HIDDEN:
            if pathlib.Path(hidden) in (path, *path.parents):
                raise NamespaceError(f"{path} cannot be used: {hidden} is another one inside; "
                                     "put the source tree elsewhere")


def run(main, *, hostname=None, writable=(), own_network=False):
    """Call main() inside; returns its result as an exit status.

    hostname: what gethostname() says inside. writable: folders of the real
    system that stay writable, for what the person shall keep. own_network:
    nothing but a loopback of its own.
    """
    writable = [pathlib.Path(p).resolve() for p in writable]
    _check_paths([pathlib.Path(__file__).resolve(), *writable])
    terminal = _Terminal()
    read, write = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = _fork_into_new_pid_namespace()
    if pid == 0:
        os.close(write)
        _first_process(main, read, hostname, writable, own_network)
    os.close(read)

    def leave(number, _frame):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        terminal.restore()
        os._exit(128 + number)

    watched = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    before = {number: signal.signal(number, leave) for number in watched}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return _status(os.waitpid(pid, 0)[1])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        terminal.restore()
        os.close(write)


def _run_command(argv):
    os.execvp(argv[0], argv)


def main():
    """namespace.py COMMAND...: run a command inside."""
    if len(sys.argv) < 2:
        sys.exit(f"usage: {main.__doc__}")
    try:
        sys.exit(run(lambda: _run_command(sys.argv[1:])))
    except NamespaceError as e:
        sys.exit(f"namespace.py: {e}")


if __name__ == "__main__":
    main()
