# SPDX-License-Identifier: BSD-2-Clause
"""The token response: protocol.md 4.1, 13.4. Polling itself is in test_polling.py."""

from answers import Answer, grant
from flow import row, table

BAD, WHY = "ANSWER", "no usable token in the answer"


def polls_once(result):
    """DEV-52: nothing was asked twice."""
    assert len(result.server.named("token")) == 1, str(result)


VALUES = (("missing", None), ("null", ...), ("empty", ""), ("number", 5), ("array", ["a"]),
          ("object", {"a": "b"}), ("boolean", True))

SUCCESS = [
    row(f"SRV-96 TOK-1 access_token {name}", BAD, WHY, token=grant(access_token=value),
        check=polls_once) for name, value in VALUES
] + [
    row(f"SRV-97 TOK-1 token_type {name}", BAD, WHY, token=grant(token_type=value), check=polls_once)
    for name, value in VALUES
] + [
    row(f"SRV-97 TOK-2 token_type {value!r}", BAD, WHY, token=grant(token_type=value),
        check=polls_once) for value in ("mac", "DPoP", "N_A", "Bearer ", "Bear", "bearer\n")
] + [
    row(f"SRV-97 TOK-1 token_type {value!r}", token=grant(token_type=value), check=polls_once)
    for value in ("bearer", "BEARER", "Bearer")
] + [
    row(f"SRV-98 TOK-6 access_token with {name}", BAD, WHY, token=grant(access_token=value),
        check=polls_once)
    for name, value in (("CR LF", "aaaa\r\nX-Evil: yes"), ("a blank", "aaaa bbbb"),
                        ("a letter beyond ASCII", "aaaa\u00e4"), ("a tab", "a\tb"),
                        ("DEL", "a\x7fb"), ("blanks only", "  "))
] + [
    row("SRV-96 an empty object", BAD, WHY, token=Answer({}), check=polls_once),
]

ID_TOKEN = [
    row(f"SRV-100 SRV-101 TOK-3 id_token {name}", "TOKEN", "no id_token", check=polls_once,
        token=Answer(lambda s, value=value: {
            k: v for k, v in {**grant("x").body(s), "id_token": value}.items()}))
    for name, value in VALUES
]

SCOPES = [
    row("TOK-4 scope absent is what was asked for",
        request={"scope": "openid groups", "required_scopes": ["openid", "groups"]}),
    row("TOK-4 scope absent, what is required was not asked for", "TOKEN", "groups",
        request={"required_scopes": ["openid", "groups"]}),
    row("TOK-4 scope holds what is required", token=grant(scope="email groups openid"),
        request={"required_scopes": ["openid", "groups"]}),
    row("SRV-102 TOK-4 scope narrower than required", "TOKEN", "groups",
        token=grant(scope="openid profile"),
        request={"required_scopes": ["openid", "groups"]}),
    row("SRV-102 scope empty", "TOKEN", "scope", token=grant(scope=""),
        request={"required_scopes": ["openid"]}),
    row("SRV-102 scope as array", "TOKEN", "scope", token=grant(scope=["openid"]),
        request={"required_scopes": ["openid"]}),
    row("SRV-102 scope as number", "TOKEN", "scope", token=grant(scope=5),
        request={"required_scopes": ["openid"]}),
    row("TOK-4 scopes are case-sensitive", "TOKEN", "scope", token=grant(scope="OpenID"),
        request={"required_scopes": ["openid"]}),
    row("TOK-4 a scope is a whole word", "TOKEN", "scope", token=grant(scope="openidx xopenid"),
        request={"required_scopes": ["openid"]}),
    row("TOK-4 scope as array, nothing required", token=grant(scope=["openid"])),
    row("TOK-4 narrower scope, nothing required", token=grant(scope="openid")),
]

IGNORED = [
    row(f"SRV-103 expires_in {value!r}", token=grant(expires_in=value), check=polls_once)
    for value in (None, ..., -1, 0, "soon", {}, 1e300)
] + [
    row("SRV-104 TOK-7 refresh_token unasked", check=lambda r: _silent(r, "refresh-secret"),
        token=grant(refresh_token="refresh-secret")),
    row("JSN-6 unknown members", token=grant(foo=[1, {"bar": None}], session_state="x")),
]


def _silent(result, secret):
    polls_once(result)
    assert not [t for t in result.texts() if secret in t], str(result)


@table(SUCCESS)
def test_success(row, judge):  # pylint: disable=redefined-outer-name
    """TOK-1, TOK-2: what a success has to be."""
    judge(row)


@table(ID_TOKEN)
def test_id_token(row, judge):  # pylint: disable=redefined-outer-name
    """TOK-3: no ID token, no login."""
    judge(row)


@table(SCOPES)
def test_scopes(row, judge):  # pylint: disable=redefined-outer-name
    """TOK-4: less than asked for may be too little."""
    judge(row)


@table(IGNORED)
def test_ignored(row, judge):  # pylint: disable=redefined-outer-name
    """What is of no interest, because no token is kept."""
    judge(row)
