# SPDX-License-Identifier: BSD-2-Clause
"""Debian's glewlwyd as a private instance in a temporary directory.

Everything is set up through its own administration API; nothing under /etc
and no running service is touched. Same interface as idp.OidcProvider, with
these differences, all of them glewlwyd's: the subject of an account is chosen
by the server at its first login; nobody can refuse a code (deny() leaves it
pending); there is no access log; control() knows only "rotate".
"""

import ctypes
import gzip
import json
import pathlib
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import time

from browser import Browser
from idp_base import (ACCOUNTS, ALGS, AUTH_METHODS, CLIENT_NAME, START_TIMEOUT, IdpError, Person,
                      Server)
from jwk import private_jwks
from phone import GlewlwydPhone

PROGRAM = "glewlwyd"
# The second is for machines on which dpkg leaves out documentation.
SCHEMAS = (pathlib.Path("/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz"),
           pathlib.Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"))
ADMIN = {"username": "admin", "password": "password"}
PLUGIN = "oidc"
PASSWORD = "correct horse battery staple"
# This server takes the password of Basic as it stands instead of undoing the
# form encoding that RFC 6749 asks for: only what encoding leaves alone works.
SECRET = "test-only-secret-0123456789"

CONFIG = """
port={port}
bind_address="127.0.0.1"
external_url="https://{hostname}:{port}"
login_url="login.html"
api_prefix="api"
static_files_path="/usr/share/glewlwyd/webapp/"
log_mode="file"
log_level="INFO"
log_file="{directory}/glewlwyd.log"
cookie_secure=1
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
use_secure_connection=true
secure_connection_key_file="{key}"
secure_connection_pem_file="{cert}"
hash_algorithm="SHA512"
database = {{ type = "sqlite3"; path = "{directory}/glewlwyd.db"; }};
"""


def available():
    """Whether the package is installed."""
    return shutil.which(PROGRAM) is not None and any(path.exists() for path in SCHEMAS)


def _schema():
    for path in SCHEMAS:
        if path.exists():
            data = path.read_bytes()
            return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    raise IdpError("the package glewlwyd is not installed")


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _die_with_parent():
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


class Glewlwyd(Server):
    """One server, one OpenID plugin, one client for each alg and method."""

    def __init__(self, alg="RS256", auth_method="none", *, directory=None, ca=None,
                 certificate=None, hostname="localhost", accounts=None,
                 device_interval=5, device_code_ttl=600):
        super().__init__(directory, ca, certificate, hostname)
        self.accounts = ACCOUNTS if accounts is None else accounts
        self.client_id, self.client_secret = self.client(alg, auth_method)
        self.alg, self.auth_method = alg, auth_method
        self._interval, self._ttl = device_interval, device_code_ttl
        self._jwks = private_jwks()
        self._admin = None

    @staticmethod
    def client(alg="RS256", auth_method="none"):
        """(client_id, client_secret) of the client with these properties."""
        if alg not in ALGS or auth_method not in AUTH_METHODS:
            raise ValueError(f"no client for {alg} and {auth_method}")
        return f"{alg}-{auth_method}", None if auth_method == "none" else SECRET

    def start(self):
        self.port = _free_port()
        self._base = f"https://{self.hostname}:{self.port}"
        self.issuer = f"{self._base}/api/{PLUGIN}"
        database = sqlite3.connect(self.directory / "glewlwyd.db")
        database.executescript(_schema())
        database.close()
        cert, key = self.certificate
        config = self.directory / "glewlwyd.conf"
        config.write_text(CONFIG.format(port=self.port, hostname=self.hostname,
                                        directory=self.directory, cert=cert, key=key))
        with open(self.directory / "stderr.log", "ab") as stderr:
            self.process = subprocess.Popen(
                [PROGRAM, f"--config-file={config}"], stdin=subprocess.DEVNULL,
                stdout=stderr, stderr=stderr, preexec_fn=_die_with_parent)
        self._wait_until_it_listens()
        self._admin = self._log_in_as_admin()
        self._set_up()
        return self

    def _wait_until_it_listens(self):
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise IdpError(f"glewlwyd does not listen: {self.errors()}") from error
                time.sleep(0.05)

    def _log_in_as_admin(self):
        """A browser with the session of the administrator.

        Whatever is wrong with the certificate is the business of the client
        under test, so the administrator does not look at it.
        """
        unchecked = ssl._create_unverified_context()  # pylint: disable=protected-access
        browser = Browser(self.ca_file, context=unchecked)
        self._expect(browser.api("POST", f"https://127.0.0.1:{self.port}/api/auth/", ADMIN))
        return browser

    @staticmethod
    def _expect(answer):
        status, body = answer
        if status != 200:
            raise IdpError(f"glewlwyd answered {status}: {body}")
        return body

    def _api(self, method, path, body=None):
        url = f"https://127.0.0.1:{self.port}/api/{path}"
        return self._expect(self._admin.api(method, url, body))

    def _set_up(self):
        self._add_property("user", "groups", multiple=True)
        self._add_property("user", "email_verified", multiple=False)
        self._add_property("client", "sign_kid", multiple=False)
        self._api("POST", "mod/plugin/", {
            "module": "oidc", "name": PLUGIN, "display_name": "OpenID", "enabled": True,
            "parameters": self._plugin_parameters()})
        for record in self._client_records():
            self._api("POST", "client/", record)
        for name, claims in self.accounts.items():
            self._api("POST", "user/", self._user_record(name, claims))

    def _add_property(self, kind, name, multiple):
        """The database backend only keeps properties that its configuration names."""
        module = self._api("GET", f"mod/{kind}/database")
        module["parameters"]["data-format"][name] = {
            "multiple": multiple, "read": True, "write": True,
            "profile-read": True, "profile-write": False}
        self._api("PUT", f"mod/{kind}/database", module)
        self._api("PUT", f"mod/{kind}/database/reset")

    def _plugin_parameters(self):
        def claim(name, source, kind="string"):
            return {"name": name, "user-property": source, "type": kind, "mandatory": True,
                    "on-demand": False, "scope": [],
                    "boolean-value-true": "1", "boolean-value-false": "0"}
        flows = ("code", "token", "implicit", "password", "client", "refresh")
        return {
            "iss": self.issuer, "jwks-show": True, "jwt-type": "rsa", "jwt-key-size": "256",
            "jwks-private": json.dumps(self._jwks), "client-sign_kid-parameter": "sign_kid",
            "access-token-duration": 600, "refresh-token-duration": 600, "code-duration": 60,
            "allow-non-oidc": False, "subject-type": "public",
            "introspection-revocation-allowed": True,
            "introspection-revocation-allow-target-client": True,
            **{f"auth-type-{flow}-enabled": False for flow in flows},
            "auth-type-device-enabled": True, "device-authorization-interval": self._interval,
            "device-authorization-expiration": self._ttl,
            "name-claim": "mandatory", "email-claim": "mandatory", "scope-claim": "no",
            "claims": [claim("preferred_username", "username"), claim("groups", "groups"),
                       claim("email_verified", "email_verified", "boolean")],
        }

    def _client_record(self, alg, method):
        ident, secret = self.client(alg, method)
        introspects = ["client_credentials"] if secret else []   # so says its documentation
        kid = next(key["kid"] for key in self._jwks["keys"] if key["alg"] == alg)
        record = {"client_id": ident, "name": CLIENT_NAME, "enabled": True, "scope": [],
                  "confidential": secret is not None, "sign_kid": kid,
                  "authorization_type": ["device_authorization"] + introspects,
                  "token_endpoint_auth_method": [method]}
        return {**record, "client_secret": secret, "password": secret} if secret else record

    def _client_records(self):
        return [self._client_record(alg, method) for alg in ALGS for method in AUTH_METHODS]

    @staticmethod
    def _user_record(name, claims):
        return {"username": name, "password": PASSWORD, "enabled": True,
                "scope": ["openid", "g_profile"],
                "name": claims.get("name", ""), "email": claims.get("email", ""),
                "groups": claims.get("groups", []),
                "email_verified": "1" if claims.get("email_verified") else "0"}

    def control(self, cmd, **_):
        """Only "rotate": new keys, the old ones are gone."""
        if cmd != "rotate":
            raise IdpError(f"glewlwyd knows no command {cmd}")
        self._jwks = private_jwks()
        plugin = self._api("GET", f"mod/plugin/{PLUGIN}")
        plugin["parameters"]["jwks-private"] = json.dumps(self._jwks)
        self._api("PUT", f"mod/plugin/{PLUGIN}", plugin)
        self._api("PUT", f"mod/plugin/{PLUGIN}/reset")
        for record in self._client_records():
            self._api("PUT", f"client/{record['client_id']}", record)

    def log(self, *_, **__):
        """There is no access log."""
        return []

    def phone(self, account="alice"):
        """A new phone with no session yet, in the hands of this account."""
        return Person(GlewlwydPhone(self.ca_file, PASSWORD), account)
