# SPDX-License-Identifier: BSD-2-Clause
"""What all scripted servers of a session share: the throw-away CA and TLS contexts."""

import pathlib
import ssl
import threading
import warnings

from ca import Ca
from network import Network


class Lab:
    """A directory with a CA, and TLS contexts by name, made when they are first used."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.ca = Ca(self.directory / "ca")
        self.other_ca = Ca(self.directory / "other", name="A CA that nobody trusts")
        self.ca_file = str(self.ca.file)
        self._contexts = {}
        self._lock = threading.Lock()

    def context(self, name):
        """The server side of TLS, good or bad in the named way."""
        with self._lock:
            if name not in self._contexts:
                self._contexts[name] = getattr(self, f"_{name}")()
            return self._contexts[name]

    @staticmethod
    def _context(pair):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
        return context

    def _good(self):
        return self._context(self.ca.issue("good"))

    def _network(self):
        """A provider in a network of its own (network.py)."""
        return self._context(self.ca.issue("network", names=(Network.NAME, Network.HALF_DEAD, Network.IPV4,
                                                             Network.IPV6)))

    def _expired(self):
        return self._context(self.ca.issue("expired", expired=True))

    def _ends_soon(self):
        return self._context(self.ca.issue("ends-soon", days=3))

    def _chain(self):
        """A good one, and behind it one that ends soon."""
        cert, key = self.ca.issue("chain")
        with open(cert, "ab") as file:
            file.write(self.ca.issue("behind", names=("behind.example",), days=3)[0].read_bytes())
        return self._context((cert, key))

    def _wrong_host(self):
        return self._context(self.ca.issue_wrong_host("wrong-host"))

    def _self_signed(self):
        return self._context(self.ca.issue("self-signed", self_signed=True))

    def _other_ca(self):
        return self._context(self.other_ca.issue("other"))

    def _bare_star(self):
        return self._context(self.ca.issue("star", names=("*",)))

    def _star_of_all(self):
        return self._context(self.ca.issue("star-of-all", names=("*.localhost",)))

    def _star_of_some(self):
        return self._context(self.ca.issue("star-of-some", names=("*.some.localhost",)))

    def _star_in_label(self):
        return self._context(self.ca.issue("star-in-label", names=("a*c.some.localhost",)))

    def _nul_in_name(self):
        """To C, this is localhost."""
        return self._context(self.ca.issue("nul-in-name", names=("localhost\0.evil.example",)))

    def _nul_in_subject(self):
        """The same where clients looked once, and no other name."""
        return self._context(self.ca.issue("nul-in-subject", names=("localhost\0.evil.example",),
                                           alternatives=()))

    def _client_cert(self):
        """Asks for a client certificate, and is content without one."""
        context = self._context(self.ca.issue("asks"))
        context.load_verify_locations(self.ca_file)
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    def client_pair(self):
        """Certificate and key of a client in PEM, one pair for a session."""
        with self._lock:
            if "client pair" not in self._contexts:
                paths = self.ca.issue("client", names=("client.example",))
                self._contexts["client pair"] = [pathlib.Path(p).read_text("ascii") for p in paths]
            return self._contexts["client pair"]

    def _client_cert12(self):
        context = self._client_cert()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _tls12(self):
        context = self._context(self.ca.issue("tls12"))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _tls11(self):
        context = self._context(self.ca.issue("tls11"))
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        return context

    def _tls10(self):
        context = self._tls11()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.maximum_version = ssl.TLSVersion.TLSv1
        return context

    def _anonymous(self):
        context = self._context(self.ca.issue("anonymous"))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("AECDH:ADH:@SECLEVEL=0")
        return context

    def _null_cipher(self):
        context = self._context(self.ca.issue("null"))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0")
        return context
