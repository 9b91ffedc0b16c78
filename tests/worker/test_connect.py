# SPDX-License-Identifier: BSD-2-Clause
"""TCP and TLS as a hostile network serves them: protocol.md 13.1, 3.1."""

import answers
from answers import Answer, pending
from flow import row, table

DOWN = "UNREACHABLE"
# How the log says where; what libcurl and OpenSSL say behind it is theirs, and changes.
HERE = "discovery: https://"
TIME = "time"        # "timed out", "timeout": libcurl has both


def no_request(result):
    """The server saw no request: what was to be sent would have gone to a stranger."""
    assert not result.server.requests, str(result)


def once(result):
    """One connection was tried, and no second one (SRV-10)."""
    no_request(result)
    assert result.server.accepted == 1, f"{result.server.accepted} connections\n{result}"


def second_once(result):
    """The second server was tried once, and told nothing."""
    assert result.second.accepted == 1 and not result.second.requests, str(result)


def polls(count):
    """So many requests went to the token endpoint."""
    def check(result):
        assert len(result.server.named("token")) == count, str(result)
    return check


def between(low, high):
    """The login took that long."""
    def check(result):
        assert low <= result.seconds <= high, str(result)
    return check


CONNECT = [
    row("SRV-1 connection refused", DOWN, "onnect", request={"issuer": "https://localhost:1"},
        check=no_request),
    row("SRV-1 host name that cannot exist", DOWN, "resolve",
        request={"issuer": f"https://{'a' * 64}.invalid"}, check=no_request),
    row("SRV-2 accepts and never speaks TLS", DOWN, TIME, tls="silent", check=between(4, 12), slow=True),
    row("SRV-2 never answers", DOWN, TIME, discovery=Answer(hang=True), check=between(14, 30),
        slow=True),
    row("SRV-2 never answers the device authorization", DOWN, TIME,
        device=Answer(hang=True), check=between(14, 30), slow=True),
    row("SRV-2 never answers a poll, then does", token=[Answer(hang=True)], slow=True,
        check=polls(2)),
    row("SRV-2 never answers, the login ends first", DOWN, TIME, discovery=Answer(hang=True),
        request={"remaining_ms": 2000}, check=between(1.5, 10)),
    row("SRV-3 one byte a second", DOWN, TIME, slow=True, check=between(14, 30),
        discovery=answers.metadata(answer={"drip": 1, "drip_all": True})),
    row("SRV-3 one byte a second at a poll, then at once", slow=True, check=polls(2),
        token=[pending(drip=1, drip_all=True)]),
    row("SRV-7 endless 1xx", DOWN, TIME, slow=True, check=between(10, 30),
        discovery=Answer(endless="1xx")),
    row("SRV-7 endless 1xx, device", DOWN, TIME, slow=True, check=between(10, 30),
        device=Answer(endless="1xx")),
    row("SRV-7 endless 1xx at a poll, then tokens", slow=True, check=polls(2),
        token=[Answer(endless="1xx", verdict="transient")]),
    row("SRV-1 connection refused at every poll", DOWN, "not one answer", slow=True,
        request={"endpoint_ports": ["1"], "remaining_ms": 9000},
        discovery=answers.metadata(token_endpoint="https://localhost:1/token")),
    row("SRV-1 no such host at every poll", DOWN, "not one answer", slow=True,
        request={"remaining_ms": 9000},
        discovery=answers.metadata(token_endpoint=f"https://{'a' * 64}.invalid/token")),
]

TLS = [
    row(f"SRV-10 {name}", DOWN, text, tls=tls, check=once)
    for name, tls, text in (
        ("expired certificate", "expired", "certificate"),
        ("certificate of another host", "wrong_host", "certificate"),
        ("self-signed certificate", "self_signed", "certificate"),
        ("certificate of a CA that nobody trusts", "other_ca", "certificate"),
        ("no TLS at all", "plain", HERE))
] + [
    row("SRV-10 certificate of an unknown CA, system store", DOWN, "certificate",
        request={"ca_file": None}, check=once),
    row("SRV-10 bad certificate at the token endpoint ends the login at once", DOWN,
        "certificate", second={"tls": "expired"}, check=second_once,
        discovery=lambda s: answers.metadata(token_endpoint=s.url("/token"))),
    row("SRV-11 certificate for *", DOWN, "certificate", tls="bare_star", check=once),
    row("SRV-11 certificate for *, and a host below it", DOWN, "certificate", tls="bare_star",
        check=once, host="a.localhost"),
    row("SRV-11 certificate for a whole top-level domain", DOWN, "certificate", tls="star_of_all",
        check=once, host="a.localhost"),
    row("SRV-11 certificate for *, too many labels", DOWN, "certificate", tls="star_of_some",
        check=once, host="a.b.some.localhost"),
    row("SRV-11 certificate for part of a label", DOWN, "certificate", tls="star_in_label",
        check=once, host="abc.some.localhost"),
    row("NET-2 the control: a wildcard as it should be", tls="star_of_some",
        host="a.some.localhost"),
    *[row(f"SRV-11 certificate with NUL in the {part}", DOWN, text, tls=f"nul_in_{part}",
          check=once) for part, text in (("name", "certificate"), ("subject", "cert"))],
    row("SRV-12 TLS 1.1 at most", DOWN, HERE, tls="tls11", check=no_request),
    row("SRV-12 TLS 1.0 only", DOWN, HERE, tls="tls10", check=no_request),
    row("SRV-12 NULL cipher only", DOWN, HERE, tls="null_cipher", check=no_request),
    row("SRV-12 cipher without authentication", DOWN, HERE, tls="anonymous",
        check=no_request),
    row("SRV-13 asks for a client certificate", tls="client_cert", check=lambda r: _no_cert(r)),
    row("SRV-13 the same with TLS 1.2", tls="client_cert12", check=lambda r: _no_cert(r)),
    row("SRV-15 SSH banner", DOWN, HERE, tls="banner", check=no_request),
    row("NET-3 TLS 1.2", tls="tls12"),
]


def _no_cert(result):
    """It was asked for one, and went on without."""
    assert result.server.connections, str(result)
    for connection in result.server.connections:
        assert connection.client_certificate is None, str(result)
        assert connection.asked, "the server asks"


@table(CONNECT)
def test_connection(row, judge):  # pylint: disable=redefined-outer-name
    """Nobody answers, or very slowly: bounded by LIM-12 and by the end of the login."""
    judge(row)


@table(TLS)
def test_tls(row, judge):  # pylint: disable=redefined-outer-name
    """TLS that must not be talked over ends the login; nothing is sent."""
    judge(row)
