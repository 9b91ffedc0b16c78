# SPDX-License-Identifier: BSD-2-Clause
"""Real authorization servers on loopback, as context managers.

    with OidcProvider(alg="ES256", auth_method="client_secret_basic") as idp:
        ...  idp.issuer, idp.ca_file, idp.client_id, idp.client_secret
        idp.phone("alice").approve(uri, code)
        idp.control("fail", path="/token", status=503)
        idp.log()

OidcProvider runs tests/idp/server.mjs; Glewlwyd (glewlwyd.py) the server of
Debian's package of that name. Both offer the same attributes and methods.
"""

import json
import os
import pathlib
import select
import subprocess
import time

from glewlwyd import Glewlwyd
from idp_base import (ACCOUNTS, ALGS, AUTH_METHODS, CLIENT_NAME, START_TIMEOUT, IdpError, Person,
                      Server)
from phone import OidcPhone

__all__ = ["ACCOUNTS", "ALGS", "AUTH_METHODS", "Glewlwyd", "IdpError", "OidcProvider", "SECRET"]

# "%", "+", ":" and "/" must survive the form encoding that Basic asks for.
SECRET = "test-only/%+:secret-0123456789"
SERVER = pathlib.Path(__file__).resolve().parent.parent / "idp" / "server.mjs"


class OidcProvider(Server):
    """npm's oidc-provider, in tests/idp/server.mjs.

    alg, auth_method: which of its clients .client_id and .client_secret name;
    all twelve combinations exist at once, see client(). clients: further
    client metadata. certificate: a (cert, key) pair of ca.Ca to use instead
    of the usual one. Any other keyword goes into the configuration file, see
    tests/idp/README.md (device_code_ttl=..., claims_in_id_token=...).
    """

    def __init__(self, alg="RS256", auth_method="none", *, directory=None, ca=None,
                 certificate=None, hostname="localhost", accounts=None, clients=(), **config):
        super().__init__(directory, ca, certificate, hostname)
        self.accounts = ACCOUNTS if accounts is None else accounts
        self.client_id, self.client_secret = self.client(alg, auth_method)
        self.alg, self.auth_method = alg, auth_method
        self._clients = list(clients)
        self._config = config

    @staticmethod
    def client(alg="RS256", auth_method="none"):
        """(client_id, client_secret) of the client with these properties."""
        if alg not in ALGS or auth_method not in AUTH_METHODS:
            raise ValueError(f"no client for {alg} and {auth_method}")
        return f"{alg}-{auth_method}", None if auth_method == "none" else SECRET

    def _metadata(self, alg, auth_method):
        ident, secret = self.client(alg, auth_method)
        client = {"client_id": ident, "client_name": CLIENT_NAME,
                  "token_endpoint_auth_method": auth_method,
                  "id_token_signed_response_alg": alg}
        return {**client, "client_secret": secret} if secret else client

    def _write_config(self):
        cert, key = self.certificate
        clients = [self._metadata(alg, method) for alg in ALGS for method in AUTH_METHODS]
        config = {
            "hostname": self.hostname, "cert": str(cert), "key": str(key),
            "access_log": str(self.directory / "access.log"),
            "clients": clients + self._clients, "accounts": self.accounts, **self._config,
        }
        path = self.directory / "idp.json"
        path.write_text(json.dumps(config, indent=1))
        return path

    def start(self):
        if not (SERVER.parent / "node_modules").is_dir():
            raise IdpError(f"run first: npm ci --omit=dev --ignore-scripts in {SERVER.parent}")
        command = [os.environ.get("NODE", "node"), str(SERVER), str(self._write_config())]
        with open(self.directory / "stderr.log", "ab") as stderr:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr)
        ready = self._read_line()
        self.issuer, self.port = ready["issuer"], ready["port"]
        return self

    def kill(self):
        """SIGKILL, at once."""
        self.process.kill()
        self.process.wait()

    def restart(self):
        """After kill(): the same port, and with state="..." the same codes and keys."""
        for stream in (self.process.stdin, self.process.stdout):
            stream.close()
        self._config["port"] = self.port
        return self.start()

    def _read_line(self):
        """One JSON line; the server never writes half of one and then waits."""
        readable, _, _ = select.select([self.process.stdout], [], [], START_TIMEOUT)
        line = self.process.stdout.readline() if readable else b""
        if not line:
            raise IdpError(f"no answer from the server: {self.errors()}")
        return json.loads(line)

    def control(self, cmd, **options):
        """Send a command and wait until it is in force."""
        line = json.dumps({"cmd": cmd, **options})
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        answer = self._read_line()
        if not answer["ok"]:
            raise IdpError(answer["error"])

    def log(self, path=None, event="request"):
        """Entries of the access log, oldest first; event=None gives all kinds."""
        file = self.directory / "access.log"
        lines = file.read_text().splitlines() if file.exists() else []
        entries = [json.loads(line) for line in lines]
        return [e for e in entries
                if event in (None, e["event"]) and path in (None, e.get("path"))]

    def wait_for_log(self, count, path=None, event="request", timeout=10):
        """The log as soon as it holds this many such entries."""
        deadline = time.monotonic() + timeout
        while len(self.log(path, event)) < count:
            if time.monotonic() > deadline:
                raise IdpError(f"only {len(self.log(path, event))} of {count} {event} entries")
            time.sleep(0.02)
        return self.log(path, event)

    def phone(self, account="alice"):
        """A new phone with no cookies yet, in the hands of this account."""
        return Person(OidcPhone(self.ca_file), account)
