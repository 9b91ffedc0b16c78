# SPDX-License-Identifier: BSD-2-Clause
"""tests/idp/authlib_app.py as a context manager, with the interface of idp.OidcProvider as far as it
goes: a third implementation of RFC 8628 that shares no code with the other two."""

import json
import pathlib
import select
import ssl
import subprocess
import urllib.parse
import urllib.request

from idp_base import ACCOUNTS, START_TIMEOUT, IdpError, Server

APP = pathlib.Path(__file__).resolve().parent.parent / "idp" / "authlib_app.py"


class AuthlibPhone:
    """The person, who types the code and decides."""

    def __init__(self, ca_file, account):
        self.context = ssl.create_default_context(cafile=ca_file)
        self.account = account

    def _decide(self, uri, code, decision):
        form = urllib.parse.urlencode({"user_code": code, "account": self.account,
                                       "decision": decision}).encode()
        with urllib.request.urlopen(uri, form, context=self.context) as answer:
            return answer.read()

    def approve(self, uri, code):
        """Allow access."""
        return self._decide(uri, code, "approve")

    def deny(self, uri, code):
        """Refuse."""
        return self._decide(uri, code, "deny")


class AuthlibServer(Server):
    """clients: client_id -> {"auth_method", "alg", "secret", "jwk"}."""

    def __init__(self, clients, *, interval=1, lifetime=600, **options):
        super().__init__(**options)
        self.clients, self.interval, self.lifetime = clients, interval, lifetime
        self.client_id, self.client_secret, self.auth_method = next(iter(clients)), None, "none"

    def start(self):
        cert, key = self.certificate
        config = self.directory / "authlib.json"
        config.write_text(json.dumps({
            "cert": str(cert), "key": str(key), "accounts": ACCOUNTS, "clients": self.clients,
            "interval": self.interval, "lifetime": self.lifetime}), encoding="utf-8")
        with open(self.directory / "stderr.log", "ab") as stderr:
            self.process = subprocess.Popen(["/usr/bin/python3", str(APP), str(config)],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=stderr)
        readable, _, _ = select.select([self.process.stdout], [], [], START_TIMEOUT)
        line = self.process.stdout.readline() if readable else b""
        if not line:
            raise IdpError(f"no answer from the server: {self.errors()}")
        ready = json.loads(line)
        self.issuer, self.port = ready["issuer"], ready["port"]
        return self

    def slowed(self):
        """How often somebody polled too early."""
        context = ssl.create_default_context(cafile=self.ca_file)
        with urllib.request.urlopen(self.issuer + "/slowed", context=context) as answer:
            return int(answer.read())

    def phone(self, account="alice"):
        """Somebody's phone."""
        return AuthlibPhone(self.ca_file, account)
