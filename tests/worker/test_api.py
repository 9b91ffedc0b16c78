# SPDX-License-Identifier: BSD-2-Clause
"""identity_source = api: GitHub and its like, protocol.md 12.5, USI-7."""

import re

from answers import Answer, device, error, github_user, grant
from flow import table
from sources import (API, BAD, VALUES, all_of, asked, asked_once, hostile, plain_grant,
                     rows_of, subject, wants)

usi = rows_of(API)
ALL = ("device", "token", "user")
OCTOCAT = "583231"


def api(name, code=None, text=None, **rest):
    """A row with a token answer that has no ID token."""
    return usi(name, code, text, **{"token": plain_grant(), **rest})


def _get(result):
    request = result.server.named("user")[0]
    assert request.method == "GET" and not request.body, str(result)
    assert request.header("authorization") == f"Bearer {result.server.access_token}", str(result)
    assert re.fullmatch(r"pam_oauth/\S+", request.header("user-agent")), str(result)


def _no_scope(result):
    """An empty scope is left out: GitHub takes it for the public profile."""
    assert [n for n, _ in result.server.named("device")[0].form] == ["client_id"], str(result)


GITHUB = [
    api("12.5 id, in decimal; no discovery, no keys, no scope", request=wants("login", "id"),
        check=all_of(subject(OCTOCAT, "octocat", 583231), asked(*ALL), _get, _no_scope)),
    api("12.5 errors with HTTP 200 while pending", token=[
        error("authorization_pending", 200, error_uri="https://docs.github.com"),
        plain_grant(token_type="bearer", scope="")], check=subject(OCTOCAT)),
    api("12.5 device answer of its own form", device=device(
        verification_uri_complete=None, expires_in=899, interval=1), check=subject(OCTOCAT)),
    api("12.5 the person refused", "DENIED", "access_denied", token=error(
        "access_denied", 200, error_description="The authorization request was denied.")),
    api("12.5 bad credentials", BAD, "401", check=asked_once("user"), user=Answer(
        {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest",
         "status": "401"}, 401)),
    api("12.5 over the rate limit", BAD, "403", check=asked_once("user"), user=Answer(
        {"message": "API rate limit exceeded", "documentation_url": "https://docs.github.com"},
        403, headers=(("Retry-After", "60"), ("X-RateLimit-Remaining", "0")))),
    usi("TOK-3 an ID token is not looked at", token=grant("nonsense"), check=subject(OCTOCAT)),
]

SUBJECTS = [
    *[api(f"12.5 id {value!r}", user=github_user(id=value), check=subject(expected))
      for value, expected in ((0, "0"), (1, "1"), (9007199254740993, "9007199254740993"),
                              (9223372036854775807, "9223372036854775807"), ("a-1", "a-1"),
                              ("s" * 255, "s" * 255))],
    api("12.5 a claim inside an object", request={"subject_claim": "/data/id"},
        user=Answer({"data": {"id": 7}, "id": 8}), check=subject("7")),
    *[api(f"12.5 id {name}", BAD, "id is missing", user=github_user(id=value),
          check=asked_once("user")) for name, value in VALUES],
    *[api(f"12.5 id {name}", BAD, "id is missing", user=github_user(id=value))
      for name, value in (("with a fraction", 583231.0), ("with a newline", "1\n2"),
                          ("beyond ASCII", "\u0661"), ("of 256 bytes", "s" * 256))],
    api("12.5 id beyond all integers", BAD, "acceptable", user=Answer('{"id": 9223372036854775808}')),
    api("12.5 id twice", BAD, "acceptable", user=Answer('{"id": 1, "id": 583231}')),
    api("SRV-143 the client itself", BAD, "the client", user=github_user(id="test-client")),
    api("SRV-143 idtyp app", BAD, "idtyp", user=github_user(idtyp="app")),
    api("12.5 login is not taken for it", BAD, "id is missing", user=github_user(id=None)),
    api("SRV-98 a token that is no header text", BAD, "header",
        token=plain_grant(access_token='a"b'),
        check=lambda r: _never(r)),
]


def _never(result):
    assert not result.server.named("user"), str(result)


HOSTILE = hostile(api, "user", github_user)


@table(GITHUB)
def test_github(row, judge):  # pylint: disable=redefined-outer-name
    """12.5, with the bodies that GitHub documents."""
    judge(row)


@table(SUBJECTS)
def test_subject(row, judge):  # pylint: disable=redefined-outer-name
    """USI-7: an identifier, exactly as it is, or nobody."""
    judge(row)


@table(HOSTILE)
def test_hostile(row, judge):  # pylint: disable=redefined-outer-name
    """SRV-169, 10.1"""
    judge(row)
