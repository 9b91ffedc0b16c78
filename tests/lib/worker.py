# SPDX-License-Identifier: BSD-2-Clause
"""The real worker under test: started as the module starts it, driven over its socket.

    with Worker(binary) as worker:
        worker.send(wire.request(issuer=...))
        message = worker.receive()
        ...
        worker.finish()          # it ended by itself, silently, and left no child

Nothing here waits for ever: each step has a deadline and says what it waited for.
"""

import os
import pathlib
import select
import signal
import socket
import subprocess
import threading
import time

import wire

PATIENCE = 40        # seconds; longer than any answer of the worker may take


class WorkerError(Exception):
    """The worker did what it must not, or not what it must."""


class Pipe:
    """Collects what comes out of a descriptor, so that the writer never blocks."""

    def __init__(self, stream):
        self.stream, self.data = stream, b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        with self.stream:
            while part := os.read(self.stream.fileno(), 65536):
                self.data += part

    def text(self):
        """Everything, once the writer has ended."""
        self._thread.join(5)
        return self.data.decode(errors="replace")


class Worker:
    """One run of the worker binary, as the current user."""

    def __init__(self, binary, patience=PATIENCE, env=None):
        self.patience = patience
        self.sock, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * wire.LIMIT)
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * wire.LIMIT)
        self.started = time.monotonic()
        with theirs:
            self.process = subprocess.Popen(  # pylint: disable=consider-using-with
                [str(binary)], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=env or {}, cwd="/", close_fds=True)
        self.stdout, self.stderr = Pipe(self.process.stdout), Pipe(self.process.stderr)
        self.messages = []
        self.ended = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def send(self, data):
        """One message to the worker."""
        self.sock.settimeout(self.patience)
        self.sock.sendall(data)

    def receive(self, timeout=None):
        """The next message; None when the worker has closed its end."""
        self.sock.settimeout(timeout or self.patience)
        try:
            message = self._receive()
        except TimeoutError:
            raise WorkerError(f"no message within {timeout or self.patience} s; so far "
                              f"{self.messages}") from None
        if message:
            message["at"] = time.monotonic()
            self.messages.append(message)
        return message

    def _receive(self):
        """One that left messages unread resets the connection; its last words follow."""
        try:
            return wire.receive(self.sock)
        except ConnectionResetError:
            return wire.receive(self.sock)

    def quiet(self, seconds):
        """True if the worker says nothing for so long."""
        readable, _, _ = select.select([self.sock], [], [], seconds)
        return not readable

    def children(self):
        """Processes that the worker has started."""
        found = []
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            try:
                found += task.read_text().split()
            except OSError:
                pass
        return found

    def cancel(self):
        """What the module does when nobody is there any more."""
        self.sock.close()

    def alive(self):
        """Is the process still there?"""
        return self.process.poll() is None

    def wait(self, timeout=None):
        """Wait for the end of the process; seconds that it took."""
        start = time.monotonic()
        try:
            self.process.wait(timeout or self.patience)
        except subprocess.TimeoutExpired:
            raise WorkerError(f"still running after {timeout or self.patience} s") from None
        self.ended = time.monotonic()
        return self.ended - start

    def finish(self, timeout=None, second=False):
        """The end as it has to be: by itself, without a signal, without a word or a child.
        second: one that revokes tokens may be there, and stay."""
        children = self.children()
        if len(children) > second:
            raise WorkerError(f"the worker has children: {children}")
        self.wait(timeout)
        status = self.process.returncode
        said = self.stdout.text() + self.stderr.text()
        if status < 0:
            raise WorkerError(f"ended by {signal.Signals(-status).name}; it said: {said}")
        if said:
            raise WorkerError(f"the worker wrote to its terminal: {said}")
