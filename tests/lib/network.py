# SPDX-License-Identifier: BSD-2-Clause
"""A network of the test's own: a host and a provider, each in a namespace, and a cable between.

    with Network() as net:
        server = net.at_the_provider(lambda: FakeAs(lab, address=net.IPV4, ...))
        subprocess.run([*net.prefix(), "curl", ...])          # on the host's side
        net.cut("dropped")                                    # or "down", "reset"
        net.mend()

Nothing of it is seen from the network of the machine, and it is gone with its last process.
"""

import ctypes
import os
import pathlib
import re
import subprocess
import threading

CLONE_NEWNET = 0x40000000
CABLE = "cable"                # the interface on both sides
_libc = ctypes.CDLL(None, use_errno=True)


class NetworkError(Exception):
    """The network could not be made."""


def _call(name, *args):
    if getattr(_libc, name)(*args) != 0:
        raise NetworkError(f"{name}: {os.strerror(ctypes.get_errno())}")


def _in_a_thread(function):
    """What function() returns, called in a thread that ends then: its namespace was its own."""
    results = []

    def run():
        try:
            results.append((function(), None))
        except BaseException as e:  # pylint: disable=broad-except
            results.append((None, e))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    value, error = results[0]
    if error:
        raise error
    return value


def _new_namespace():
    """A descriptor that keeps an empty network namespace alive."""
    def make():
        _call("unshare", CLONE_NEWNET)
        return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    return _in_a_thread(make)


class Network:
    """Two namespaces; the same addresses in each network."""

    IPV4, IPV6 = "10.77.0.1", "fd77::1"        # the provider's; the host has the next ones
    NAME = "provider.test"                     # for /etc/hosts
    HALF_DEAD = "half-dead.test"               # likewise, with addresses where nobody answers
    DEAD_IPV4, DEAD_IPV6 = "10.77.0.3", "fd77::9"    # RFC 6724: sorted before the live IPv4

    def __init__(self):
        self._host = self._provider = -1

    def __enter__(self):
        self._host, self._provider = _new_namespace(), _new_namespace()
        self._ip(self._host, "link", "add", CABLE, "type", "veth", "peer", "name", CABLE,
                 "netns", self._path(self._provider))
        for side, number in ((self._provider, 1), (self._host, 2)):
            self._ip(side, "link", "set", "lo", "up")
            self._ip(side, "address", "add", f"10.77.0.{number}/24", "dev", CABLE)
            self._up(side, number)
        return self

    def __exit__(self, *_):
        for side in (self._host, self._provider):
            os.close(side)

    @staticmethod
    def _path(side):
        return f"/proc/{os.getpid()}/fd/{side}"

    def _run(self, side, *command, text=None):
        done = subprocess.run(["nsenter", f"--net={self._path(side)}", *command], input=text,
                              text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise NetworkError(f"{' '.join(command)}: {done.stderr}")
        return done.stdout

    def _ip(self, side, *arguments):
        self._run(side, "ip", *arguments)

    def _up(self, side, number):
        """IPv6 addresses go with the interface; nobody else can have this one (nodad)."""
        self._ip(side, "link", "set", CABLE, "up")
        self._ip(side, "address", "replace", f"fd77::{number}/64", "dev", CABLE, "nodad")

    def at_the_provider(self, function):
        """function(), whose sockets are the provider's."""
        def there():
            _call("setns", self._provider, CLONE_NEWNET)
            return function()
        return _in_a_thread(there)

    def prefix(self, resolver=None):
        """What to put before a command of the host; resolver: a file in place of resolv.conf."""
        enter = ["nsenter", f"--net={self._path(self._host)}"]
        if resolver is None:
            return enter
        bind = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
        return [*enter, "unshare", "--mount", "--propagation", "private", "sh", "-c", bind,
                str(resolver)]

    def cut(self, how):
        """No packet gets through any more."""
        if how == "down":
            self._ip(self._host, "link", "set", CABLE, "down")
            return
        verdict = {"dropped": "drop", "reset": "meta l4proto tcp reject with tcp reset"}[how]
        self._run(self._host, "nft", "-f", "-", text="".join(
            f"table inet cut {{ chain {hook} {{\ntype filter hook {hook} priority 0\n"
            f"{way}ifname {CABLE} {verdict if hook == 'output' else 'drop'}\n}}\n}}\n"
            for hook, way in (("output", "o"), ("input", "i"))))

    def swallow(self, *addresses):
        """At the provider these are addresses of a machine that TCP gets no answer from. They are
        there, so that packets leave the host: dropped at home, connect() would fail at once."""
        rules = ""
        for a in addresses:
            family, bits, *options = ("ip6", 64, "nodad") if ":" in a else ("ip", 24)
            self._ip(self._provider, "address", "add", f"{a}/{bits}", "dev", CABLE, *options)
            rules += f"{family} daddr {a} meta l4proto tcp counter name swallowed drop\n"
        self._run(self._provider, "nft", "-f", "-", text="table inet swallow {\n"
                  "counter swallowed { }\nchain input {\n"
                  f"type filter hook input priority 0\n{rules}}}\n}}\n")

    def swallowed(self):
        """How many packets have vanished there."""
        text = self._run(self._provider, "nft", "list", "counter", "inet", "swallow", "swallowed")
        return int(re.search(r"packets (\d+)", text).group(1))

    def mend(self):
        """As it was."""
        self._run(self._host, "nft", "flush", "ruleset")
        self._up(self._host, 2)


def plain_resolver_file():
    """/etc/resolv.conf as a file that something can be mounted over; for a private /etc."""
    path = pathlib.Path("/etc/resolv.conf")
    text = path.read_text(encoding="ascii") if path.exists() else ""
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="ascii")
