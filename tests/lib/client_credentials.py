# SPDX-License-Identifier: BSD-2-Clause
"""What a client authenticates with, as an administrator would make it: keys and certificates by
openssl's file formats, and the metadata that a provider is given of them."""

import base64
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

import jose

PASSPHRASE = "open sesame"
SECRET = "test-only-secret-" * 4     # 68 octets: enough for HS512
KINDS = {
    "RS256": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "PS256": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


class SigningClient:
    """private_key_jwt: a key of its own in a file, its public half at the provider."""

    def __init__(self, alg, encrypted=False):
        self.alg, self.encrypted = alg, encrypted
        self.ident = f"key-{alg}" + ("-encrypted" if encrypted else "")
        self.private = KINDS[alg]()

    def metadata(self):
        """For the provider."""
        key = {**jose.Key("key-1", self.private).jwk(), "alg": self.alg, "use": "sig"}
        return {"client_id": self.ident, "token_endpoint_auth_method": "private_key_jwt",
                "token_endpoint_auth_signing_alg": self.alg, "jwks": {"keys": [key]}}

    def settings(self, host, passphrase=PASSPHRASE):
        """For pam_oauth.conf; writes the files."""
        encryption = (serialization.BestAvailableEncryption(passphrase.encode())
                      if self.encrypted else serialization.NoEncryption())
        text = self.private.private_bytes(serialization.Encoding.PEM,
                                          serialization.PrivateFormat.PKCS8, encryption).decode()
        keys = {"client_id": self.ident, "client_auth": "private_key_jwt", "client_key_id": "key-1",
                "assertion_alg": self.alg,
                "client_key_file": str(host.write("client.key", text, 0o600))}
        if self.encrypted:
            keys["client_key_passphrase_file"] = str(
                host.write("passphrase", passphrase + "\n", 0o600))
        return keys


class SecretClient:
    """client_secret_jwt."""

    def __init__(self, alg):
        self.alg, self.ident = alg, f"secret-{alg}"

    def metadata(self):
        """For the provider."""
        return {"client_id": self.ident, "client_secret": SECRET,
                "token_endpoint_auth_method": "client_secret_jwt",
                "token_endpoint_auth_signing_alg": self.alg}

    def settings(self, host):
        """For pam_oauth.conf."""
        return {"client_id": self.ident, "client_auth": "secret_jwt", "assertion_alg": self.alg,
                "client_secret_file": str(host.write("client_secret", SECRET + "\n", 0o600))}


class CertificateClient:
    """tls_client_auth by one property of the certificate, or self_signed_tls_client_auth."""

    def __init__(self, ca, how, bound=False):
        self.how, self.bound = how, bound
        self.ident = f"certificate-{how}" + ("-bound" if bound else "")
        name = f"{how.replace('_', '-')}.client.example"
        self.names = (name,)
        self.pair = ca.issue(self.ident, names=self.names, self_signed=how == "self_signed")

    def metadata(self):
        """For the provider."""
        found = {"client_id": self.ident,
                 "tls_client_certificate_bound_access_tokens": self.bound}
        if self.how == "self_signed":
            certificate = x509.load_pem_x509_certificate(pathlib.Path(self.pair[0]).read_bytes())
            der = certificate.public_bytes(serialization.Encoding.DER)
            key = {**jose.Key("c-1", _PublicOnly(certificate.public_key())).jwk(),
                   "x5c": [base64.b64encode(der).decode()]}
            return {**found, "token_endpoint_auth_method": "self_signed_tls_client_auth",
                    "jwks": {"keys": [key]}}
        value = {"san_dns": self.names[0], "subject_dn": f"CN={self.names[0]}"}[self.how]
        return {**found, "token_endpoint_auth_method": "tls_client_auth",
                f"tls_client_auth_{self.how}": value}

    def settings(self, host):
        """For pam_oauth.conf."""
        certificate, key = (pathlib.Path(path).read_text(encoding="ascii") for path in self.pair)
        return {"client_id": self.ident,
                "client_auth": "tls_self_signed" if self.how == "self_signed" else "tls",
                "client_certificate_file": str(host.write("client.pem", certificate, 0o644)),
                "client_key_file": str(host.write("client.key", key, 0o600))}


class _PublicOnly:
    """A private key of which only the public half is known."""

    def __init__(self, public):
        self._public = public

    def public_key(self):
        """That half."""
        return self._public
