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

from wire_fields import CLAIM_KINDS, FIELDS, KINDS, READS, REQUEST_DEFAULTS

VERSION = 1
LIMIT = 128 * 1024
ABSENT = 0xFFFFFFFF

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
