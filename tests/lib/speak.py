# SPDX-License-Identifier: BSD-2-Clause
"""How the scripted server puts an Answer on the wire, however broken it is meant to be."""

import select
import socket
import ssl
import struct
import time

FILLER = b" " * 16384
ENDLESS_SECONDS = 30
REASONS = {200: "OK", 204: "No Content", 302: "Found", 400: "Bad Request", 401: "Unauthorized",
           403: "Forbidden", 404: "Not Found", 429: "Too Many Requests",
           500: "Internal Server Error", 503: "Service Unavailable"}


class Gone(Exception):
    """The client, or the test, has left."""


class Speaker:
    """The sending half of one connection, for one answer."""

    def __init__(self, sock, stop):
        self.sock, self.stop = sock, stop
        self.last_byte = None          # when the last byte was about to go out

    def say(self, answer, body):
        """Send the answer; False if the connection has to be closed."""
        if answer.delay:
            self._pause(answer.delay)
        if answer.hang:
            return self._until_gone()
        if answer.reset:
            linger = struct.pack("ii", 1, 0)
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            return False
        if answer.drop:
            return self._bye()
        if answer.raw is not None:
            self._send(body)
            return self._bye()
        if answer.endless:
            return self._endless(answer)
        self._answer(answer, body)
        if answer.cut is not None:
            return False
        if answer.close_later >= 0:
            self._pause(answer.close_later)
            return self._bye()
        return self._bye() if answer.close else True

    def _answer(self, answer, body):
        head = self._head(answer, body)
        data = body if answer.cut is None else body[:answer.cut]
        if answer.chunked:
            data = _chunks(data, answer.chunked)
        if answer.drip_all:
            self._drip(head + data, answer.drip)
        elif answer.drip:
            self._send(head)
            self._drip(data, answer.drip)
        else:
            self._send(head + data)

    def _head(self, answer, body):
        lines = [f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'Whatever')}"]
        if answer.content_type is not None:
            lines.append(f"Content-Type: {answer.content_type}")
        if answer.chunked:
            lines.append("Transfer-Encoding: chunked")
        elif answer.status not in (204, 304):
            length = len(body) if answer.length is None else answer.length
            lines.append(f"Content-Length: {length}")
        if answer.close:
            lines.append("Connection: close")
        lines += [f"{name}: {value}" for name, value in answer.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _send(self, data):
        self.last_byte = time.monotonic()
        self.sock.sendall(data)

    def _drip(self, data, seconds):
        for i in range(len(data)):
            self._pause(seconds if i else 0)
            self._send(data[i:i + 1])

    def _endless(self, answer):
        """Send until the client has had enough."""
        ok = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        start, more = {
            "body": (ok + b"\r\n{", FILLER),
            "headers": (ok, b"X-Filler: " + b"x" * 80 + b"\r\n"),
            "line": (ok + b"X-Filler: ", b"x" * 16384),
            "1xx": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
            "trailers": (ok + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
                         b"X-Filler: " + b"x" * 80 + b"\r\n"),
        }[answer.endless]
        until = time.monotonic() + ENDLESS_SECONDS
        self._send(start)
        while time.monotonic() < until:
            if self.stop.is_set():
                raise Gone("the test is over")
            self._send(more)
            if answer.endless == "1xx":
                self._pause(0.05)
        return self._bye()

    def _pause(self, seconds):
        """Wait, but not for a client that has left."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self.stop.is_set():
                raise Gone("the test is over")
            readable, _, _ = select.select([self.sock], [], [], min(left, 0.1))
            if readable and self._left():
                raise Gone("the client left")

    def _left(self):
        """True when the client has closed; other bytes are of no interest here."""
        self.sock.settimeout(0.05)
        try:
            return self.sock.recv(4096) == b""
        except (ssl.SSLWantReadError, TimeoutError):
            return False
        except OSError:
            return True

    def _until_gone(self):
        self.last_byte = None
        while not self.stop.is_set():
            readable, _, _ = select.select([self.sock], [], [], 0.1)
            if readable and self._left():
                break
        self.last_byte = time.monotonic()
        return False

    def _bye(self):
        """Close as a polite server does, with TLS's own farewell."""
        try:
            self.sock.settimeout(0)
            self.sock.unwrap()
        except (OSError, AttributeError, ValueError):
            pass
        return False


def _chunks(data, size):
    parts = [data[i:i + size] for i in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"
