# SPDX-License-Identifier: BSD-2-Clause
"""JSON as a hostile server writes it, at every endpoint: protocol.md 13.2, 3.3."""

import json

import answers
from answers import Answer, grant, render
from flow import row, table

# What each endpoint's unusable answer ends in: before the codes are shown, and after.
CODES = {"discovery": "PROVIDER", "device": "PROVIDER", "token": "ANSWER", "jwks": "TOKEN"}
GOOD = {"discovery": answers.default_metadata, "device": answers.default_device,
        "token": grant().body, "jwks": answers.default_jwks}


def text_of(endpoint, change):
    """The good document of an endpoint as bytes, and then spoilt."""
    def body(server):
        return change(render(GOOD[endpoint](server), server))
    return Answer(body)


def with_member(text):
    """One more member, first in the object."""
    return lambda good: b"{" + text + b", " + good[1:]


def nested(depth):
    """A member whose value makes the document so deep."""
    return with_member(b'"deep": ' + b"[" * (depth - 1) + b"]" * (depth - 1))


BAD = {
    "SRV-30 not JSON": lambda good: b"hello",
    "SRV-30 truncated": lambda good: good[:-1],
    "SRV-30 trailing bytes": lambda good: good + b"x",
    "SRV-30 two documents": lambda good: good + good,
    "SRV-30 trailing NUL": lambda good: good + b"\0",
    "SRV-31 array": lambda good: b"[" + good + b"]",
    "SRV-31 string": lambda good: b'"authorization_pending"',
    "SRV-31 number": lambda good: b"5",
    "SRV-31 null": lambda good: b"null",
    "SRV-31 empty object": lambda good: b"{}",
    "SRV-32 depth 33": nested(33),
    "SRV-32 depth 20000": nested(20000),
    "SRV-32 depth 20000, never closed": lambda good: b'{"a":' * 8000,
    "SRV-34 a member twice": with_member(b'"a": 1, "a": 1'),
    "SRV-34 a member twice, one escaped": with_member(b'"a": 1, "\\u0061": 1'),
    "SRV-34 a member twice, deep inside": with_member(b'"x": {"y": {"a": 1, "a": 1}}'),
    "SRV-35 NUL escaped in a string": with_member(b'"a": "b\\u0000c"'),
    "SRV-35 NUL escaped in a name": with_member(b'"a\\u0000b": 1'),
    "SRV-35 NUL as it is": with_member(b'"a": "b\0c"'),
    "SRV-36 invalid UTF-8": with_member(b'"a": "\xff\xfe"'),
    "SRV-36 overlong UTF-8": with_member(b'"a": "\xc0\xaf"'),
    "SRV-36 surrogate in UTF-8": with_member(b'"a": "\xed\xa0\x80"'),
    "SRV-36 above U+10FFFF": with_member(b'"a": "\xf4\x90\x80\x80"'),
    "SRV-36 lone surrogate escaped": with_member(b'"a": "\\ud800"'),
    "SRV-36 low surrogate first": with_member(b'"a": "\\udc00\\ud800"'),
    "SRV-36 UTF-16 with BOM": lambda good: good.decode().encode("utf-16"),
    "SRV-36 UTF-32": lambda good: good.decode().encode("utf-32-le"),
    "SRV-37 two BOMs": lambda good: b"\xef\xbb\xbf" * 2 + good,
    "SRV-37 BOM at the end": lambda good: good + b"\xef\xbb\xbf",
    "SRV-41 NaN": with_member(b'"a": NaN'),
    "SRV-41 Infinity": with_member(b'"a": Infinity'),
    "SRV-41 1e999": with_member(b'"a": 1e999'),
    "SRV-41 integer of 30 digits": with_member(b'"a": ' + b"9" * 30),
    "SRV-41 leading zero": with_member(b'"a": 007'),
    "SRV-41 plus": with_member(b'"a": +7'),
    "SRV-42 comment": with_member(b'/* hello */ "a": 1'),
    "SRV-42 single quotes": with_member(b"'a': 1"),
    "SRV-42 trailing comma": lambda good: good[:-1] + b",}",
    "SRV-42 raw newline in a string": with_member(b'"a": "b\nc"'),
}
# Why: by id, or by row where that is another reason; an empty object lacks what each endpoint needs.
WHY = {"SRV-32": "nested deeper than 32", "SRV-30 trailing NUL": "NUL byte",
       "SRV-35 NUL as it is": "NUL byte", "SRV-36 UTF-16 with BOM": "NUL byte",
       "SRV-36 UTF-32": "NUL byte", "SRV-31 array": "not an object"}
EMPTY = {"discovery": "issuer", "device": "device_code", "token": "no usable token",
         "jwks": "no array 'keys'"}
PLACE = {"discovery": "discovery: ", "device": "device authorization: ",
         "token": "token endpoint: ", "jwks": "jwks_uri: "}


def why(name, endpoint):
    """The reason that stands in the log."""
    if name == "SRV-31 empty object":
        return EMPTY[endpoint]
    return WHY.get(name) or WHY.get(name.split()[0]) or "not acceptable as JSON"


def at_endpoint(endpoint):
    """The log says where, too."""
    return lambda result: _starts(result, PLACE[endpoint])


def _starts(result, place):
    assert result.fault["text"].startswith(place), str(result)


REFUSED = [row(f"{name}, {endpoint}", CODES[endpoint], why(name, endpoint),
               check=at_endpoint(endpoint), **{endpoint: text_of(endpoint, change)})
           for endpoint in GOOD for name, change in BAD.items()]
# As deep as the largest document of this endpoint has room for.
REFUSED += [row(f"SRV-32 depth {depth}, {endpoint}", CODES[endpoint], "nested deeper than 32",
                **{endpoint: text_of(endpoint, change)})
            for endpoint, depth, change in (
                ("discovery", 100000, nested(100000)), ("jwks", 100000, nested(100000)),
                ("token", 200000, nested(200000)),
                ("token", "400000, never closed", lambda good: b"[" * 400000))]

FINE = {
    "SRV-32 depth 32": nested(32),
    "SRV-33 many elements": with_member(b'"a": [' + b"1," * 20000 + b"1]"),
    "SRV-37 BOM": lambda good: b"\xef\xbb\xbf" + good,
    "SRV-44 many names": with_member(b", ".join(b'"n%d": 1' % i for i in range(3000))),
    "JSN-6 unknown members": with_member(b'"a": {"b": [1, "c", null, true]}'),
    "JSN-1 blanks around": lambda good: b" \r\n\t" + good + b" \r\n\t",
    "JSN-7 the same names in another case": with_member(
        b'"Issuer": 1, "DEVICE_CODE": 2, "Access_Token": 3, "KEYS": 4, "Error": "x"'),
    "JSN-3 all of UTF-8": with_member('"a": "\u00e4\u20ac\U0001f600\\ud83d\\ude00"'.encode()),
    "SRV-39 error: null": with_member(b'"error": null'),
}
ACCEPTED = [row(f"{name}, {endpoint}", **{endpoint: text_of(endpoint, change)})
            for endpoint in GOOD for name, change in FINE.items()]
# jansson's hash has a seed of each process's own, so that nobody can choose names that collide.
ACCEPTED += [row(f"SRV-33 SRV-44 {name} as fit, token", token=text_of("token", change))
             for name, change in (
                 ("as many elements", with_member(b'"a": [' + b"1," * 250000 + b"1]")),
                 ("as many names", with_member(
                     b",".join(b'"%x":1' % i for i in range(40000)))),
                 ("as many objects", with_member(b'"a": [' + b"{}," * 160000 + b"1]")))]


def _fill(endpoint, size):
    """Every text of the good document replaced by one of that size (SRV-43)."""
    def body(server):
        good = json.loads(render(GOOD[endpoint](server), server))
        return {k: "x" * size if isinstance(v, str) else v for k, v in good.items()}
    return Answer(body)


HUGE = [
    row("SRV-43 huge strings, discovery", "PROVIDER", "issuer", discovery=_fill("discovery", 34000)),
    row("SRV-43 huge strings, device", "PROVIDER", "device_code", device=_fill("device", 12000)),
    row("SRV-43 huge strings, token", "ANSWER", "no usable token", token=_fill("token", 150000)),
    row("SRV-99 access_token of 10 MB", "ANSWER", "answer too large", token=grant(access_token="x" * 10 ** 7)),
    row("SRV-43 huge string at 128 KiB + 1", "ANSWER", "no usable token",
        token=grant(access_token="x" * (128 * 1024 + 1))),
    row("LIM-7 access_token of 128 KiB", token=grant(access_token="x" * 128 * 1024)),
    row("LIM-7 id_token of 128 KiB + 1", "TOKEN", "long", token=grant("e" * (128 * 1024 + 1))),
]


@table(REFUSED)
def test_refused(row, judge):  # pylint: disable=redefined-outer-name
    """A document that is not strictly JSON, or is no object, ends the login."""
    judge(row)


@table(ACCEPTED)
def test_accepted(row, judge):  # pylint: disable=redefined-outer-name
    """What a strict reader has to take."""
    judge(row)


@table(HUGE)
def test_huge(row, judge):  # pylint: disable=redefined-outer-name
    """Texts of every size."""
    judge(row)
