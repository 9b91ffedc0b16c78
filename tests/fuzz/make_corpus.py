#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes seeds for the fuzzers: make_corpus.py FOLDER makes FOLDER/NAME/* for each of them.

Made from the data of the unit tests, from the wire as tests/lib/wire.py writes it, and from the
documents and files below: what a person knows to be interesting. The corpora beside this file are
what the fuzzers found beyond it, minimised (`run minimise`). Each run takes both.
"""

import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "unit" / "data"
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "lib"))

import symbols  # noqa: E402  (tests/lib)
import wire  # noqa: E402
from seeds_config import (  # noqa: E402
    ISSUER, SUBJECT, conditions_seeds, config_seeds, records, rules_seeds)  # noqa: F401
from seeds_state import state_seeds  # noqa: E402,F401

NOW = 1800000000  # of make_tokens.py
HOST = "https://sso.example.org"


def variants(base, **changes):
    """The document, then one per change: a list of values per member; ... removes the member."""
    yield base
    for name, values in changes.items():
        for value in values:
            changed = {**base, name: value}
            yield {k: v for k, v in changed.items() if v is not ...}


# --- documents -----------------------------------------------------------------------------------

METADATA = {
    "issuer": ISSUER,
    "device_authorization_endpoint": f"{HOST}/device",
    "token_endpoint": f"{HOST}/token",
    "jwks_uri": f"{HOST}/jwks",
    "grant_types_supported": ["urn:ietf:params:oauth:grant-type:device_code"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    "id_token_signing_alg_values_supported": ["RS256", "ES256"],
}
DEVICE = {
    "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
    "user_code": "WDJB-MJHT",
    "verification_uri": f"{HOST}/device",
    "verification_uri_complete": f"{HOST}/device?user_code=WDJB-MJHT",
    "expires_in": 1800,
    "interval": 5,
}
TOKEN = {
    "access_token": "dNZX1hEZ9wBCzNL40Upu646bdzQA.wfgvmE8VxjAudsnJc08sWJg-T~k",
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "openid profile",
    "id_token": "eyJhbGciOiJFUzI1NiJ9.e30.AA",
}
CLAIMS = {
    "iss": ISSUER,
    "sub": SUBJECT,
    "aud": "ssh-login",
    "iat": NOW - 5,
    "exp": NOW + 300,
}
ODD_JSON = [
    "", "{}", "[]", "null", '{"a":1,"a":2}', '{"a":"\\u0000"}', '{"a":1\0}', "[" * 40,
    '\ufeff{"a":[{"b":[1.5,-0,1e300]}]}', '{"":{"":""}}', '{"a":99999999999999999999}',
    '{"a":1e999}',
    '{"a":"\\ud83d\\ude00","~/":{"/":1}}', '{"a":' + "[" * 31 + "]" * 31 + "}", "{" * 40, '{} x',
    '{"a":9007199254740993,"b":-1e-7,"c":"000000000012","d":true,"e":null}', '{"a":"\\"[{"}',
    '{"a":' + "[" * 32 + "]" * 32 + "}", '{"a":' + "[" * 60 + "]" * 60 + "}",
]


def json_docs_seeds():
    yield from (text.encode() for text in ODD_JSON)
    for doc in variants(
            METADATA, issuer=[ISSUER + "/", 5, ...], token_endpoint=[
                ..., "http://sso.example.org/t", f"{HOST}:8443/t", f"{HOST}:1/t", f"{HOST}/t#f",
                "https://login.example.org/t?x=1", "https://u@sso.example.org/t"],
            jwks_uri=["file:///etc/passwd", ["a"]],
            token_endpoint_auth_methods_supported=[..., ["client_secret_post"], ["x"], "post"],
            id_token_signing_alg_values_supported=[..., ["none", "HS256"], []],
            grant_types_supported=[..., ["authorization_code"]]):
        yield json.dumps(doc).encode()


def device_seeds():
    for doc in variants(
            DEVICE, device_code=["", "x" * 8193, 5, ...], user_code=[
                "a b", " a", "a  b", "1\x1b[2J", "A" * 65, "\u0430", ...],
            verification_uri=[..., "http://x", f"{HOST}:8443/d", "https://evil@sso.example.org/",
                              "https://xn--80ak6aa92e.com/", HOST + "/" + "a" * 490],
            verification_uri_complete=[
                ..., "", None, 7, "https://evil.example/?c=1", f"{HOST}/device?user_code=ABCD-EFGH",
                f"https://login.example.org/d?c=WDJB-MJHT", HOST + "/?" + "a" * 2100],
            verification_url=[HOST], expires_in=[..., 0, 9, 10, "600", 1e9, 1.5, True],
            interval=[..., 0, -1, "5", 4.2, 1e300, 999999999999, []]):
        yield json.dumps(doc).encode()


def token_answer_seeds():
    def seed(body, status="200", kind="application/json", letters=""):
        text = body if isinstance(body, str) else json.dumps(body)
        return records(status, kind, letters, text)

    for doc in variants(TOKEN, token_type=["bearer", "DPoP", ...], access_token=["a b", "", ..., 5],
                        id_token=[..., ""], scope=["openid", 5, ..., "profile,openid"],
                        error=["access_denied", None, {}]):
        yield seed(doc)
    for error in ("authorization_pending", "slow_down", "access_denied", "authorization_declined",
                  "expired_token", "code_expired", "server_error", "temporarily_unavailable",
                  "invalid_client", "invalid_grant", 'a"b\\', "x" * 70):
        yield seed({"error": error, "error_description": "why \u001b[2J", "interval": 7}, "400")
    yield seed({"error": "server_error"}, "503")
    yield seed({"error": "authorization_pending"}, "302")
    yield seed({"error": "authorization_pending"}, "400", "text/html")
    yield seed({"error": "slow_down", "interval": -1}, "429", "text/plain;charset=utf-8")
    yield seed("<html>", "502", "text/html")
    yield seed(TOKEN, "201", "application/jwt+JSON")
    yield seed(TOKEN, letters="o")
    yield seed("", "0", "", "t")
    yield seed("", "0", "", "c")


def jwt_seeds():
    for path in sorted(DATA.glob("jwt/*.jwt")):
        yield path.read_bytes()
    header = json.dumps({"alg": "EdDSA", "typ": "JWT", "kid": "rfc8037"})
    for claims in variants(
            CLAIMS, iss=[ISSUER + "/", ...],
            aud=["other", ["ssh-login", "api"], ["ssh-login", "x"], [5], ...],
            azp=["ssh-login", "api", None],
            iat=[NOW + 61, NOW - 121, NOW + 0.5, -1, 1e300, "1", ...],
            exp=[NOW - 61, NOW - 60, NOW - 59, 2**53, 2**60, ...], nbf=[NOW + 60, NOW + 61, "x"],
            sub=["", "a\u0000", "\u00e9", "x" * 256, "ssh-login", 7, ...], idtyp=["app", "user"],
            at_hash=["F_Yjo-aImZ2ZJ6uhm5AUVA", "", 5],
            email=["carol@example.org", 5, True, [], ""],
            email_verified=[True, "true"],
            groups=[["admins", "x"], ["admins", "admins"], "admins", [1], [], {}],
            entitlements=["staff admins", "staff staff", " ", ["staff"]],
            realm_access=[{"roles": {"admins": 1, "staff": {}}}, {"roles": []}, []],
            _claim_names=[{"groups": "src1"}]):
        yield b"s" + records(header, json.dumps(claims))
    for exp in (NOW - 61, NOW - 60, NOW - 59):  # of a token that was old when it came
        yield b"s" + records(header, json.dumps({**CLAIMS, "iat": NOW - 110, "exp": exp}))
    for head in ({"alg": "Ed25519"}, {"alg": "EdDSA", "crit": []}, {"alg": "none"},
                 {"alg": "HS256"},
                 {"alg": "EdDSA", "typ": "at+jwt"}, {"alg": "EdDSA", "kid": "x" * 257},
                 {"alg": "EdDSA", "b64": False}, {"alg": "ES256", "kid": "rfc8037"}):
        yield b"s" + records(json.dumps(head), json.dumps(CLAIMS), TOKEN["access_token"])
    for aud in (["ssh-login", "api"], ["ssh-login", "x"], ["api", "x"]):
        claims = json.dumps({**CLAIMS, "aud": aud, "azp": "ssh-login"})
        yield b"s" + records(header, claims, "token")
    for text in ("YWJj", "YQ", "YR", "YWI", "YWJ", "Y", "YQ==", "+A__", "-A/_", "YW\nJj", "YW Jj"):
        yield text.encode()


def jwks_seeds():
    for path in sorted(DATA.glob("jwks/*.json")):
        yield json.dumps(json.loads(path.read_text())).encode()
    key = json.loads((DATA / "jwks" / "one-ed25519.json").read_text())["keys"][0]
    yield json.dumps({"keys": [key] * 5}).encode()
    yield json.dumps({"keys": [{}] * 101}).encode()
    for doc in ({}, {"keys": {}}, {"keys": []},
                {"keys": [None, 5, "x", [], {"kty": "oct", "k": "AA"}]}):
        yield json.dumps(doc).encode()


# --- the rest ------------------------------------------------------------------------------------

def challenge(**changes):
    fields = {"verification_uri": f"{HOST}/device", "user_code": "WDJB-MJHT", "expires_in_s": 600,
              "qr_side": 0, "qr_bits": None, **changes}
    return wire.encode("CHALLENGE", fields)


def symbol(side):
    return {"qr_side": side,
            "qr_bits": bytes(i * 37 % 251 for i in range(symbols.size(side)))}


def challenges():
    yield challenge()
    for side in (21, 25, 29, 57, 73):
        yield challenge(**symbol(side))
    yield challenge(user_code="A" * 64, verification_uri=HOST + "/" + "x" * 480)
    yield challenge(user_code="\x1b[2J")
    yield challenge(qr_side=22, qr_bits=bytes(61))
    yield challenge(verification_uri=None, expires_in_s=0)


def identity(claims):
    return wire.encode("IDENTITY", {"issuer": ISSUER, "subject": SUBJECT, "claims": claims})


def wire_seeds():
    yield from challenges()
    yield wire.request()
    yield wire.request(client_secret=b"s\0cret", ca_file="/ca", endpoint_hosts=["a", "b"],
                       initial_poll=True, iat_loose=True, discovery="none",
                       token_endpoint="https://a/t",
                       wants=[{"name": "email"},
                              {"name": "groups", "read": "list", "values": ["admins", "staff"]}])
    yield wire.request(task="probe")
    yield wire.request(task="verify", token=b"a.b.c", jwks='{"keys":[]}', now=1 << 40)
    yield wire.request(task="verify", token=b"a.b.c", jwks="{}", signature_only=True, issuer=None,
                       client_id=None, scope=None)
    yield wire.request(jwks="{}")
    yield wire.request(task="verify")
    yield wire.encode("CLAIMS", {"claims": "{}"})
    yield wire.encode("CLAIMS", {"claims": None})
    yield wire.proceed()
    yield wire.fault("PROVIDER", "why")
    yield wire.fault("OK", "")
    yield wire.log("a remark")
    for claims in ([], ["carol@example.org", ["admins"]], [-5, None], [True, ...],
                   [["admins"], "x"], [None, ["admins", "staff", "other"]]):
        yield identity(claims)
    yield b"\x02\x01"
    yield wire.proceed() + b"x"
    for missing in ("issuer", "client_id", "scope"):
        yield wire.request(**{missing: None})
    for size in (511, 512, 700):
        yield wire.fault("PROVIDER", "x" * size)
        yield wire.log("x" * size)
    yield challenge(user_code="a\0b")
    yield challenge(qr_side=25, qr_bits=bytes(56))
    yield identity(["\x1b[2J", None])
    yield identity([True])[:-1] + b"\2"  # a second spelling of it
    yield identity([])[:-4] + b"\xff\xff\xff\xff"


def present_seeds():
    for options in (0x00, 0x01, 0x02, 0x05, 0x0b, 0x03, 0x21, 0x31, 0x12, 0x26):
        for message in challenges():
            yield bytes((options, 1, 44)) + records("host", "sshd", "alice", message)
    for language in range(5):       # whatever there is besides English
        for message in challenges():
            yield bytes((0x41, language, 44)) + records("host", "sshd", "alice", message)
    yield bytes((1, 255, 255)) + records("h" * 200, "s\x1b" * 40, "\u00e4" * 60,
                                         challenge(**symbol(33)))


def text_seeds():
    for text in ("WDJB-MJHT", "a b", f"{HOST}/device", "https://u@h/", "https://h/@", "alice",
                 "0", "18446744073709551615", "18446744073709551616", "007", "+1",
                 "\\x41\n\t\x7f", "\u00e9\u20ac\U0001f600", "a..b", "_x.y-z9", "ab.", "-a", "a/b",
                 "\u009b", "A" * 64, "A" * 65, "a" * 32, "a" * 33, "x" * 256):
        yield text.encode()
        yield records(text, b"\x05")
        yield records(text, b"\x24")
    for raw in (b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\xe0\x80\xaf",
                b"\xf0\x8f\xbf\xbf", b"\x80"):
        yield raw


def uri_seeds():
    for a, b in ((HOST, HOST + ":443/x"), (HOST + ":8443/a?b#c", "https://SSO.example.ORG:8443"),
                 ("https://[::1]:8443/", "https://[0::1]:8443/"),
                 ("https://127.1/", "https://0x7f.1/"), ("https:///x", "https://:443/"),
                 (HOST + "@evil.example/", "https://evil.example\\@sso.example.org/"),
                 ("https://sso%2eexample.org/", HOST + "./"), ("https://h:/", "https://h:0/"),
                 ("https://h:65536/", "https://h:00443/"), ("http://h/", "file:///etc/passwd"),
                 (ISSUER + "/", "https://h"), ("https://h?a", "https://h#b"),
                 (HOST, HOST.replace("org", "com"))):
        yield records(a, b, "WDJB-MJHT")
    for query in ("user_code=WDJB-MJHT", "user_code=ABCD-EFGH", "a=1&c=wdjbmjht&x", "c=%41", "",
                  "=", "c=WDJB+MJHT#f"):
        yield records(f"{HOST}/d?{query}", HOST, "WDJB-MJHT")
    for code, value in (("WDJBMJHT", "wdjbmjht"), ("WDJBMJHT", "ABCDEFGH"), ("1234", "5678"),
                        ("1234", "12345"), ("1234", "12AB"), ("A1", "B2"), ("AB", "A1")):
        yield records(HOST, HOST, code, value)


def limits_seeds():
    def row(when, source=1, pair=2, keep=600, number=7):
        return struct.pack(">QIQQQ", when, keep, source, pair, number)

    record = b"pam_oauth starts 1\n" + bytes(range(16))
    for rate, rows in ((b"\1\4", []), (b"\2\2", [row(1000)]),
                       (b"\1\1", [row(999_000), row(1_000_000)]),
                       (b"\1\1", [row(1_000_001)]), (b"\3\7", [row(5), row(4)]),
                       (b"\4\3", [row(990_000 + i * 500, i % 3, i % 2, 1 + i, i)
                                   for i in range(20)]),
                       (b"\1\2", [row(1, keep=0)]), (b"\1\2", [row(1, keep=86401)])):
        yield rate + records("", "", "", record + b"".join(rows))
    yield b"\1\1" + records("", "", "", record.replace(b"1", b"2") + row(5))
    yield b"\1\1" + records("", "", "", record + row(5)[:-1])
    for rhost, ruser, connection in (
            ("192.0.2.1", "", ""), ("2001:db8::1%eth0", "", ""), ("::ffff:192.0.2.1", "", "x"),
            ("host.example", "alice", ""), ("", "alice", ""),
            ("", "a:b", "2001:db8:1:2:3:4:5:6 1 x 22"),
            ("192.0.2.1", "", "198.51.100.7 4 192.0.2.1 22"), ("", "", " 1"),
            ("fe80::1%" + "x" * 60, "", "")):
        yield b"\1\1" + records(rhost, ruser, connection)


def http_headers_seeds():
    head = "HTTP/1.1 503 x\r\n"
    for value in ("5\r\n", "\t120 \r\n", "0\r\n", "-1\r\n", "9" * 40 + "\r\n", "\r\n", "5",
                  " Fri, 31 Dec 1999 23:59:59 GMT\r\n", " 7\r\nHTTP/1.1 200 OK\r\n",
                  "\nX: y\nretry-after: 121"):
        yield records("\0", "Application/JSON; charset=utf-8", head + "Retry-After:" + value, "{}")
    yield records("\0", "text/plain", head + "X: y\n" * 300, "{}")
    for code, kind in ((0x1c, "text/html"), (0x3c, "application/problem+json"),
                       (0, "text/stranger+json"),
                       (0x3f, "application/+json"), (7, "x" * 200)):
        yield records(bytes((code,)) + b"SSL: \x1b[2J no alternative name", kind, head, "b" * 300)


def main():
    folder = pathlib.Path(sys.argv[1])
    makers = {name[:-len("_seeds")]: f for name, f in globals().items() if name.endswith("_seeds")}
    for name, maker in makers.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(maker()):
            (folder / name / f"seed-{number:03}").write_bytes(data)


if __name__ == "__main__":
    main()
