# SPDX-License-Identifier: BSD-2-Clause
"""A scripted proxy: CONNECT on loopback, as hostile as a case wants.

    with FakeProxy(answer=b"HTTP/1.1 502 Bad Gateway\r\n\r\n") as proxy:
        proxy.url, proxy.heads

answer: the bytes in answer to each CONNECT, or a function of the socket. A tunnel is opened after
those that begin with a status of 200.
"""

import contextlib
import socket
import threading

GOOD = b"HTTP/1.1 200 Connection established\r\n\r\n"
IDLE = 30


class FakeProxy:
    """One listening port; context: TLS to the client, by ssl."""

    def __init__(self, answer=GOOD, context=None):
        self.answer, self.context = answer, context
        self.heads = []                    # what each client asked with
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://localhost:{self.port}"
        self._stop = threading.Event()
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self._accepting.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._accepting.join(10)
        self._listener.close()

    def _accept(self):
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                sock, _ = self._listener.accept()
                sock.settimeout(IDLE)
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock):
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(sock)
            if self.context:
                sock = stack.enter_context(self.context.wrap_socket(sock, server_side=True))
            head = b""
            while b"\r\n\r\n" not in head:
                part = sock.recv(4096)
                if not part:
                    return
                head += part
            self.heads.append(head.decode("latin-1"))
            if callable(self.answer):
                self.answer(sock)
                return
            sock.sendall(self.answer)
            if self.answer.startswith(b"HTTP/1.1 200"):
                self._tunnel(stack, sock, head)

    @staticmethod
    def _tunnel(stack, sock, head):
        port = int(head.split(b" ")[1].rpartition(b":")[2])
        far = stack.enter_context(socket.create_connection(("127.0.0.1", port)))

        def copy(source, target):
            with contextlib.suppress(OSError):
                while part := source.recv(65536):
                    target.sendall(part)
            with contextlib.suppress(OSError):
                target.shutdown(socket.SHUT_WR)

        back = threading.Thread(target=copy, args=(far, sock), daemon=True)
        back.start()
        copy(sock, far)
        back.join(IDLE)

    def targets(self):
        """The hosts and ports that were asked for."""
        return [head.split(" ")[1] for head in self.heads]
