# SPDX-License-Identifier: BSD-2-Clause
"""Clients that sign: client_secret_jwt, private_key_jwt and certificates (CAU-5 to CAU-9). The
signatures are verified by another implementation than the one that made them."""

import base64
import hashlib
import hmac
import json
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from answers import error, grant, metadata
from answers import pending as wait
from flow import row, table

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SECRET = "s3cret-" * 10        # 70 octets: enough for all
KEYS = {
    "RSA": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "EC": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
}


def pem(kind, passphrase=None):
    """A private key as a file holds it."""
    encryption = (serialization.BestAvailableEncryption(passphrase.encode()) if passphrase
                  else serialization.NoEncryption())
    return KEYS[kind].private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                    encryption)


def decode(text):
    """base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(alg, signed, signature):
    """Raises unless the signature is one."""
    if alg.startswith("HS"):
        made = hmac.new(SECRET.encode(), signed, getattr(hashlib, f"sha{alg[2:]}")).digest()
        assert hmac.compare_digest(made, signature)
    elif alg == "EdDSA":
        KEYS["Ed25519"].public_key().verify(signature, signed)
    elif alg == "ES256":
        assert len(signature) == 64
        numbers = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
        KEYS["EC"].public_key().verify(encode_dss_signature(*numbers), signed,
                                       ec.ECDSA(hashes.SHA256()))
    else:
        pad = (padding.PKCS1v15() if alg == "RS256" else
               padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size))
        KEYS["RSA"].public_key().verify(signature, signed, pad, hashes.SHA256())


def judge_assertion(text, header, audience):
    """One assertion; its jti."""
    signed, _, signature = text.rpartition(".")
    parts = [json.loads(decode(part)) for part in signed.split(".")]
    assert parts[0] == header
    verify(header["alg"], signed.encode(), decode(signature))
    claims = parts[1]
    assert set(claims) == {"iss", "sub", "aud", "jti", "iat", "exp"}
    assert claims["iss"] == claims["sub"] == "test-client"
    assert claims["aud"] == audience
    assert len(decode(claims["jti"])) >= 16
    assert 0 < claims["exp"] - claims["iat"] <= 60
    assert -600 < claims["iat"] - time.time() <= 1       # rows run long before they are judged
    return claims["jti"]


def assertions(alg, audience="", **header):
    """Each request to both endpoints carries an assertion of its own; audience: behind the
    issuer."""
    expected = {"typ": "client-authentication+jwt", "alg": alg, **header}
    expected = {name: value for name, value in expected.items() if value is not None}

    def check(result):
        server = result.server
        requests = server.named("device") + server.named("token")
        assert len(server.named("token")) == 3, str(result)
        ids = set()
        for request in requests:
            assert request.field("client_assertion_type") == TYPE
            assert request.header("authorization") is None
            assert request.field("client_secret") is None
            ids.add(judge_assertion(request.field("client_assertion"), expected,
                                    server.issuer + audience))
        assert len(ids) == len(requests), "a jti came twice"
        assert server.named("device")[0].field("client_id") == "test-client"
        assert all(r.field("client_id") is None for r in server.named("token"))
    return check


def client(kind=None, **changes):
    """The request of a client with this key, or with the secret."""
    what = {"client_key": pem(kind), "client_auth": "private_key_jwt"} if kind else \
        {"client_secret": SECRET.encode(), "client_auth": "secret_jwt"}
    return {**what, **changes}


ALGS = "token_endpoint_auth_signing_alg_values_supported"
SIGNED = [
    ("CAU-6 RS256", client("RSA"), {}, assertions("RS256")),
    ("CAU-6 PS256", client("RSA", assertion_alg="PS256"), {}, assertions("PS256")),
    ("CAU-6 PS256 since only that is announced", client("RSA"), {ALGS: ["PS256", "ES256"]},
     assertions("PS256")),
    ("CAU-6 ES256", client("EC"), {}, assertions("ES256")),
    ("CAU-6 EdDSA with a kid", client("Ed25519", client_key_id="key-1"), {},
     assertions("EdDSA", kid="key-1")),
    ("CAU-6 an encrypted key", {**client("EC"), "client_key": pem("EC", "open sesame"),
                                "client_key_passphrase": b"open sesame"}, {},
     assertions("ES256")),
    ("CAU-5 HS256", client(), {}, assertions("HS256")),
    ("CAU-5 HS384", client(assertion_alg="HS384"), {}, assertions("HS384")),
    ("CAU-5 HS512 announced", client(), {ALGS: ["HS512"]}, assertions("HS512")),
    ("CAU-7 the token endpoint, where it is asked for",
     client("Ed25519", assertion_aud="token_endpoint"), {}, assertions("EdDSA", "/token")),
    ("CAU-8 another typ", client("Ed25519", assertion_typ="JWT"), {},
     assertions("EdDSA", typ="JWT")),
    ("CAU-8 no typ", client("Ed25519", assertion_typ="none"), {}, assertions("EdDSA", typ=None)),
    ("4.3 auto takes the key first",
     client("Ed25519", client_auth="auto", client_secret=SECRET.encode()),
     {"token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"]},
     assertions("EdDSA")),
]


def certificate(method, **changes):
    """The request of a client that TLS authenticates."""
    return {"client_auth": method, "client_certificate": lambda s: s.lab.client_pair()[0],
            "client_key": lambda s: s.lab.client_pair()[1].encode(), **changes}


def shown(result):
    """The certificate was shown at each connection; client_id stands in both bodies (CAU-9)."""
    for server in filter(None, (result.server, result.second)):
        assert server.connections, str(result)
        for connection in server.connections:
            if connection.asked:
                names = connection.client_certificate["subjectAltName"]
                assert names == (("DNS", "client.example"),), str(result)
    asked = result.second or result.server
    assert asked.connections[0].asked
    for request in asked.named("device") + asked.named("token"):
        assert request.field("client_id") == "test-client", str(result)
        assert request.field("client_assertion") is request.field("client_secret") is None
        assert request.header("authorization") is None
    assert len(asked.named("device")) == len(asked.named("token")) == 1, str(result)


def aliases(second):
    """Other endpoints for those who show a certificate (RFC 8705 section 5)."""
    return metadata(mtls_endpoint_aliases={
        "device_authorization_endpoint": second.url("/device_authorization"),
        "token_endpoint": second.url("/token")})


def not_there(result):
    """The aliases are for clients with a certificate only."""
    assert not result.second.requests, str(result)


METHODS = "token_endpoint_auth_methods_supported"
CERTIFICATES = [
    row("CAU-9 tls_client_auth", request=certificate("tls"), tls="client_cert", check=shown),
    row("CAU-9 self_signed_tls_client_auth", request=certificate("tls_self_signed"),
        tls="client_cert12", check=shown),
    row("4.3 auto takes the certificate where it is announced", request=certificate("auto"),
        tls="client_cert", check=shown, discovery=metadata(**{METHODS: ["tls_client_auth"]})),
    row("CAU-9 DEV-2 client_id also where only unauthenticated requests have one",
        request=certificate("tls", send_client_id="unauthenticated"), tls="client_cert",
        check=shown),
    row("CAU-9 an encrypted key", tls="client_cert", check=shown, request=certificate(
        "tls", client_key=lambda s: encrypted(s.lab.client_pair()[1]),
        client_key_passphrase=b"open sesame")),
    row("CAU-9 mtls_endpoint_aliases", "DENIED", "access_denied", request=certificate("tls"),
        check=shown, discovery=aliases,
        second={"tls": "client_cert", "token": error("access_denied")}),
    row("CAU-9 aliases are not for others", discovery=aliases, check=not_there,
        second={"tls": "client_cert"}),
]


def encrypted(text):
    """The same key with a passphrase."""
    key = serialization.load_pem_private_key(text.encode(), None)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.BestAvailableEncryption(b"open sesame"))


FAULTS = [
    row("CAU-6 a wrong passphrase is told before anybody sees a code", "CONFIG",
        "client_key_file: no usable key, or a wrong passphrase",
        request={**client("EC"), "client_key": pem("EC", "open sesame"),
                 "client_key_passphrase": b"open"},
        check=lambda r: _asked_nothing(r)),
    row("CAU-6 a key that no algorithm fits", "CONFIG", "client_key_file: the key does not fit",
        request=client("P-384"), check=lambda r: _asked_nothing(r)),
    row("CAU-5 a secret that is too short", "CONFIG", "client_secret_file: too short",
        request={"client_secret": b"s" * 31, "client_auth": "secret_jwt"},
        check=lambda r: _asked_nothing(r)),
    row("CAU-9 a passphrase that is missing is told before the handshake", "CONFIG",
        "client_key_file: no usable key, or one that needs a passphrase", tls="client_cert",
        request=certificate("tls", client_key=lambda s: encrypted(s.lab.client_pair()[1])),
        check=lambda r: _not_called(r)),
    row("CAU-9 and so is a wrong one, whoever authenticates", "CONFIG",
        "client_key_file: no usable key, or a wrong passphrase", tls="client_cert",
        request=certificate("auto", client_key=lambda s: encrypted(s.lab.client_pair()[1]),
                            client_key_passphrase=b"open", client_secret=SECRET.encode()),
        check=lambda r: _not_called(r)),
    row("CAU-9 a certificate that is none", "CONFIG", "client_certificate_file: ",
        request={**client("EC", client_auth="tls"),
                 "client_certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n"
                                       "-----END CERTIFICATE-----\n"}),
]


def _not_called(result):
    assert not result.server.requests and not result.server.connections, str(result)


def _asked_nothing(result):
    assert not result.server.named("device"), str(result)


@table([row(name, request=request, check=check, slow=True,
            discovery=metadata(**members), token=[wait(), wait(), grant()])
        for name, request, members, check in SIGNED])
def test_assertions(row, judge):  # pylint: disable=redefined-outer-name
    """Each request is authenticated by a statement of its own, and by nothing else."""
    judge(row)


@table(CERTIFICATES)
def test_certificates(row, judge):  # pylint: disable=redefined-outer-name
    """The handshake authenticates, the body names the client."""
    judge(row)


@table(FAULTS)
def test_faults(row, judge):  # pylint: disable=redefined-outer-name
    """What could never work is said at once."""
    judge(row)
