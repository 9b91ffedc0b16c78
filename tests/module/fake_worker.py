#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A scripted worker: the test build of the module starts it in place of the real one.

It has no arguments and no environment, so what it shall do comes with the
request: client_id is the path of a JSON file, a list of steps (a line of the
configuration is too short for the script itself). What it saw goes, line by
line, to a file of the same name with ".journal" behind it.

    ["challenge", {...}]   a CHALLENGE with these fields changed
    ["await"]              take the next message of the module (or its end)
    ["identity", {...}]    an IDENTITY; "claims" is a dict by name
    ["fault", code, text]  ["log", text, times, level]
    ["raw", hex]           these bytes as a message
    ["mark"]               note that all steps before this one are done
    ["sleep", seconds]  ["exit", status]  ["kill", "SEGV"]
    ["stay"]               ignore SIGTERM and the end of the socket, for ever
    ["fork"]               leave a child behind that holds the socket
"""

import json
import os
import pathlib
import signal
import socket
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

# pylint: disable=wrong-import-position
import symbols
import wire

SUBJECT = "248289761001"
STAY = 600


class Script:
    """The steps, and the socket that they use."""

    def __init__(self):
        self.sock = socket.socket(fileno=0)
        self.request = wire.receive(self.sock)
        self.path = pathlib.Path(self.request["client_id"])
        surroundings = self.surroundings()
        self.journal = open(f"{self.path}.journal", "a", encoding="ascii")
        self.note(started=os.getpid(), **surroundings)
        self.note(request={k: v.decode("latin-1") if isinstance(v, bytes) else v
                           for k, v in self.request.items()})

    def note(self, **what):
        """A line of the journal, there at once."""
        self.journal.write(json.dumps(what) + "\n")
        self.journal.flush()

    @staticmethod
    def surroundings():
        """What the module gave us besides the socket."""
        held = sorted(int(n) for n in os.listdir("/proc/self/fd"))
        return {
            # the interpreter adds LC_CTYPE to its own copy
            "environment": pathlib.Path("/proc/self/environ").read_text(encoding="latin-1"),
            "arguments": sys.argv[1:], "directory": os.getcwd(),
            "uid": os.getuid(), "session_leader": os.getsid(0) == os.getpid(),
            "descriptors": {n: os.readlink(f"/proc/self/fd/{n}") for n in held
                            if os.path.exists(f"/proc/self/fd/{n}") or n < 3},
            "blocked": sorted(int(s) for s in signal.pthread_sigmask(signal.SIG_BLOCK, [])),
            "ignored": sorted(n for n in range(1, 32) if n not in (9, 13, 19, 25)
                              and signal.getsignal(n) == signal.SIG_IGN),
        }

    def run(self):
        """All steps."""
        for step in json.loads(self.path.read_text(encoding="utf-8")):
            getattr(self, step[0])(*step[1:])
        self.note(done=True)

    def send(self, data):
        """One message; the module may have gone."""
        try:
            self.sock.sendall(data)
        except OSError as e:
            self.note(error=str(e))

    def challenge(self, changes=None):
        """A good CHALLENGE, or a bad one."""
        changes = dict(changes or {})
        uri = changes.pop("qr", symbols.USUAL)
        side, bits = symbols.symbol(uri) if uri else (0, None)
        if side > self.request["qr_side_max"]:
            side, bits = 0, None
        fields = {"verification_uri": symbols.URI, "user_code": "WDJB-MJHT", "expires_in_s": 600,
                  "qr_side": side, "qr_bits": bits, **changes}
        if isinstance(fields["qr_bits"], str):
            fields["qr_bits"] = bytes.fromhex(fields["qr_bits"])
        self.send(wire.encode("CHALLENGE", fields))

    def identity(self, changes=None):
        """A good IDENTITY, or a lie."""
        changes = dict(changes or {})
        values = changes.pop("claims", {})
        if isinstance(values, dict):
            values = [self._claim(want, values) for want in self.request["wants"]]
        fields = {"issuer": self.request["issuer"], "subject": SUBJECT, "claims": values, **changes}
        self.send(wire.encode("IDENTITY", fields))

    def _claim(self, want, values):
        default = SUBJECT if want["name"] == "sub" else None
        value = values.get(want["name"], default)
        return ... if value == "<invalid>" else value

    def fault(self, code, text="as the script says"):
        """A FAULT."""
        self.send(wire.fault(code, text))

    def log(self, text, times=1, level="DEBUG"):
        """Some LOG."""
        for _ in range(times):
            self.send(wire.log(text, level))

    def raw(self, data):
        """Bytes."""
        self.send(bytes.fromhex(data))

    def huge(self, size):
        """A message of so many bytes."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUFFORCE if os.geteuid() == 0
                             else socket.SO_SNDBUF, 4 * size)
        self.send(wire.log("x" * size))

    def mark(self):
        """What was sent before has reached the module's socket."""
        self.note(mark=True)

    def sleep(self, seconds):
        """Be slow."""
        time.sleep(seconds)

    def exit(self, status):
        """End."""
        self.note(exit=status)
        os._exit(status)

    def kill(self, name):
        """End by a signal."""
        self.note(kill=name)
        os.kill(os.getpid(), getattr(signal, "SIG" + name))

    def stay(self):
        """Be deaf."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self.note(stays=os.getpid())
        time.sleep(STAY)

    def fork(self):
        """Leave somebody behind, who holds the socket."""
        pid = os.fork()
        if pid == 0:
            time.sleep(STAY)
            os._exit(0)
        self.note(child=pid)


def _await(script):
    """["await"]: the next message, or the end."""
    script.sock.settimeout(STAY)
    message = wire.receive(script.sock)
    script.note(received=message["kind"] if message else None)
    if not message:
        script.exit(0)


setattr(Script, "await", _await)


def main():
    """Do what the request says."""
    try:
        Script().run()
    except (wire.WireError, OSError, struct.error) as e:
        print(e, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
