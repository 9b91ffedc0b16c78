# SPDX-License-Identifier: BSD-2-Clause
"""NET-10: one full TLS handshake for each host and login; nothing is asked without need."""

import answers
from answers import Answer, grant, html, metadata, pending
from flow import row, table

ALL = ["discovery", "device", "jwks", "token"]


def handshakes(*resumed):
    """The connections in their order: was each resumed?"""
    def check(result):
        assert result.server.handshakes == list(resumed), str(result)
        assert result.server.paths()[:4] == ALL, str(result)
    return check


def closing(default):
    """A good answer after which the server closes, and says so."""
    return Answer(default, close=True)


def leaving(default, seconds=0.2):
    """A good answer after which the server closes without a word."""
    return Answer(default, close_later=seconds)


def no_trouble(result):
    """What the server closed meanwhile was noticed before it was used: no LOG of a failure."""
    handshakes(False, True)(result)
    assert not [t for t in result.logs() if "try again" in t], str(result)


CASES = [
    row("NET-10 one connection for the whole login", check=handshakes(False)),
    row("NET-10 one connection, several polls", token=[pending(), pending()],
        check=handshakes(False)),
    row("NET-10 one connection after a 404 at the first well-known form", path="/a",
        discovery=html(404), oauth=metadata(),
        check=lambda r: _same(r, [False])),
    row("NET-10 the server closes after each answer: every other one is resumed",
        discovery=closing(answers.default_metadata), device=closing(answers.default_device),
        jwks=closing(answers.default_jwks), token=grant(answer={"close": True}),
        check=handshakes(False, True, True, True)),
    row("NET-10 the same with TLS 1.2", tls="tls12",
        discovery=closing(answers.default_metadata), device=closing(answers.default_device),
        jwks=closing(answers.default_jwks), token=grant(answer={"close": True}),
        check=handshakes(False, True, True, True)),
    row("NET-10 the server closes while the person is busy", proceed=1.5,
        jwks=leaving(answers.default_jwks), check=no_trouble),
    row("NET-10 the server closes between polls", token=[pending(close_later=0.2)],
        check=no_trouble),
    row("NET-10 a closed connection and TLS 1.2", tls="tls12", jwks=leaving(answers.default_jwks),
        check=no_trouble),
    row("NET-10 after a reset a fresh connection, resumed",
        jwks=closing(answers.default_jwks), token=[Answer(reset=True)], slow=True,
        check=lambda r: _only_first(r)),
    row("NET-10 keys of another host: one handshake there", second={"host": "127.0.0.1"},
        discovery=lambda s: metadata(jwks_uri=s.url("/jwks")), check=lambda r: _both(r)),
]


def _same(result, expected):
    assert result.server.handshakes == expected, str(result)


def _only_first(result):
    assert result.server.handshakes[0] is False and all(result.server.handshakes[1:]), str(result)


def _both(result):
    assert result.server.handshakes == [False] and result.second.handshakes == [False], str(result)


@table(CASES)
def test_connections(row, judge):  # pylint: disable=redefined-outer-name
    """Connections are kept, and resumed where the server did not keep them."""
    judge(row)
