# SPDX-License-Identifier: BSD-2-Clause
"""When and how often the token endpoint is asked: protocol.md 2.4, 2.5, 13.4; acceptance test 1.

The scripted server keeps the clock (pollrules.py): a poll that is too early, or
that comes after a final answer, fails its row whatever else the row is about.
So the rows here say what has to happen; upper bounds are generous.
"""

import re

import answers
from answers import Answer, device, error, grant, html, pending, slow_down
from flow import row, table

OUT, DOWN, DONE = "TIMED_OUT", "UNREACHABLE", "ANSWER"
LATE, PROMPT, NONE = "not approved in time", "nobody answered the prompt", "not one answer"
NO_STRING = "(not a string)"


def polls(count):
    """So many requests went to the token endpoint."""
    def check(result):
        assert len(result.server.named("token")) == count, str(result)
    return check


def gaps(*bounds):
    """Seconds from the answer to one poll (first: to the device authorization) to the next."""
    def check(result):
        exchanges = result.server.named("device") + result.server.named("token")
        waits = [b.start - a.end for a, b in zip(exchanges, exchanges[1:])]
        assert len(waits) == len(bounds), f"{waits}\n{result}"
        for wait, (low, high) in zip(waits, bounds):
            assert low <= wait <= high, f"{waits}\n{result}"
    return check


def about(seconds):
    """Interval plus margin (DEV-41), and patience for a busy machine."""
    return (seconds + 0.5, seconds + 1 + 3)


def first(seconds):
    """The first poll needs no margin (DEV-40)."""
    return (seconds, seconds + 3)


INTERVALS = [
    row("SRV-56 DEV-16 interval missing", device=device(interval=None), check=gaps(first(5))),
    row("SRV-56 interval null", device=device(interval=...), check=gaps(first(5))),
    *[row(f"SRV-57 interval {value!r}", device=device(interval=value), check=gaps(first(5)),
          log="interval")
      for value in (0, -3, "x", False, True, {}, [], "")],
    *[row(f"SRV-58 SRV-60 interval {value!r}", device=device(interval=value),
          check=gaps(first(seconds)))
      for value, seconds in ((0.1, 1), (1, 1), (2.5, 3), (1.0, 1), ("2", 2), ("5", 5), (3, 3))],
]

PACE = [
    row("DEV-41 interval and margin between polls", token=[pending(), pending(), pending()],
        check=gaps(first(1), about(1), about(1), about(1))),
    row("DEV-41 measured from the end of an answer", token=[pending(delay=3)],
        check=gaps(first(1), about(1))),
    row("DEV-16 DEV-41 default interval", device=device(interval=None), token=[pending()],
        check=gaps(first(5), about(5)), slow=True),
    row("DEV-41 interval 3", device=device(interval=3), token=[pending(), pending()],
        check=gaps(first(3), about(3), about(3)), slow=True),
    row("DEV-44 one slow_down", token=[slow_down(), pending()],
        check=gaps(first(1), about(6), about(6)), slow=True),
    row("DEV-44 two slow_down", token=[slow_down(), slow_down()],
        check=gaps(first(1), about(6), about(11)), slow=True),
    row("DEV-44 default interval, two slow_down", device=device(interval=None),
        token=[slow_down(), slow_down()], check=gaps(first(5), about(10), about(15)), slow=True),
    row("DEV-44 slow_down with a larger interval", token=[slow_down(interval=9), pending()],
        check=gaps(first(1), about(9), about(9)), slow=True),
    row("SRV-92 slow_down with a smaller interval", token=[slow_down(interval=1)],
        check=gaps(first(1), about(6)), slow=True),
    row("SRV-92 slow_down with a negative interval", token=[slow_down(interval=-5)],
        check=gaps(first(1), about(6)), slow=True),
    row("SRV-92 slow_down with a text for an interval", token=[slow_down(interval="soon")],
        check=gaps(first(1), about(6)), slow=True),
    row("SRV-92 slow_down beyond all patience", OUT, LATE, token=[slow_down(interval=1e9)],
        check=polls(1)),
    row("SRV-92 slow_down beyond all numbers", OUT, LATE, check=polls(1),
        token=[slow_down(interval=9223372036854775807)]),
    row("DEV-44 slow_down beyond the end of the login", OUT, LATE, token=slow_down(), check=polls(1),
        request={"remaining_ms": 6000}),
    row("SRV-91 slow_down at every poll", OUT, LATE, token=slow_down(), check=polls(2), slow=True,
        request={"remaining_ms": 15000}),
]

PROCEED = [
    row("DEV-40 PROCEED after the interval: the poll goes out at once", proceed=6, slow=True,
        device=device(interval=5), check=lambda r: _at_once(r)),
    row("DEV-40 PROCEED at once: the poll waits for the interval", device=device(interval=2),
        check=gaps(first(2))),
    row("DEV-40 no PROCEED, no poll", OUT, PROMPT, proceed=False, check=polls(0),
        request={"remaining_ms": 4000}),
    row("DEV-40 PROCEED after the end of the codes", OUT, PROMPT, proceed=9.5, check=polls(0), slow=True,
        device=device(expires_in=11)),
]


def _at_once(result):
    """One round trip after Enter, however slow, and by far sooner than after another interval."""
    poll = result.server.named("token")[0]
    assert result.proceeded <= poll.start <= result.proceeded + 4, str(result)


EARLY = [
    row("DEV-40 initial_poll comes before the challenge", initial_poll=True,
        token=[pending()], check=lambda r: _early(r)),
    row("DEV-40 initial_poll counts for the interval", initial_poll=True,
        token=[pending(), pending()], check=polls(3)),
    row("DEV-40 DEV-44 initial_poll that is told to slow down", initial_poll=True,
        token=[slow_down()], check=lambda r: _wait(r, 6), slow=True),
    row("SRV-95 DEV-40 a token before the code was shown", DONE, "before the code was shown",
        initial_poll=True, check=lambda r: _unseen(r)),
    row("DEV-40 initial_poll that is denied", "DENIED", "access_denied", initial_poll=True,
        token=error("access_denied"), check=lambda r: _unseen(r)),
    row("SRV-95 a token at the first poll after the code was shown",
        check=lambda r: _elapsed(r)),
]


def _elapsed(result):
    assert re.search(r"approved, \d+ s after the codes were issued", "\n".join(result.logs()))


def _early(result):
    """The early poll comes between device authorization and challenge."""
    early = result.server.named("token")[0]
    assert early.end <= result.challenge["at"], str(result)
    assert len(result.server.named("token")) == 2, str(result)


def _wait(result, seconds):
    first_poll, second_poll = result.server.named("token")
    assert second_poll.start - first_poll.end >= seconds + 0.5, str(result)


def _unseen(result):
    assert not result.challenge and len(result.server.named("token")) == 1, str(result)


def _fresh(**script):
    """A poll that meets its fate on a fresh connection (NET-10)."""
    return {"jwks": Answer(answers.default_jwks, close=True), **script}


FAILURES = [
    row("DEV-45 one reset, then pending, then tokens", check=gaps(first(1), about(2.5), about(1)),
        slow=True, **_fresh(token=[Answer(reset=True), pending()])),
    row("DEV-45 two resets double twice, an answer ends that", slow=True,
        check=gaps(first(1), about(2.5), (6, 12), about(1)),
        **_fresh(token=[Answer(reset=True, close=True), Answer(reset=True), pending()])),
    row("SRV-93 pending and 500 by turns", check=polls(5), slow=True,
        token=[pending(), html(500), pending(), html(500)]),
    *[row(f"SRV-23 {status} with a page, then tokens", check=gaps(first(1), about(2.5)),
          token=[html(status)], slow=True)
      for status in (500, 502, 503, 504, 599)],
    row("DEV-46 bare 429, then tokens", check=gaps(first(1), about(2.5)), token=[html(429)],
        slow=True),
    row("DEV-46 429 with an empty JSON object", check=gaps(first(1), about(2.5)),
        token=[Answer({}, 429)], slow=True),
    row("DEV-45 LIM-14 five failures, none answered", DOWN, NONE, check=polls(5), slow=True,
        token=html(503)),
    row("DEV-45 LIM-14 five failures after an answer", OUT, LATE, check=polls(6), slow=True,
        token=[pending()] + [html(502)] * 5),
    row("DEV-45 five resets, none answered", DOWN, NONE, check=polls(5), slow=True,
        **_fresh(token=Answer(reset=True))),
    row("DEV-45 four failures are not five", check=polls(5), slow=True,
        token=[html(503)] * 4),
    row("DEV-45 the end of the login, none answered", DOWN, NONE, request={"remaining_ms": 6000},
        token=html(503)),
    row("DEV-45 the end of the login, one answered", OUT, LATE, request={"remaining_ms": 6000},
        token=[pending()] + [html(503)] * 9),
    row("DEV-45 the last poll gets no answer, none answered", DOWN, NONE, token=Answer(hang=True),
        request={"remaining_ms": 4000}, check=polls(1)),
    row("DEV-47 server_error (500) is transient", check=gaps(first(1), about(2.5)), slow=True,
        token=[error("server_error", 500)]),
    row("DEV-47 temporarily_unavailable (503) three times", check=polls(4), slow=True,
        token=[error("temporarily_unavailable", 503)] * 3),
    row("DEV-47 temporarily_unavailable (503) four times", DOWN, NONE, check=polls(4),
        slow=True, token=error("temporarily_unavailable", 503)),
    row("DEV-47 server_error (400)", DONE, "server_error", check=polls(1),
        token=error("server_error", answer={"verdict": "final"})),
    row("DEV-47 temporarily_unavailable (429)", DONE, "temporarily_unavailable", check=polls(1),
        token=error("temporarily_unavailable", 429, answer={"verdict": "final"})),
]


def busy(status, after, body=None):
    """Come back later."""
    headers = (("Retry-After", after),)
    return Answer(body, status, headers=headers) if body else html(status, headers=headers)


RETRY_AFTER = [
    row("SRV-22 DEV-46 503 with Retry-After", check=gaps(first(1), (6, 12)), slow=True,
        token=[busy(503, "6")]),
    row("SRV-22 429 with Retry-After", check=gaps(first(1), (6, 12)), slow=True,
        token=[busy(429, "6")]),
    row("DEV-46 429 slow_down with Retry-After", check=gaps(first(1), (9, 15)), slow=True,
        token=[busy(429, "9", {"error": "slow_down"})]),
    row("DEV-46 429 pending with Retry-After", check=gaps(first(1), (4, 8)), slow=True,
        token=[busy(429, "4", {"error": "authorization_pending"})]),
    row("DEV-46 Retry-After smaller than the wait", check=gaps(first(1), about(2.5)), slow=True,
        token=[busy(503, "1")]),
    row("DEV-46 Retry-After of 0 s", check=gaps(first(1), about(2.5)), slow=True,
        token=[busy(503, "0")]),
    row("DEV-46 400 pending: Retry-After does not count", check=gaps(first(1), about(1)),
        token=[busy(400, "60", {"error": "authorization_pending"})]),
    row("SRV-22 Retry-After of 999999999 s", DOWN, NONE, check=polls(1), token=[busy(503, "999999999")],
        request={"remaining_ms": 20000}),
    row("SRV-22 Retry-After of 999999999 s after an answer", OUT, LATE, check=polls(2),
        token=[pending(), busy(429, "9" * 40)], request={"remaining_ms": 20000}),
    *[row(f"SRV-22 Retry-After: {value!r} is no number", check=gaps(first(1), about(2.5)),
          slow=True, token=[busy(503, value)])
      for value in ("-5", "soon", "Wed, 21 Oct 2099 07:28:00 GMT", "5.5", "", "0x10", "9s")],
]

CODES = [
    *[row(f"DEV-46 pending with status {status}", token=[error("authorization_pending", status)],
          check=gaps(first(1), about(1)))
      for status in (200, 400, 401, 403, 428, 429, 500, 503)],
    *[row(f"DEV-46 slow_down with status {status}", token=[slow_down(status)], slow=True,
          check=gaps(first(1), about(6)))
      for status in (200, 403, 429, 503)],
    *[row(f"2.5 {code} ({status})", "DENIED", code, token=error(code, status), check=polls(1))
      for code in ("access_denied", "authorization_declined") for status in (400, 403, 200, 500)],
    *[row(f"2.5 {code} ({status})", "EXPIRED", code, token=error(code, status), check=polls(1))
      for code in ("expired_token", "code_expired") for status in (400, 401)],
    *[row(f"DEV-48 {code}", "CLIENT_LATE", code, token=error(code), check=polls(1))
      for code in ("invalid_client", "unauthorized_client", "incorrect_client_credentials")],
    *[row(f"DEV-48 {code}", "CLIENT_LATE", code, token=error(code), check=polls(1))
      for code in ("invalid_request", "unsupported_grant_type", "invalid_scope", "invalid_target",
                   "device_flow_disabled")],
    *[row(f"DEV-48 SRV-107 {code}", DONE, code, token=error(code), check=polls(1))
      for code in ("invalid_grant", "incorrect_device_code", "bad_verification_code",
                   "mfa_required", "interaction_required", "consent_required", "whatever")],
    row("SRV-105 asks for a DPoP nonce at every poll", DONE, "use_dpop_nonce", check=polls(1),
        token=error("use_dpop_nonce", answer={"headers": (("DPoP-Nonce", "a nonce"),)})),
    row("DEV-48 invalid_grant (500)", DONE, "invalid_grant", token=error("invalid_grant", 500),
        check=polls(1)),
    row("SRV-94 access_denied, a token would follow", "DENIED", "access_denied", token=[error("access_denied")],
        check=polls(1)),
    row("SRV-106 DEV-53 invalid_grant after a lost answer", DONE, "timed out", slow=True,
        token=[pending(), Answer(hang=True), error("invalid_grant")], check=polls(3)),
    row("SRV-106 invalid_grant without a lost answer", DONE, "invalid_grant",
        token=[error("invalid_grant")], check=lambda r: _no_hint(r)),
    *[row(f"SRV-39 error: {value!r}", DONE, text, check=polls(1),
          token=error(value, answer={"verdict": "final"}))
      for value, text in (("", "HTTP status 400:  ("), (5, NO_STRING), (False, NO_STRING),
                          (True, NO_STRING), ({"code": "authorization_pending"}, NO_STRING),
                          (["authorization_pending"], NO_STRING))],
    row("SRV-39 error: null with tokens", token=grant(error=...)),
    row("SRV-39 error: null without tokens", DONE, "no usable token", token=Answer({"error": ...}), check=polls(1)),
    *[row(f"SRV-40 TOK-11 error {value!r:.60}", DONE, text, token=error(value), check=polls(1))
      for value, text in (
          ("AUTHORIZATION_PENDING", "AUTHORIZATION_PENDING"),
          ("authorization_pending ", "authorization_pending "),
          (" authorization_pending", " authorization_pending"),
          ("authorization_pending\n", "pending\\x0A"),
          ("\x1b[2Jauthorization_pending", "\\x1B[2Jauth"), ("slow_down\x07", "slow_down\\x07"),
          ("authorizati\u00f6n_pending", "authorizati\\xC3\\xB6n"), ("x" * 5000, "x" * 60),
          ('a"b', "a\\x22b"), ("a\\b", "a\\x5Cb"))],
    row("SRV-38 error and access_token", DONE, "authorization_pending", check=polls(1),
        token=grant(error="authorization_pending", answer={"verdict": "final"})),
    row("SRV-38 error and access_token, 400", DONE, "slow_down", check=polls(1),
        token=grant(error="slow_down", answer={"verdict": "final", "status": 400})),
    row("SRV-34 error twice", DONE, "not acceptable as JSON", check=polls(1), token=Answer(
        b'{"error": "authorization_pending", "error": "slow_down"}', 400, verdict="final")),
    row("TOK-12 error_description is cut and cleaned", DONE, "invalid_grant",
        check=lambda r: _cut(r), token=error(
            "invalid_grant", error_description="\r\n\x1b[31mTrace ID: " + "x" * 999)),
]


def _no_hint(result):
    assert "timed out" not in result.fault["text"], str(result)


def _cut(result):
    """LIM-17: 200 characters of it, escaped."""
    shown = "\\x0D\\x0A\\x1B[31mTrace ID: " + "x" * 999
    assert f"invalid_grant ({shown[:197]}...)" in result.fault["text"], str(result)


EXPIRY = [
    row("DEV-49 SRV-90 pending until the codes expire", OUT, LATE, token=pending(), slow=True,
        device=device(expires_in=10), check=lambda r: _expires(r, 10)),
    row("SRV-90 pending until the login ends", OUT, LATE, token=pending(),
        request={"remaining_ms": 6000}, check=lambda r: _expires(r, 12)),
    row("DEV-20 the lifetime counts from the request", OUT, LATE, token=pending(), slow=True,
        device=device(expires_in=14, answer={"delay": 5}), check=lambda r: _expires(r, 14)),
    row("DEV-52 nothing follows a success", check=polls(1)),
]


def _expires(result, seconds):
    """The verdict is there in time, and polls came before it."""
    asked = result.server.named("device")[0]
    assert result.fault["at"] - asked.start < seconds, str(result)
    assert len(result.server.named("token")) >= 2, str(result)


REQUEST = [row("DEV-30 DEV-32 the same request at every poll", token=[pending(), pending()],
               check=lambda r: _same(r))]


def _same(result):
    forms = [sorted(r.form) for r in result.server.named("token")]
    expected = sorted([("grant_type", answers.DEVICE_GRANT), ("client_id", "test-client"),
                       ("device_code", result.server.device_code)])
    assert forms == [expected] * 3, str(result)


@table(INTERVALS)
def test_interval(row, judge):  # pylint: disable=redefined-outer-name
    """DEV-16: what the server's interval means, seen at the first poll."""
    judge(row)


@table(PACE)
def test_pace(row, judge):  # pylint: disable=redefined-outer-name
    """DEV-41, DEV-44: the waits between polls."""
    judge(row)


@table(PROCEED)
def test_proceed(row, judge):  # pylint: disable=redefined-outer-name
    """DEV-40: PROCEED is the signal to poll."""
    judge(row)


@table(EARLY)
def test_early(row, judge):  # pylint: disable=redefined-outer-name
    """DEV-40: a poll before the code is shown, where configured."""
    judge(row)


@table(FAILURES)
def test_failures(row, judge):  # pylint: disable=redefined-outer-name
    """DEV-45 to DEV-47: no answer, or none that says anything."""
    judge(row)


@table(RETRY_AFTER)
def test_retry_after(row, judge):  # pylint: disable=redefined-outer-name
    """DEV-46: Retry-After."""
    judge(row)


@table(CODES)
def test_codes(row, judge):  # pylint: disable=redefined-outer-name
    """DEV-46, DEV-48, DEV-50: the error code decides, not the status."""
    judge(row)


@table(EXPIRY)
def test_expiry(row, judge):  # pylint: disable=redefined-outer-name
    """DEV-20, DEV-49: the local end."""
    judge(row)


@table(REQUEST)
def test_request(row, judge):  # pylint: disable=redefined-outer-name
    """DEV-30: what a poll sends."""
    judge(row)
