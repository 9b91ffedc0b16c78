# SPDX-License-Identifier: BSD-2-Clause
"""Task verify: one token, judged by what judges logins, and nothing asked of anybody (pam-oauth
verify-token)."""

import json
import time

import pytest

import jose
import wire
from answers import Answer, IdToken, html, metadata
from fake_as import FakeAs
from flow import request_for
from worker import Worker

KEYS = json.dumps(jose.jwks("RS256", "ES256"))
LATE = 4000000000                  # in 2096
OLD = {"iat": 1000000000, "exp": 1000000300}
AT = "at+jwt"


def verdict(lab, binary, token=None, server=None, **changes):
    """The last message, and what the provider was asked."""
    script = server or {}
    with FakeAs(lab, **script) as provider, Worker(binary) as worker:
        text = token if isinstance(token, (bytes, str)) else (token or IdToken()).make(provider)
        fields = request_for(provider, {"jwks": KEYS, **changes})
        worker.send(wire.request(task="verify", token=text, **fields))
        while (message := worker.receive(20))["kind"] == "LOG":
            pass
        assert worker.receive(5) is None, worker.messages
        worker.finish(5)
        return message, [request.endpoint for request in provider.requests]


GOOD = {
    "an ID token": {},
    "ES256": {"token": IdToken(alg="ES256")},
    "IDT-14 of another day, at its time": {"token": IdToken(claims=OLD), "now": 1000000100},
    "IDT-21 at_hash: its access token is not known": {
        "token": IdToken(claims={"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"})},
    "IDT-17 nonce: what was sent is not known": {"token": IdToken(claims={"nonce": "x"}),
                                                 "nonce": "required"},
    "INT-3 an access token": {
        "token": IdToken(header={"typ": AT}, claims={"aud": "web01", "client_id": "test-client",
                                                     "jti": "1"}),
        "identity_source": "access_token_jwt", "access_token_audience": "web01"},
    "JSN-3 a byte order mark": {"token": IdToken(raw_claims=b'\xef\xbb\xbf{"sub":"248289761001"}'),
                                "signature_only": True},
    "the signature alone": {"token": IdToken(claims={**OLD, "aud": "other", "iss": "other"}),
                            "signature_only": True, "issuer": None, "client_id": None,
                            "scope": None},
}


@pytest.mark.parametrize("name", GOOD)
def test_good(name, lab, worker_binary):
    """The claims come back, whole; with the keys at hand nobody is asked."""
    message, asked = verdict(lab, worker_binary, **GOOD[name])
    assert message["kind"] == "CLAIMS", message
    assert json.loads(message["claims"])["sub"] == "248289761001"
    assert not asked


# name: (what differs, code, part of the text)
BAD = {
    "IDT-1 three parts": ({"token": "a.b"}, "TOKEN", "ID token: "),
    "a NUL byte": ({"token": b"a.b.c\0"}, "TOKEN", "NUL"),
    "IDT-4 alg none": ({"token": IdToken(header={"alg": "none"})}, "TOKEN", "alg"),
    "IDT-4 not among id_token_algs": ({"id_token_algs": ["ES256"]}, "TOKEN", "alg"),
    "IDT-9 signature": ({"token": IdToken(signature=lambda s: s[:-1] + bytes([s[-1] ^ 1]))},
                        "TOKEN", "signature does not verify"),
    "IDT-9 signature, though only that counts": (
        {"token": IdToken(signature=lambda s: s[:-1] + bytes([s[-1] ^ 1])),
         "signature_only": True}, "TOKEN", "signature does not verify"),
    "JWK-2 no key fits": ({"jwks": json.dumps(jose.jwks("ES256"))}, "TOKEN", "no key of the issuer"),
    "IDT-10 iss": ({"token": IdToken(claims={"iss": "https://other.example"})}, "TOKEN",
                   "iss 'https://other.example'"),
    "IDT-11 aud": ({"client_id": "another"}, "TOKEN", "aud does not contain the client"),
    "IDT-13 expired": ({"token": IdToken(claims=OLD)}, "TOKEN", "expired"),
    "IDT-13 expired by then": ({"now": LATE}, "TOKEN", "expired"),
    "IDT-14 in the future, seen from then": ({"now": int(time.time()) - 3600}, "TOKEN", "future"),
    "IDT-16 no sub": ({"token": IdToken(claims={"sub": None})}, "TOKEN", "sub"),
    "INT-3 an ID token is no access token": (
        {"identity_source": "access_token_jwt", "access_token_audience": "test-client"}, "TOKEN", "typ"),
    "payload that is no object": ({"token": IdToken(raw_claims=b"[]")}, "TOKEN", "payload"),
    "keys that are no JSON": ({"jwks": "PEM"}, "CONFIG", "keys: "),
    "keys that are no set": ({"jwks": "{}"}, "CONFIG", "keys: "),
    "keys that are none": ({"jwks": '{"keys":[]}'}, "CONFIG", "keys: none that can be used"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad(name, lab, worker_binary):
    """The check that failed, by name."""
    changes, code, text = BAD[name]
    message, asked = verdict(lab, worker_binary, **changes)
    assert (message["kind"], message["code"]) == ("FAULT", code), message
    assert text in message["text"], message
    assert not asked


FETCHED = ["discovery", "jwks"]


def test_keys_from_the_issuer(lab, worker_binary):
    """DSC-4, JWK-9: without keys at hand, metadata and keys; no device grant is needed there."""
    message, asked = verdict(lab, worker_binary, jwks=None, server={"discovery": metadata(
        device_authorization_endpoint=None, token_endpoint=None,
        token_endpoint_auth_methods_supported=["private_key_jwt"],
        grant_types_supported=["authorization_code"])})
    assert message["kind"] == "CLAIMS", message
    assert asked == FETCHED


# name: (the server, code, part of the text, what was asked)
UNHELPFUL = {
    "DSC-4 metadata of another issuer": ({"discovery": metadata(issuer="https://other.example")},
                                         "PROVIDER", "the document is of issuer", FETCHED[:1]),
    "no metadata": ({"discovery": Answer("", 500)}, "PROVIDER", "500", FETCHED[:1]),
    "no keys": ({"jwks": Answer("", 404)}, "PROVIDER", "keys: jwks_uri: HTTP status 404", FETCHED),
    "keys that are a page": ({"jwks": html()}, "PROVIDER", "keys: jwks_uri: answer is not JSON", FETCHED),
    "an empty set of keys": ({"jwks": Answer({"keys": []})}, "PROVIDER", "keys: none that can be used",
                             FETCHED),
    "keys that do not come": ({"jwks": Answer("", 503)}, "UNREACHABLE", "keys: jwks_uri: HTTP status 503",
                              FETCHED),
    "IDT-4 announced for others only": (
        {"discovery": metadata(id_token_signing_alg_values_supported=["ES256"])}, "TOKEN",
        "alg RS256 is not allowed", FETCHED),
    "other keys": ({"jwks": Answer(jose.jwks("ES256"))}, "TOKEN", "no key of the issuer", FETCHED),
    "IDT-4 no algorithm in common": (
        {"discovery": metadata(id_token_signing_alg_values_supported=["HS256"])}, "PROVIDER",
        "id_token_algs", FETCHED[:1]),
}


@pytest.mark.parametrize("name", UNHELPFUL)
def test_provider_that_does_not_help(name, lab, worker_binary):
    """As in a login."""
    server, code, text, wanted = UNHELPFUL[name]
    message, asked = verdict(lab, worker_binary, jwks=None, server=server)
    assert (message["kind"], message["code"]) == ("FAULT", code), message
    assert text in message["text"] and asked == wanted, (message, asked)
