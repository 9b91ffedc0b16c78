# SPDX-License-Identifier: BSD-2-Clause
"""The wire between module and worker, written a second time (doc/PROTOCOL.md).

This file shares nothing with pam_oauth/common/wire.c, so that a mistake there
cannot hide behind the same mistake here. Both directions are implemented: the
worker tests play the module, tests/module/fake_worker.py plays the worker.

A message is a dict: {"kind": "CHALLENGE", "user_code": "WDJB-MJHT", ...}. Text
is str, secrets and bit fields are bytes, None is a value that is not there.
"""

import socket
import struct

VERSION = 1
LIMIT = 128 * 1024
ABSENT = 0xFFFFFFFF

KINDS = ("", "REQUEST", "PROCEED", "CHALLENGE", "IDENTITY", "FAULT", "LOG", "CLAIMS")

# In the order of PO_ERR_TABLE, without the prefix PO_ or PO_E_.
CODES = (
    "OK", "SKIPPED", "SERVICE", "DENIED", "EXPIRED", "TIMED_OUT", "UNREACHABLE", "PROVIDER",
    "CLIENT", "ANSWER", "CLIENT_LATE", "TOKEN", "NOT_ALLOWED", "USER_UNKNOWN", "CANCELLED",
    "ABORTED", "GONE", "CONV", "CONFIG", "PRIVILEGE", "WORKER", "MEMORY", "SYSTEM",
    "LIMITED", "STATE", "WORKER_LATE", "PIN",
)

CLAIM_KINDS = ("absent", "invalid", "string", "integer", "boolean", "list")
READS = ("value", "list", "words", "keys", "time")

# (name, type) in the order of the wire; an enumeration is the tuple of its names.
REQUEST_FIELDS = (
    ("task", ("", "login", "probe", "verify")),
    ("remaining_ms", "u32"),
    ("issuer", "text"),
    ("discovery", ("oidc", "oauth", "none")),
    ("device_authorization_endpoint", "text"),
    ("token_endpoint", "text"),
    ("jwks_uri", "text"),
    ("identity_source", ("id_token", "userinfo", "introspection", "access_token_jwt", "api")),
    ("userinfo_endpoint", "text"),
    ("introspection_endpoint", "text"),
    ("api_endpoint", "text"),
    ("subject_claim", "text"),
    ("resource", "text"),
    ("access_token_audience", "text"),
    ("client_id", "text"),
    ("client_auth", ("auto", "none", "basic", "post", "secret_jwt", "private_key_jwt", "tls",
                     "tls_self_signed")),
    ("basic_encoding", ("rfc", "raw")),
    ("send_client_id", ("always", "everywhere", "unauthenticated")),
    ("client_secret", "bytes"),
    ("client_key", "bytes"),
    ("client_key_passphrase", "bytes"),
    ("client_certificate", "text"),
    ("client_key_id", "text"),
    ("assertion_alg", "text"),
    ("assertion_aud", ("issuer", "token_endpoint")),
    ("assertion_typ", ("client-authentication+jwt", "JWT", "none")),
    ("scope", "text"),
    ("required_scopes", "list"),
    ("initial_poll", "bool"),
    ("max_age_s", "u32"),
    ("acr_values", "list"),
    ("pkce", "bool"),
    ("nonce", ("off", "optional", "required")),
    ("audience", "text"),
    ("login_hint", "text"),
    ("extra_params", "list"),
    ("code_parameter", ("device_code", "code")),
    ("ca_file", "text"),
    ("ca_path", "text"),
    ("pinned_keys", "list"),
    ("proxy", "text"),
    ("proxy_credentials", "bytes"),
    ("no_proxy", "list"),
    ("connect_timeout_s", "u32"),
    ("timeout_s", "u32"),
    ("tls_min", ("1.2", "1.3")),
    ("ip", ("any", "4", "6")),
    ("endpoint_hosts", "list"),
    ("endpoint_ports", "list"),
    ("verification_hosts", "list"),
    ("id_token_algs", "list"),
    ("iss_aliases", "list"),
    ("tenants", "list"),
    ("trusted_audiences", "list"),
    ("clock_skew_s", "u32"),
    ("iat_loose", "bool"),
    ("hash_subject", "bool"),
    ("revoke", ("no", "refresh_token", "yes")),
    ("revocation_endpoint", "text"),
    ("qr_content", ("complete", "plain")),
    ("qr_side_max", "u32"),
    ("wants", "wants"),
    ("token", "bytes"),
    ("jwks", "text"),
    ("now", "i64"),
    ("signature_only", "bool"),
)
CHALLENGE_FIELDS = (
    ("verification_uri", "text"),
    ("user_code", "text"),
    ("expires_in_s", "u32"),
    ("qr_side", "u32"),
    ("qr_bits", "bytes"),
)
IDENTITY_FIELDS = (("issuer", "text"), ("subject", "text"), ("subject_hash", "text"),
                   ("claims", "claims"))
FAULT_FIELDS = (("code", CODES), ("text", "text"))
LEVELS = ("DEBUG", "WARNING")
LOG_FIELDS = (("level", LEVELS), ("text", "text"))
CLAIMS_FIELDS = (("claims", "text"),)

FIELDS = {
    "REQUEST": REQUEST_FIELDS,
    "PROCEED": (),
    "CHALLENGE": CHALLENGE_FIELDS,
    "IDENTITY": IDENTITY_FIELDS,
    "FAULT": FAULT_FIELDS,
    "LOG": LOG_FIELDS,
    "CLAIMS": CLAIMS_FIELDS,
}

ALL_ALGS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
            "ES256", "ES384", "ES512", "EdDSA", "Ed25519")

# What the module sends for an ordinary configuration.
REQUEST_DEFAULTS = {
    "task": "login",
    "remaining_ms": 100000,
    "issuer": "https://localhost",
    "discovery": "oidc",
    "device_authorization_endpoint": None,
    "token_endpoint": None,
    "jwks_uri": None,
    "identity_source": "id_token",
    "userinfo_endpoint": None,
    "introspection_endpoint": None,
    "api_endpoint": None,
    "subject_claim": None,
    "resource": None,
    "access_token_audience": None,
    "client_id": "test-client",
    "client_auth": "none",
    "basic_encoding": "rfc",
    "send_client_id": "always",
    "client_secret": None,
    "client_key": None,
    "client_key_passphrase": None,
    "client_certificate": None,
    "client_key_id": None,
    "assertion_alg": None,
    "assertion_aud": "issuer",
    "assertion_typ": "client-authentication+jwt",
    "scope": "openid profile",
    "required_scopes": [],
    "initial_poll": False,
    "max_age_s": 0,
    "acr_values": [],
    "pkce": False,
    "nonce": "off",
    "audience": None,
    "login_hint": None,
    "extra_params": [],
    "code_parameter": "device_code",
    "ca_file": None,
    "ca_path": None,
    "pinned_keys": [],
    "proxy": None,
    "proxy_credentials": None,
    "no_proxy": [],
    "connect_timeout_s": 5,
    "timeout_s": 15,
    "tls_min": "1.2",
    "ip": "any",
    "endpoint_hosts": [],
    "endpoint_ports": [],
    "verification_hosts": [],
    "id_token_algs": list(ALL_ALGS),
    "iss_aliases": [],
    "tenants": [],
    "trusted_audiences": [],
    "clock_skew_s": 60,
    "iat_loose": False,
    "hash_subject": False,
    "revoke": "no",
    "revocation_endpoint": None,
    "qr_content": "complete",
    "qr_side_max": 73,
    "wants": [],
    "token": None,
    "jwks": None,
    "now": 0,
    "signature_only": False,
}


class WireError(Exception):
    """The other side broke the contract."""


def u32(value):
    """Four bytes, most significant first."""
    return struct.pack(">I", value & ABSENT)


def blob(value):
    """Length and bytes; None is the length that stands for absent."""
    if value is None:
        return u32(ABSENT)
    data = value.encode() if isinstance(value, str) else bytes(value)
    return u32(len(data)) + data


def string_list(values):
    """Count, then each string."""
    return u32(len(values)) + b"".join(blob(v) for v in values)


def _enum(names, value):
    """An enumeration by name; a number is sent as it is, possible or not."""
    return u32(value if isinstance(value, int) else names.index(value))


def _wants(wants):
    out = u32(len(wants))
    for want in wants:
        out += blob(want["name"]) + _enum(READS, want.get("read", "value"))
        out += string_list(want.get("values", []))
    return out


def claim(value):
    """One claim: a Python value, or the kinds "absent" and "invalid" as None and Ellipsis."""
    if value is None or value is Ellipsis:
        return u32(CLAIM_KINDS.index("invalid" if value is Ellipsis else "absent"))
    if isinstance(value, bool):
        return u32(CLAIM_KINDS.index("boolean")) + u32(value)
    if isinstance(value, int):
        return u32(CLAIM_KINDS.index("integer")) + struct.pack(">q", value)
    if isinstance(value, (list, tuple)):
        return u32(CLAIM_KINDS.index("list")) + string_list(value)
    return u32(CLAIM_KINDS.index("string")) + blob(value)


def _field(kind, value):
    if isinstance(kind, tuple):
        return _enum(kind, value)
    if kind in ("u32", "bool"):
        return u32(int(value))
    if kind == "i64":
        return struct.pack(">q", value)
    if kind in ("text", "bytes"):
        return blob(value)
    if kind == "list":
        return string_list(value)
    if kind == "wants":
        return _wants(value)
    return u32(len(value)) + b"".join(claim(v) for v in value)


def head(kind, version=VERSION):
    """The two bytes that begin every message."""
    return bytes((version, kind if isinstance(kind, int) else KINDS.index(kind)))


def encode(kind, fields):
    """The bytes of a message whose fields are all given."""
    fields = {"subject_hash": None, **fields}      # only where a request asks for it
    return head(kind) + b"".join(_field(t, fields[name]) for name, t in FIELDS[kind])


def request(**changes):
    """The bytes of a REQUEST that differs from the defaults as told."""
    unknown = set(changes) - set(REQUEST_DEFAULTS)
    if unknown:
        raise TypeError(f"a request has no {', '.join(sorted(unknown))}")
    return encode("REQUEST", {**REQUEST_DEFAULTS, **changes})


def proceed():
    """The bytes of a PROCEED."""
    return encode("PROCEED", {})


def fault(code, text):
    """The bytes of a FAULT."""
    return encode("FAULT", {"code": code, "text": text})


def log(text, level="DEBUG"):
    """The bytes of a LOG."""
    return encode("LOG", {"level": level, "text": text})


class _Reader:
    """What is left of a message."""

    def __init__(self, data):
        self.data = data

    def take(self, count):
        """The next bytes."""
        if count > len(self.data):
            raise WireError(f"{count} bytes wanted, {len(self.data)} left")
        part, self.data = self.data[:count], self.data[count:]
        return part

    def u32(self):
        """The next number."""
        return struct.unpack(">I", self.take(4))[0]

    def i64(self):
        """The next signed number."""
        return struct.unpack(">q", self.take(8))[0]

    def enum(self, names):
        """The next enumerator, by name."""
        number = self.u32()
        if number >= len(names):
            raise WireError(f"number {number} of an enumeration of {len(names)}")
        return names[number]

    def blob(self):
        """The next bytes, None if absent."""
        length = self.u32()
        return None if length == ABSENT else self.take(length)

    def text(self):
        """The next text, None if absent."""
        data = self.blob()
        if data is not None and b"\0" in data:
            raise WireError("NUL in a text")
        return None if data is None else data.decode()

    def list(self):
        """The next list of strings."""
        items = [self.text() for _ in range(self.u32())]
        if None in items:
            raise WireError("absent item in a list")
        return items

    def wants(self):
        """The claims that a request asks for."""
        return [{"name": self.text(), "read": self.enum(READS), "values": self.list()}
                for _ in range(self.u32())]

    def bool(self):
        """The next boolean."""
        return self.enum((False, True))

    def claims(self):
        """The claims of an identity, as claim() takes them."""
        return [self.claim() for _ in range(self.u32())]

    def claim(self):
        """One claim."""
        kind = self.enum(CLAIM_KINDS)
        if kind == "integer":
            return self.i64()
        read = {"string": self.text, "boolean": self.bool, "list": self.list}
        return read[kind]() if kind in read else (Ellipsis if kind == "invalid" else None)


def _read(reader, kind):
    if isinstance(kind, tuple):
        return reader.enum(kind)
    names = {"bytes": "blob"}
    return getattr(reader, names.get(kind, kind))()


def decode(data):
    """The message as a dict; WireError if it breaks the contract."""
    if len(data) < 2 or data[0] != VERSION:
        raise WireError(f"version {data[:1].hex()} of a message of {len(data)} bytes")
    if not 0 < data[1] < len(KINDS):
        raise WireError(f"message of kind {data[1]}")
    reader, kind = _Reader(data[2:]), KINDS[data[1]]
    message = {"kind": kind}
    for name, field_type in FIELDS[kind]:
        message[name] = _read(reader, field_type)
    if reader.data:
        raise WireError(f"{len(reader.data)} trailing bytes in {kind}")
    return message


def receive(sock):
    """The next message; None at the end. Honours the time limit of the socket."""
    data, _, flags, _ = sock.recvmsg(LIMIT)
    if flags & socket.MSG_TRUNC:
        raise WireError("message above the limit")
    return decode(data) if data else None


def qr_bytes(side):
    """Length of the bit field of a symbol."""
    return (side * side + 7) // 8


def qr_rows(message):
    """The symbol of a CHALLENGE as a list of rows of booleans, True = dark."""
    side, bits = message["qr_side"], message["qr_bits"]
    return [[bool(bits[(y * side + x) // 8] >> (7 - (y * side + x) % 8) & 1)
             for x in range(side)] for y in range(side)]
