# SPDX-License-Identifier: BSD-2-Clause
"""Tokens are revoked after the verdict, by a process that nobody waits for (EXT-20, RFC 7009)."""

import answers
from answers import Answer, IdToken, grant, metadata
from flow import row, table
from test_client_assertions import TYPE, judge_assertion, pem


def nothing(result):
    """No token was revoked; flow.run has waited for the end of the process that could have."""
    assert not result.server.named("revoke"), str(result)


def revoked(hint, token=None, **fields):
    """This token, once; the form is exactly this."""
    def check(result):
        (request,) = result.server.named("revoke")
        wanted = {"token": token or result.server.access_token, "token_type_hint": hint}
        assert dict(request.form) == {**wanted, **(fields or {"client_id": "test-client"})}, \
            str(result)
    return check


def signed(result):
    """CAU-6: with an assertion of its own."""
    (request,) = result.server.named("revoke")
    assert request.field("client_assertion_type") == TYPE and not request.field("client_id")
    used = [r.field("client_assertion") for r in result.server.named("token")]
    assert request.field("client_assertion") not in used
    judge_assertion(request.field("client_assertion"),
                    {"typ": "client-authentication+jwt", "alg": "EdDSA"}, result.server.issuer)


def signed_by(alg):
    """RFC 8414: by what is announced for this endpoint, whatever the others take."""
    def check(result):
        (request,) = result.server.named("revoke")
        judge_assertion(request.field("client_assertion"),
                        {"typ": "client-authentication+jwt", "alg": alg}, result.server.issuer)
    return check


def by_basic(result):
    """The header, and no secret in the body."""
    (request,) = result.server.named("revoke")
    assert request.header("authorization").startswith("Basic "), str(result)
    assert [name for name, _ in request.form] == ["token", "token_type_hint"], str(result)


def asked(result):
    """It was asked, and never answered; the verdict came all the same."""
    assert len(result.server.named("revoke")) == 1, str(result)


YES, REFRESH = {"revoke": "yes"}, {"revoke": "refresh_token"}
TOKENS = [
    row("EXT-20 yes: the access token", request=YES, check=revoked("access_token")),
    row("EXT-20 yes: the refresh token instead", request=YES, token=grant(refresh_token="r-1"),
        check=revoked("refresh_token", "r-1")),
    row("EXT-20 refresh_token: that one", request=REFRESH, token=grant(refresh_token="r-1"),
        check=revoked("refresh_token", "r-1")),
    row("EXT-20 refresh_token: none was issued", request=REFRESH, check=nothing),
    row("EXT-20 refresh_token: one that could not be sent", request=REFRESH,
        token=grant(refresh_token="r\n1"), check=nothing),
    row("EXT-20 no", token=grant(refresh_token="r-1"), check=nothing),
    row("EXT-20 after a failure, too", "TOKEN", "iss", request=YES,
        token=grant(IdToken(claims={"iss": "https://elsewhere.example"})),
        check=revoked("access_token")),
    row("EXT-20 after a scope that was not granted", "TOKEN", "scope", check=revoked("access_token"),
        request={**YES, "required_scopes": ["profile"]}, token=grant(scope="openid")),
    row("EXT-20 TOK-7 a token before the code was shown", "ANSWER", "before the code was shown",
        request=YES, initial_poll=True, check=revoked("access_token")),
    row("EXT-20 nobody approved", "DENIED", "access_denied", request=YES,
        token=answers.error("access_denied"), check=nothing),
    row("EXT-20 the provider is not reached", "PROVIDER", "503", request=YES,
        discovery=Answer("", 503), check=nothing),
]
CLIENTS = [
    row("CAU-2 basic", check=by_basic,
        request={**YES, "client_auth": "basic", "client_secret": b"s3cret"}),
    row("CAU-4 post, announced for this endpoint only", request={
        **YES, "client_auth": "auto", "client_secret": b"s3cret"},
        discovery=metadata(revocation_endpoint_auth_methods_supported=["client_secret_post"]),
        check=revoked("access_token", client_id="test-client", client_secret="s3cret")),
    row("CAU-6 private_key_jwt", check=signed,
        request={**YES, "client_auth": "private_key_jwt", "client_key": pem("Ed25519")}),
    row("CAU-6 private_key_jwt, announced for this endpoint only", check=signed,
        request={**YES, "client_auth": "auto", "client_key": pem("Ed25519"),
                 "client_secret": b"s3cret"},
        discovery=metadata(token_endpoint_auth_methods_supported=["client_secret_post"],
                           revocation_endpoint_auth_methods_supported=["private_key_jwt"])),
    row("CAU-6 private_key_jwt by an algorithm of its own", check=signed_by("PS256"),
        request={**YES, "client_auth": "private_key_jwt", "client_key": pem("RSA")},
        discovery=metadata(revocation_endpoint_auth_signing_alg_values_supported=["PS256"])),
    row("CAU-6 private_key_jwt with no algorithm that fits: a warning, and the login goes on",
        check=nothing, log="client_key_file: the key does not fit", request={
            **YES, "client_auth": "auto", "client_key": pem("Ed25519"), "client_secret": b"s3cret"},
        discovery=metadata(token_endpoint_auth_methods_supported=["client_secret_post"],
                           revocation_endpoint_auth_signing_alg_values_supported=["RS256"],
                           revocation_endpoint_auth_methods_supported=["private_key_jwt"])),
    row("CAU-6 an encrypted key", check=signed,
        request={**YES, "client_auth": "private_key_jwt",
                 "client_key": pem("Ed25519", "open sesame"),
                 "client_key_passphrase": b"open sesame"}),
]
ENDPOINTS = [
    row("EXT-20 none announced", request=YES, discovery=metadata(revocation_endpoint=None),
        check=nothing, log="no revocation_endpoint"),
    row("EXT-20 none announced, and nobody insists", request=REFRESH, check=nothing,
        token=grant(refresh_token="r-1"), discovery=metadata(revocation_endpoint=None)),
    row("DSC-9 configured", check=revoked("access_token"),
        request={**YES, "revocation_endpoint": "{server}/revoke"},
        discovery=metadata(revocation_endpoint=None)),
    row("DSC-7 by http: a warning, and the login goes on", request=YES, check=nothing,
        log="revocation_endpoint", discovery=metadata(
            revocation_endpoint=lambda s: s.url("/revoke").replace("https", "http"))),
    row("NET-16 on a host that is not listed", check=nothing, log="revocation_endpoint",
        request={**YES, "endpoint_hosts": ["localhost"]}, discovery=metadata(
            revocation_endpoint="https://127.0.0.1/revoke")),
    row("SRV-171 EXT-20 it never answers", request=YES, check=asked, revoke=Answer(hang=True)),
    row("SRV-171 EXT-20 it is down", request=YES, check=asked, revoke=Answer("", 503)),
    row("SRV-171 EXT-20 it resets", request=YES, revoke=Answer(reset=True)),
    row("NET-4 it redirects", request=YES, check=asked,
        revoke=Answer("", 307, headers=(("Location", "/revoke"),))),
]


@table(TOKENS)
def test_tokens(row, judge):  # pylint: disable=redefined-outer-name
    """Which token, and when none."""
    judge(row)


@table(CLIENTS)
def test_clients(row, judge):  # pylint: disable=redefined-outer-name
    """Authenticated like the other requests."""
    judge(row)


@table(ENDPOINTS)
def test_endpoints(row, judge):  # pylint: disable=redefined-outer-name
    """Whatever the endpoint does, the verdict is there and the process ends."""
    judge(row)
