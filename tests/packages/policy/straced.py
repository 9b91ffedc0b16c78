# SPDX-License-Identifier: BSD-2-Clause
"""What a program asked of the kernel, as strace -f -y saw it, in the words of an SELinux policy."""

import re
import subprocess

CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)(?:<([^>]*)>)?", re.M)
DESCRIPTOR = re.compile(r"\d+<([^>]*)>")
KINDS = {("AF_INET", "STREAM"): "tcp_socket", ("AF_INET6", "STREAM"): "tcp_socket",
         ("AF_INET", "DGRAM"): "udp_socket", ("AF_INET6", "DGRAM"): "udp_socket",
         ("AF_UNIX", "SEQPACKET"): "unix_stream_socket", ("AF_UNIX", "STREAM"): "unix_stream_socket",
         ("AF_UNIX", "DGRAM"): "unix_dgram_socket", ("AF_NETLINK", "RAW"): "netlink_route_socket"}
# What is no file of a file system with labels.
LABELS = {"/proc/sys/crypto/fips_enabled": "sysctl_crypto_t",
          "/sys/devices/system/cpu/online": "cpu_online_t"}


def _opened(arguments, path):
    """The rights that a successful open needs; a handle for Landlock needs none."""
    if "O_PATH" in arguments:
        return
    for right in ("open", "getattr"):
        yield path, right
    if "O_WRONLY" not in arguments:
        yield path, "read"
    if "O_WRONLY" in arguments or "O_RDWR" in arguments:
        yield path, "write"


def files(trace):
    """{(path, permission)} of whatever succeeded."""
    found = set()
    for name, arguments, result, path in CALL.findall(trace):
        named = DESCRIPTOR.search(arguments)
        if name in ("open", "openat") and path:
            found.update(_opened(arguments, path))
        elif name == "mmap" and named and named[1].startswith("/"):
            found.add((named[1], "map"))
            if "PROT_EXEC" in arguments:
                found.add((named[1], "execute"))
        elif name in ("fstat", "newfstatat") and result == "0" and named and named[1].startswith("/"):
            if '""' in arguments or name == "fstat":
                found.add((named[1], "getattr"))
    return found


def itself(trace):
    """{(class, permission)} of the program upon itself: sockets, processes, limits."""
    found = set()
    for name, arguments, result, _ in CALL.findall(trace):
        if name in ("socket", "socketpair") and int(result) >= 0:
            domain, kind = re.match(r"(AF_\w+), SOCK_(\w+)", arguments).groups()
            kind = KINDS[domain, kind]
            found |= {(kind, "create"), (kind, "read"), (kind, "write")}
            if kind == "netlink_route_socket":
                found |= {(kind, "bind"), (kind, "nlmsg_read")}
            elif name == "socket":
                found |= {(kind, "connect"), (kind, "getopt"), (kind, "setopt"), (kind, "getattr")}
        elif name in ("clone", "clone3", "fork", "vfork") and int(result) > 0:
            found.add(("process", "fork"))
        elif name == "prlimit64" and not re.search(r"RLIMIT_\w+, NULL", arguments) and result == "0":
            found.add(("process", "setrlimit"))
        elif name in ("sched_getaffinity", "sched_getscheduler", "sched_getparam"):
            found.add(("process", "getsched"))
    return found


def label(contexts, path):
    """The type of a path."""
    if path in LABELS:
        return LABELS[path]
    said = subprocess.run(["matchpathcon", "-n", "-f", str(contexts), path], check=True,
                          capture_output=True, text=True).stdout.strip()
    return said.split(":")[2] if said.count(":") >= 3 else said
