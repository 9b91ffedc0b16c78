# SPDX-License-Identifier: BSD-2-Clause
"""A scripted authorization server: HTTPS on loopback, as hostile as a case wants.

    with FakeAs(lab, token=[pending(), error("access_denied")]) as server:
        ...  server.issuer, server.requests, server.handshakes, server.violations

For each endpoint ("discovery", "oauth", "device", "token", "jwks", "userinfo",
"introspect", "user") the script is one Answer for every request, or a list that is used up first and followed by
the good answer. What a case does not name is good, so that a case only says
what differs. The server records every request and keeps the polling rules of
its own (pollrules.py).
"""

import json
import socket
import ssl
import threading
import time
import traceback
from urllib.parse import parse_qsl

import answers
from answers import Answer
from pollrules import PollRules
from speak import Gone, Speaker

MAX_HEAD = 256 * 1024         # an access token of LIM-7 fits a header
IDLE = 60


class Request:
    """One request as it came in."""

    def __init__(self, connection, start):
        self.connection = connection          # a Connection
        self.start = start
        self.end = None                       # when the last byte of the answer went out
        self.method = self.path = self.version = self.endpoint = None
        self.headers = []                     # (lower-case name, value)
        self.form = []                        # (name, value)
        self.body = b""

    def header(self, name):
        """The value of a header, None if absent."""
        return dict(self.headers).get(name)

    def field(self, name):
        """The value of a form field, None if absent."""
        return dict(self.form).get(name)

    def __repr__(self):
        return f"<{self.method} {self.path} on connection {self.connection.number}>"


class Connection:
    """One TLS connection that was set up."""

    def __init__(self, number, sock):
        self.number, self.sock = number, sock
        self.requests = 0
        self.resumed = bool(getattr(sock, "session_reused", False))
        self.tls = sock.version() if isinstance(sock, ssl.SSLSocket) else None
        self.asked = sock.context.verify_mode != ssl.CERT_NONE    # for a client certificate
        self.client_certificate = sock.getpeercert() or None if self.asked else None


class FakeAs:
    """The server; a context manager. tls: a context of the lab, "plain", "silent" or "banner"."""

    DEFAULTS = {"discovery": answers.metadata(), "device": answers.device(),
                "token": answers.grant(), "jwks": Answer(answers.default_jwks),
                "userinfo": answers.userinfo(), "introspect": answers.introspected(),
                "user": answers.github_user(), "revoke": Answer({})}

    def __init__(self, lab, *, tls="good", path="", issuer=None, client_id="test-client",
                 initial_poll=False, host="localhost", extra=None, address="127.0.0.1", **script):
        self.lab, self.tls, self.path, self.host = lab, tls, path, host
        self.client_id = client_id
        self.user_code = answers.USER_CODE
        self.device_code = answers.random_code()
        self.access_token = answers.random_code()
        self.extra = extra or {}              # further paths: {"/elsewhere": Answer}
        self.script = {name: list(a) if isinstance(a, (list, tuple)) else a
                       for name, a in script.items()}
        self.rules = PollRules(initial_poll)
        self.requests, self.connections = [], []
        self.failures, self.errors = [], []   # of the client's making; of the script's
        self.accepted = 0                     # TCP connections, TLS or not
        self.started = time.monotonic()
        self._issuer = issuer
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._open = set()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, 0), family=family, backlog=64)
        self.port = self._listener.getsockname()[1]
        self._threads = []

    @property
    def issuer(self):
        """The issuer identifier; `issuer` is a function that gives another one."""
        return self._issuer(self) if self._issuer else self.url("")

    @property
    def violations(self):
        """What the client did against the polling rules."""
        return self.rules.violations

    @property
    def handshakes(self):
        """For each connection in its order: was it resumed?"""
        return [c.resumed for c in self.connections]

    def url(self, path):
        """An address at this server."""
        return f"https://{self.host}:{self.port}{self.path}{path}"

    def paths(self):
        """The endpoints that were asked, in order."""
        return [r.endpoint for r in self.requests]

    def named(self, endpoint):
        """The requests to one endpoint."""
        return [r for r in self.requests if r.endpoint == endpoint]

    def __enter__(self):
        self._spawn(self._accept)
        return self

    def __exit__(self, *_):
        self._stop.set()
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        with self._lock:
            for sock in self._open:
                _shutdown(sock)
        for thread in self._threads:
            thread.join(10)

    def _spawn(self, target, *args):
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while not self._stop.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(sock)
                self.accepted += 1
            self._spawn(self._serve, sock)

    def _serve(self, sock):
        """One connection, from its first byte to its end."""
        wrapped = sock
        try:
            sock.settimeout(IDLE)
            wrapped = self._secure(sock)
            if wrapped:
                self._converse(wrapped)
        except (OSError, Gone) as e:
            self.failures.append(f"{type(e).__name__}: {e}")
        except Exception:  # pylint: disable=broad-except
            self.errors.append(traceback.format_exc())
        finally:
            with self._lock:
                self._open.discard(sock)
            (wrapped or sock).close()
            sock.close()

    def _secure(self, sock):
        """TLS over the connection, or what the script has instead of it."""
        if self.tls == "silent":
            self._stop.wait(IDLE)
            return None
        if self.tls == "banner":
            sock.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
            self._stop.wait(1)
            return None
        if self.tls == "plain":               # what a server without TLS says to a ClientHello
            sock.recv(4096)
            sock.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return None
        wrapped = self.lab.context(self.tls).wrap_socket(sock, server_side=True)
        with self._lock:
            self._open.discard(sock)          # wrap_socket took its descriptor over
            self._open.add(wrapped)
        return wrapped

    def _converse(self, sock):
        with self._lock:
            connection = Connection(len(self.connections) + 1, sock)
            self.connections.append(connection)
        try:
            while not self._stop.is_set():
                request = read_request(connection)
                if not request:
                    return
                connection.requests += 1
                if not self._answer(request, Speaker(sock, self._stop)):
                    return
        finally:
            with self._lock:
                self._open.discard(sock)

    def _endpoint(self, path):
        path = path.partition("?")[0]
        known = {self.path + "/device_authorization": "device", self.path + "/token": "token",
                 self.path + "/jwks": "jwks", self.path + "/userinfo": "userinfo",
                 self.path + "/introspect": "introspect", self.path + "/user": "user",
                 self.path + "/revoke": "revoke"}
        if path in known:
            return known[path]
        if "/.well-known/openid-configuration" in path:
            return "discovery"
        return "oauth" if "/.well-known/oauth-authorization-server" in path else path

    def _choose(self, endpoint):
        """The answer that the script has for this request."""
        script = self.script.get(endpoint)
        if isinstance(script, list):
            script = script.pop(0) if script else None
        if script is None:
            script = self.extra.get(endpoint) or self.DEFAULTS.get(endpoint)
        if callable(script):
            script = script(self)
        return script or answers.html(404)

    def _answer(self, request, speaker):
        """Answer one request; False ends the connection."""
        request.endpoint = self._endpoint(request.path)
        with self._lock:
            self.requests.append(request)
            answer = self._choose(request.endpoint)
            if request.endpoint == "token":
                self.rules.request(request.start)
        body = answers.render(answer.body if answer.raw is None else answer.raw, self)
        try:
            keep = speaker.say(answer, body)
        finally:
            request.end = speaker.last_byte or time.monotonic()
            self._note(request, answer, body)
            request.connection.sock.settimeout(IDLE)
        return keep and request.header("connection") != "close"

    def _note(self, request, answer, body):
        """Keep the clock of the polling rules."""
        with self._lock:
            if request.endpoint == "device":
                self.rules.issued(request.start, request.end, _object(body))
            if request.endpoint != "token":
                return
            self.rules.answered(request.end, answer)
            if (answer.drop or answer.reset) and request.connection.requests > 1:
                self.rules.repeat_tolerated(request.end)


def _object(body):
    """A JSON object, however wrong it may be."""
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _shutdown(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def read_request(connection):
    """The next request on a connection; None when the client is done."""
    sock, data = connection.sock, b""
    request = None
    while b"\r\n\r\n" not in data:
        part = sock.recv(16384)
        if not part:
            return None
        request = request or Request(connection, time.monotonic())
        data += part
        if len(data) > MAX_HEAD:
            raise ValueError("the client sent a huge head")
    head, _, rest = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    request.method, request.path, request.version = lines[0].split(" ")
    for line in lines[1:]:
        name, _, value = line.partition(":")
        request.headers.append((name.strip().lower(), value.strip()))
    length = int(request.header("content-length") or 0)
    while len(rest) < length:
        part = sock.recv(16384)
        if not part:
            return None
        rest += part
    request.body = rest
    request.form = parse_qsl(rest.decode("latin-1"), keep_blank_values=True,
                             strict_parsing=bool(rest), encoding="utf-8")
    return request
