# SPDX-License-Identifier: BSD-2-Clause
"""/dev/log of a private namespace: what programs in there send to syslog, kept in memory.

    log = LogSocket()
    mark = log.mark()
    log.wait_for(r"result=success", since=mark)
"""

import os
import re
import socket
import struct
import threading

# "<priority>Mon dd hh:mm:ss program[pid]: text"
FORMAT = re.compile(r"<(\d+)>(?:\w{3} [ \d]\d [\d:]{8} )?([^\s:\[]+)(?:\[(\d+)\])?: (.*)",
                    re.DOTALL)

CREDENTIALS = struct.Struct("3i")     # unix(7): process, user and group of a sender
FENCE = b"everything before this has been read"


class LogError(AssertionError):
    """A line that was waited for did not come."""


class Line:
    """One line of the log."""

    def __init__(self, raw, sender=None):
        match = FORMAT.match(raw)
        number, self.program, pid, self.text = match.groups() if match else (6, "?", None, raw)
        self.priority = int(number) & 7
        self.pid = int(pid) if pid else None
        self.sender = sender      # the process that wrote it, as the kernel says; 0: not in here
        self.raw = raw

    def __str__(self):
        return f"{self.program}[{self.pid}]: {self.text}"

    __repr__ = __str__


class LogSocket:
    """Listens until the process ends; anybody may write to it."""

    def __init__(self, path="/dev/log"):
        self._lines = []
        self._news = threading.Condition()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._path = path
        self._fences = 0
        self._socket.bind(path)
        os.chmod(path, 0o666)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            data, ancillary, _, _ = self._socket.recvmsg(65536, socket.CMSG_SPACE(CREDENTIALS.size))
            with self._news:
                if data == FENCE:
                    self._fences += 1
                else:
                    raw = data.rstrip(b"\0\n").decode("utf-8", "backslashreplace")
                    self._lines.append(Line(raw, self._sender(ancillary)))
                self._news.notify_all()

    @staticmethod
    def _sender(ancillary):
        return next((CREDENTIALS.unpack(data)[0] for _, kind, data in ancillary
                     if kind == socket.SCM_CREDENTIALS), None)

    def catch_up(self, timeout=30):
        """Returns when whatever was sent before has become a line."""
        with self._news:
            number = self._fences + 1
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.sendto(FENCE, self._path)
        with self._news:
            if not self._news.wait_for(lambda: self._fences >= number, timeout):
                raise LogError("nobody reads the log")

    def mark(self):
        """A place to which lines() can count back."""
        with self._news:
            return len(self._lines)

    def lines(self, pattern="", since=0):
        """All lines that the regular expression fits, oldest first."""
        with self._news:
            return self._fitting(pattern, since)

    def wait_for(self, pattern, since=0, count=1, timeout=10):
        """The lines that fit, as soon as there are so many of them."""
        with self._news:
            enough = self._news.wait_for(lambda: len(self._fitting(pattern, since)) >= count,
                                         timeout)
            if not enough:
                told = "\n".join(map(str, self._lines[since:]))
                raise LogError(f"no line like {pattern!r} in the log:\n{told}")
            return self._fitting(pattern, since)

    def _fitting(self, pattern, since):
        return [line for line in self._lines[since:] if re.search(pattern, str(line))]
