# SPDX-License-Identifier: BSD-2-Clause
"""The certificates that a private host trusts by itself."""

import pathlib
import subprocess

import namespace

CERTS = pathlib.Path("/etc/ssl/certs")


def trust(ca_file):
    """The provider's CA in the system's own store, bundle and hashed folder, of this namespace."""
    if not namespace.inside():
        raise namespace.NamespaceError("trust() outside of a private namespace")
    text = pathlib.Path(ca_file).read_text()
    name = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", ca_file], check=True,
                          capture_output=True, text=True).stdout.strip()
    (CERTS / f"{name}.0").unlink(missing_ok=True)
    (CERTS / f"{name}.0").write_text(text)
    with open(CERTS / "ca-certificates.crt", "a", encoding="ascii") as bundle:
        bundle.write(text)
