#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A throw-away certification authority for tests on loopback.

    ca = Ca("/some/dir")            # writes ca.pem
    cert, key = ca.issue()          # server.pem, server.key for localhost
    cert, key = ca.issue("late", expired=True)

Nothing here is meant to outlive the test that made it.
"""

import argparse
import datetime
import ipaddress
import pathlib
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def _name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _alt_names(names):
    """Host names and addresses as a subjectAltName extension."""
    entries = []
    for name in names:
        try:
            entries.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            entries.append(x509.DNSName(name))
    return x509.SubjectAlternativeName(entries)


def _builder(subject, issuer, public_key, start, end):
    return (x509.CertificateBuilder()
            .subject_name(_name(subject)).issuer_name(_name(issuer))
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start).not_valid_after(end))


def _leaf(builder, public_key, names):
    """The extensions that make a certificate one for a TLS server or client."""
    if names:
        builder = builder.add_extension(_alt_names(names), False)
    usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    return (builder
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
            .add_extension(x509.ExtendedKeyUsage(usage), False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), False))


def _key_usage_ca():
    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False)


def _write_cert(path, cert):
    path.write_bytes(cert.public_bytes(serialization.Encoding.PEM))


def _write_key(path, key):
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))


class Ca:
    """A CA whose certificate is DIR/ca.pem; its key stays in memory."""

    def __init__(self, directory, name="Throw-away test CA"):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.file = self.directory / "ca.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        _write_cert(self.file, self._sign_itself())

    def _sign_itself(self):
        public_key = self._key.public_key()
        day = datetime.timedelta(days=1)
        builder = _builder(self.name, self.name, public_key,
                           self._now - 3 * day, self._now + 30 * day)
        return (builder
                .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
                .add_extension(_key_usage_ca(), True)
                .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), False)
                .sign(self._key, hashes.SHA256()))

    def issue(self, stem="server", names=LOCAL_NAMES, expired=False, self_signed=False,
              alternatives=None, days=30):
        """Write STEM.pem and STEM.key; return both paths.

        names: of the server, the first one also in the subject. alternatives: in
        the place of all of them as subjectAltName. expired: the certificate ended yesterday. self_signed: it is signed
        with its own key, so that no CA vouches for it. days: until it ends.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        day = datetime.timedelta(days=1)
        end = self._now - day if expired else self._now + days * day
        issuer = names[0] if self_signed else self.name
        builder = _builder(names[0], issuer, key.public_key(), self._now - 2 * day, end)
        builder = _leaf(builder, key.public_key(), names if alternatives is None else alternatives)
        if not self_signed:
            authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
            builder = builder.add_extension(authority, False)
        cert = builder.sign(key if self_signed else self._key, hashes.SHA256())
        cert_file = self.directory / f"{stem}.pem"
        key_file = self.directory / f"{stem}.key"
        _write_cert(cert_file, cert)
        _write_key(key_file, key)
        return cert_file, key_file

    def issue_wrong_host(self, stem="wrong"):
        """A proper certificate, but for a host that nobody asked for."""
        return self.issue(stem, names=("wrong.example",))

    def hashed_directory(self, name="hashed"):
        """A directory of CA files under the link names that OpenSSL looks up."""
        directory = self.directory / name
        directory.mkdir(exist_ok=True)
        target = directory / "ca.pem"
        target.write_bytes(self.file.read_bytes())
        subject = subprocess.run(
            ["openssl", "x509", "-hash", "-noout", "-in", str(target)],
            check=True, capture_output=True, text=True).stdout.strip()
        link = directory / f"{subject}.0"
        if not link.is_symlink():
            link.symlink_to("ca.pem")
        return directory


def main():
    """ca.py DIR: write ca.pem, server.pem and server.key."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("directory")
    parser.add_argument("--host", action="append", default=[],
                        help="a further name or address of the server")
    parser.add_argument("--hashed", action="store_true",
                        help="also make a hashed directory of the CA")
    args = parser.parse_args()
    ca = Ca(args.directory)
    ca.issue(names=LOCAL_NAMES + tuple(args.host))
    if args.hashed:
        ca.hashed_directory()


if __name__ == "__main__":
    main()
