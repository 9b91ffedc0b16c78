# SPDX-License-Identifier: BSD-2-Clause
"""What the real authorization servers of idp.py have in common."""

import pathlib
import shutil
import subprocess
import tempfile

from ca import LOCAL_NAMES, Ca

ALGS = ("RS256", "PS256", "ES256", "EdDSA")
AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")
START_TIMEOUT = 60             # of a second's work, on a machine that has other work
CLIENT_NAME = "Server login"

ACCOUNTS = {
    "alice": {
        "sub": "248289761001", "name": "Alice Example", "preferred_username": "alice",
        "email": "alice@example.org", "email_verified": True, "groups": ["staff", "ssh-users"],
    },
    "bob": {
        "sub": "248289761002", "name": "Bob Example", "preferred_username": "bob",
        "email": "bob@example.org", "email_verified": False, "groups": ["staff"],
    },
    "root": {
        "sub": "248289761000", "name": "Not The Superuser", "preferred_username": "root",
        "email": "root@example.org", "email_verified": True, "groups": [],
    },
}


class IdpError(Exception):
    """A server did not start, or refused a command."""


class Person:
    """A phone in the hands of one account."""

    def __init__(self, phone, account):
        self._phone, self.account = phone, account

    def approve(self, uri, code):
        """Sign in as this account and allow access."""
        return self._phone.approve(uri, code, self.account)

    def deny(self, uri, code, signed_in=False):
        """Refuse: before anybody has signed in, or only after that."""
        return self._phone.deny(uri, code, self.account if signed_in else None)


class Server:
    """What both servers share: a directory, a CA, a certificate, a process."""

    def __init__(self, directory=None, ca=None, certificate=None, hostname="localhost"):
        self._temporary = directory is None
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="idp-"))
        self.directory.mkdir(parents=True, exist_ok=True)
        self.hostname = hostname
        self.ca = ca or Ca(self.directory)
        self.ca_file = str(self.ca.file)
        names = LOCAL_NAMES if hostname in LOCAL_NAMES else (hostname,) + LOCAL_NAMES
        self.certificate = certificate or self.ca.issue("server", names=names)
        self.process = None
        self.issuer = None
        self.port = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Start the server; returns when it answers."""
        raise NotImplementedError

    def stop(self):
        """End the server, and remove its directory if it was a temporary one."""
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            for stream in (self.process.stdin, self.process.stdout):
                if stream:
                    stream.close()
            self.process = None
        if self._temporary:
            shutil.rmtree(self.directory, ignore_errors=True)

    def errors(self):
        """What the server wrote to stderr."""
        path = self.directory / "stderr.log"
        return path.read_text(errors="replace") if path.exists() else ""
