# SPDX-License-Identifier: BSD-2-Clause
"""/dev/log of a private namespace: what programs in there send to syslog, kept in memory.

    log = LogSocket()
    mark = log.mark()
    log.wait_for(r"result=success", since=mark)
"""

import os
import re
import socket
import threading

# "<priority>Mon dd hh:mm:ss program[pid]: text"
FORMAT = re.compile(r"<(\d+)>(?:\w{3} [ \d]\d [\d:]{8} )?([^\s:\[]+)(?:\[(\d+)\])?: (.*)",
                    re.DOTALL)


class LogError(AssertionError):
    """A line that was waited for did not come."""


class Line:
    """One line of the log."""

    def __init__(self, raw):
        match = FORMAT.match(raw)
        number, self.program, pid, self.text = match.groups() if match else (6, "?", None, raw)
        self.priority = int(number) & 7
        self.pid = int(pid) if pid else None
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
        self._socket.bind(path)
        os.chmod(path, 0o666)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            raw = self._socket.recv(65536).rstrip(b"\0\n").decode("utf-8", "backslashreplace")
            with self._news:
                self._lines.append(Line(raw))
                self._news.notify_all()

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
