# SPDX-License-Identifier: BSD-2-Clause
"""The device authorization: protocol.md 2.1 to 2.3, 13.3."""

import time
from email.utils import formatdate

import qrread
import symbols
from answers import DEVICE_GRANT, Answer, device, error, html
from flow import row, table

BAD = "PROVIDER"


def no_challenge(result):
    """Nothing was shown, no poll was sent."""
    assert result.kinds() == ["FAULT"], str(result)
    assert not result.server.named("token"), str(result)


def challenge(**expected):
    """The CHALLENGE has these fields."""
    def check(result):
        for name, value in expected.items():
            assert result.challenge[name] == value, str(result)
    return check


def lives(seconds, most=None):
    """UIX-10, DEV-20: what is left of the codes, less the two seconds before their end in which
    nobody is asked; a busy machine takes some more. most: of a provider that took its time."""
    def check(result):
        left = result.challenge["expires_in_s"]
        assert max(seconds - 9, 1) <= left <= (most or seconds - 2), str(result)
    return check


def qr(uri):
    """The symbol of the challenge says this URI, and is no larger than needed; None = no symbol."""
    def check(result):
        side = result.challenge["qr_side"]
        if uri is None:
            assert side == 0 and not result.challenge["qr_bits"], str(result)
            return
        text = qrread.read(symbols.rows(result.challenge)).decode()
        assert text == uri, f"{text}\n{result}"
        assert side == 17 + 4 * _version(len(uri)), f"{side} for {uri}\n{result}"
    return check


def _version(length):
    """UIX-15: the smallest version of level L that holds so many bytes."""
    capacity = (17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458)
    return next(i + 1 for i, most in enumerate(capacity) if length <= most)


REQUIRED = [
    row(f"SRV-50 {member} {name}", BAD, member, device=device(**{member: value}),
        check=no_challenge)
    for member in ("device_code", "user_code", "verification_uri")
    for name, value in (("missing", None), ("null", ...), ("empty", ""), ("number", 5),
                        ("array", ["a"]), ("object", {"a": "b"}), ("boolean", True))
]

LIFETIME = [
    row("SRV-51 DEV-15 expires_in missing", device=device(expires_in=None), log="expires_in",
        check=lives(300)),
    row("SRV-51 expires_in null", device=device(expires_in=...), check=lives(300)),
    row("UIX-10 what is left counts from the request, not from a slow answer", check=lives(20, 15),
        device=device(expires_in=20, answer={"delay": 3})),
    *[row(f"SRV-52 SRV-53 expires_in {value!r}", BAD, "expires_in", check=no_challenge,
          device=device(expires_in=value))
      for value in (0, -1, -600, "soon", True, {}, [], "", "-5", "600s", " 600", 1, 5, 9, 9.9,
                    "9", "1" * 13)],
    *[row(f"SRV-54 SRV-55 DEV-15 expires_in {value!r}", device=device(expires_in=value),
          check=lives(seconds))
      for value, seconds in ((10, 10), (599.5, 599), (6e2, 600), (1.8e3, 900), ("600", 600),
                             (10.9, 10))],
    *[row(f"SRV-54 expires_in {value!r} overflows nothing", device=device(expires_in=value))
      for value in (10 ** 18, 3e9, 4294967306, 9223372036854775807, 1e15, "999999999999")],
    row("DEV-16 interval longer than the lifetime", BAD, "interval",
        device=device(expires_in=20, interval=30), check=no_challenge),
    row("SRV-59 interval of a day", BAD, "interval", device=device(interval=86400),
        check=no_challenge),
    row("SRV-59 interval beyond all numbers", BAD, "interval",
        device=device(interval=9223372036854775807), check=no_challenge),
    row("SRV-59 interval longer than the login", BAD, "interval", device=device(interval=20),
        request={"remaining_ms": 15000}, check=no_challenge),
]

ESC = "\x1b"
HOSTILE_CODES = {
    "clears the screen": f"{ESC}[2J", "writes the clipboard": f"{ESC}]52;c;AAAA\a",
    "hyperlink": f"{ESC}]8;;https://evil.example{ESC}\\X", "DCS": f"{ESC}PX{ESC}\\",
    "bell": "A\aB", "backspace": "AB\b\b", "carriage return": "ABCD\rEFGH",
    "a line of its own": "ABCD\nPassword:", "tab": "AB\tCD", "DEL": "AB\x7f", "C1": "AB\x9b2J",
    "10000 characters": "A" * 10000, "65 characters": "A" * 65, "only blanks": "   ",
    "leading blank": " ABCD", "trailing blank": "ABCD ", "two blanks": "AB  CD",
    "right-to-left override": "ABC\u202eDEF", "zero width": "AB\u200bCD", "homograph": "\u0410BCD",
    "full width": "\uff21\uff22", "emoji": "\U0001f600", "no-break space": "AB\u00a0CD",
    "combining": "e\u0301", "line separator": "AB\u2028CD",
}
CODES = [
    row(f"SRV-61 SRV-62 SRV-63 UIX-4 user_code: {name}", BAD, "user_code",
        device=device(user_code=code), check=no_challenge)
    for name, code in HOSTILE_CODES.items()
] + [
    row(f"UIX-4 DEV-12 SRV-64 user_code {code!r:.30}", device=device(user_code=code),
        check=challenge(user_code=code))
    for code in ("A", "A" * 64, "wdjb-mjht", "WDJB MJHT", "call +1-555-0100 now", "0123", "!~\"\\",
                 "A B C", "%s%n")
] + [
    row("DEV-11 device_code of 8192 bytes", device=device(device_code="d" * 8192)),
    row("DEV-11 device_code of 8193 bytes", BAD, "device_code",
        device=device(device_code="d" * 8193), check=no_challenge),
    row("DEV-11 DEV-30 device_code of any character", check=lambda r: _sent_code(
        r, "a&b=c+d e%20\n\"\u00e4\u20ac/?#~;"),
        device=device(device_code="a&b=c+d e%20\n\"\u00e4\u20ac/?#~;")),
]


def _sent_code(result, code):
    form = result.server.named("token")[0]
    assert form.field("device_code") == code, str(result)
    assert form.field("grant_type") == DEVICE_GRANT, str(result)


HOSTILE_URIS = {
    "javascript": "javascript:alert(1)", "file": "file:///etc/passwd", "data": "data:text/html,x",
    "tel": "tel:+15550100", "smb": "smb://evil.example/x", "intent": "intent://x#Intent;end",
    "http": "http://sso.example.org/device", "ftp": "ftp://sso.example.org/",
    "user-info": "https://accounts.example@evil.example/",
    "user and password": "https://a:b@evil.example/", "relative": "/device",
    "without scheme": "sso.example.org/device", "only a host": "sso.example.org",
    "no host": "https:///device", "empty host": "https://:443/", "only a scheme": "https://",
    "newline": "https://sso.example.org/\ndevice", "blank": "https://sso.example.org/a b",
    "ESC": f"https://sso.example.org/{ESC}[2J", "tab": "https://sso.example.org/\t",
    "double quote": 'https://sso.example.org/"', "less-than": "https://sso.example.org/<b>",
    "backslash": "https://sso.example.org\\@evil.example", "brace": "https://sso.example.org/{x}",
    "bar": "https://sso.example.org/|", "caret": "https://sso.example.org/^",
    "back-tick": "https://sso.example.org/`id`", "other host in Unicode": "https://\u0430pple.com/",
    "override": "https://sso.example.org/\u202e", "DEL": "https://sso.example.org/\x7f",
    "bad port": "https://sso.example.org:99999/", "leading blank": " https://sso.example.org/",
    "513 bytes": "https://sso.example.org/" + "a" * 489, "100 KB": "https://a/" + "a" * 50000,
    "scheme in upper case": "HTTPS://sso.example.org/",
    "port of letters": "https://sso.example.org:http/",
}
FINE_URIS = {
    "percent-encoded controls": "https://sso.example.org/%0a%1b%00",
    "punycode": "https://xn--pple-43d.com/device", "512 bytes": "https://h/".ljust(512, "a"),
    "other host": "https://www.example.com/device", "port": "https://sso.example.org:8443/d",
    "query and fragment": "https://sso.example.org/d?a=b&c=d#e", "address": "https://[::1]:8443/d",
    "upper case": "https://SSO.Example.ORG/D", "host only": "https://sso.example.org",
}
URIS = [
    row(f"SRV-65 SRV-66 SRV-67 SRV-68 SRV-72 UIX-5 verification_uri: {name}", BAD,
        "verification_uri", device=device(verification_uri=uri), check=no_challenge)
    for name, uri in HOSTILE_URIS.items()
] + [
    row(f"SRV-69 SRV-70 SRV-71 UIX-5 verification_uri: {name}",
        device=device(verification_uri=uri, verification_uri_complete=None),
        check=challenge(verification_uri=uri))
    for name, uri in FINE_URIS.items()
] + [
    row("DEV-13 verification_url", check=challenge(verification_uri="https://www.example.com/d"),
        device=device(verification_uri=None, verification_url="https://www.example.com/d")),
    row("SRV-76 DEV-13 both, differing", check=challenge(verification_uri="https://a.example/"),
        device=device(verification_uri="https://a.example/",
                      verification_url="https://b.example/")),
    row("SRV-65 verification_url by http", BAD, "verification_ur", check=no_challenge,
        device=device(verification_uri=None, verification_url="http://a.example/")),
    row("UIX-6 verification_hosts has it", request={"verification_hosts": ["Localhost"]}),
    row("SRV-71 UIX-6 verification_hosts lacks it", BAD, "verification_hosts",
        request={"verification_hosts": ["sso.example.org"]}, check=no_challenge),
]

PLAIN = "https://sso.example.org/device"


def complete(name, value, expected, **more):
    """verification_uri_complete; expected is what the QR then carries."""
    return row(name, device=device(verification_uri=PLAIN, verification_uri_complete=value,
                                   **more.pop("members", {})),
               check=qr(expected), **more)


QR = [
    complete("UIX-3 complete URI", f"{PLAIN}?user_code=WDJB-MJHT",
             f"{PLAIN}?user_code=WDJB-MJHT"),
    complete("UIX-3 qr_content = plain", f"{PLAIN}?user_code=WDJB-MJHT", PLAIN,
             request={"qr_content": "plain"}),
    complete("DEV-14 no complete URI", None, PLAIN),
    complete("SRV-74 equal to the plain one", PLAIN, PLAIN),
    complete("SRV-74 without the code", f"{PLAIN}?x=y", f"{PLAIN}?x=y"),
    complete("SRV-75 with another code", f"{PLAIN}?user_code=AAAA-BBBB", PLAIN,
             log="verification_uri_complete"),
    complete("SRV-75 the code without its hyphen", f"{PLAIN}?user_code=WDJBMJHT",
             f"{PLAIN}?user_code=WDJBMJHT"),
    complete("UIX-7 of another host", "https://evil.example/?user_code=WDJB-MJHT", PLAIN,
             log="verification_uri_complete"),
    complete("UIX-7 of another port", "https://sso.example.org:444/device", PLAIN,
             log="verification_uri_complete"),
    complete("UIX-7 of another host that is listed", "https://sso2.example.org/",
             "https://sso2.example.org/",
             request={"verification_hosts": ["sso.example.org", "sso2.example.org"]}),
    complete("SRV-73 too long for a QR", f"{PLAIN}?x=" + "y" * 1000, PLAIN),
    complete("SRV-73 of 2049 bytes", f"{PLAIN}?x=".ljust(2049, "y"), PLAIN),
    complete("UIX-15 the display is too small for it", f"{PLAIN}?user_code=WDJB-MJHT", PLAIN,
             request={"qr_side_max": 25}),
    complete("UIX-15 the display is too small for either", f"{PLAIN}?x=y", None,
             request={"qr_side_max": 21}),
    complete("UIX-15 no QR wanted", f"{PLAIN}?x=y", None, request={"qr_side_max": 0}),
    complete("UIX-15 the largest symbol", f"{PLAIN}?x=".ljust(458, "y"),
             f"{PLAIN}?x=".ljust(458, "y")),
    complete("UIX-15 one byte more than the largest symbol", f"{PLAIN}?x=".ljust(459, "y"), PLAIN),
] + [
    complete(f"SRV-73 DEV-14 {name}", uri, PLAIN, log="verification_uri_complete")
    for name, uri in (("javascript", "javascript:alert(1)"), ("http", "http://sso.example.org/"),
                      ("user-info", "https://a@sso.example.org/"), ("ESC", f"{PLAIN}?{ESC}[2J"),
                      ("number", 5), ("array", [PLAIN]), ("newline", f"{PLAIN}\n"),
                      ("not ASCII", f"{PLAIN}?\u00e4"))
]

PHISH = "To sign in, call +1-555-0100\x1b[2J"
OTHER = [
    row("SRV-77 DEV-17 message", device=device(message=PHISH), check=lambda r: _never(r, "555")),
    row("SRV-76 unknown members", device=device(foo={"bar": [1, 2]}, interval_ms=5)),
    row("SRV-79 DEV-19 200 with error", BAD, "slow_down", device=device(error="slow_down"),
        check=no_challenge),
    row("SRV-79 200 with error and nothing else", BAD, "access_denied", check=no_challenge,
        device=error("access_denied", 200)),
    row("DEV-18 an empty object", BAD, "device_code", device=Answer({}), check=no_challenge),
    row("DEV-18 status 201", BAD, "201", device=device(answer={"status": 201}),
        check=no_challenge),
    row("SRV-80 429 slow_down", BAD, "slow_down", device=error("slow_down", 429),
        check=no_challenge),
    row("SRV-80 429 with a page", BAD, "429", device=html(429), check=no_challenge),
    row("2.1 404 with a page", BAD, "404", device=html(404), check=no_challenge),
    row("2.1 503 with a page", BAD, "503", device=html(503), check=no_challenge),
    row("2.1 authorization_pending", BAD, "authorization_pending", check=no_challenge,
        device=error("authorization_pending")),
    row("2.1 rate_limit_exceeded as error_code", BAD, "403", check=no_challenge,
        device=Answer({"error_code": "rate_limit_exceeded"}, 403)),
    *[row(f"2.1 TOK-13 {code} ({status})", "CLIENT", code, device=error(code, status),
          check=no_challenge)
      for code, status in (("invalid_client", 400), ("invalid_client", 401),
                           ("unauthorized_client", 400), ("unauthorized_client", 403))],
    *[row(f"2.1 {code}", result, code, device=error(code), check=no_challenge)
      for code, result in (("invalid_scope", "CLIENT"), ("invalid_grant", BAD),
                           ("invalid_request", "CLIENT"))],
    *[row(f"SRV-78 codes that were given out before, {time}", device=device(
        device_code="the-same-as-ever", user_code="SAME-CODE"))
      for time in ("once", "and again")],
    row("TOK-12 error_description is cut and cleaned", BAD, "temporarily_unavailable",
        device=error("temporarily_unavailable", error_description="\r\n\x1b[31mTrace" + "x" * 999),
        check=lambda r: _description(r)),
]


def _never(result, text):
    assert not [t for t in result.texts() if text in t], str(result)


def _description(result):
    text = result.fault["text"]
    assert "\\x1B[31mTrace" in text and text.count("x") <= 220, str(result)


@table(REQUIRED)
def test_required(row, judge):  # pylint: disable=redefined-outer-name
    """DEV-18: a response without its required members is of no use."""
    judge(row)


def dated(seconds, form="{}"):
    """An answer by a clock that is so much ahead of ours."""
    def answer(_server):
        date = formatdate(time.time() + seconds, usegmt=True)
        return device(answer={"headers": [("Date", form.format(date))]})
    return answer


def silent(result):
    """No remark about clocks."""
    assert result.identity and not any("clock" in text for text in result.texts()), str(result)


CLOCKS = [
    row("LIM-15 the host is behind", device=dated(100), log="s behind the provider's, and clock_skew allows for 60"),
    row("LIM-15 the host is ahead", device=dated(-100), log="s ahead of the provider's, and clock_skew allows for 60"),
    row("LIM-15 years apart", device=dated(-10 ** 9), log="ahead of the provider's"),
    row("LIM-15 clock_skew = 0", device=dated(30), log="allows for 0", request={"clock_skew_s": 0}),
    row("LIM-15 within clock_skew, behind", device=dated(30), check=silent),
    row("LIM-15 within clock_skew, ahead", device=dated(-30), check=silent),
    row("LIM-15 a wider clock_skew", device=dated(100), check=silent, request={"clock_skew_s": 200}),
    *[row(f"LIM-15 no date: {form!r}", device=dated(5000, form), check=silent)
      for form in ("", "soon", "{} or so", "{0}{0}", "Thu, 01 Jan 0001 00:00:00 GMT", "9" * 500)],
]


@table(CLOCKS)
def test_clocks(row, judge):  # pylint: disable=redefined-outer-name
    """A clock that is off is told before anybody signs in for a token that will be refused."""
    judge(row)


@table(LIFETIME)
def test_lifetime(row, judge):  # pylint: disable=redefined-outer-name
    """DEV-15, DEV-16: numbers."""
    judge(row)


@table(CODES)
def test_codes(row, judge):  # pylint: disable=redefined-outer-name
    """What a code may hold before it meets a terminal or a form."""
    judge(row)


@table(URIS)
def test_uris(row, judge):  # pylint: disable=redefined-outer-name
    """What a URI may hold before it meets a terminal."""
    judge(row)


@table(QR)
def test_qr(row, judge):  # pylint: disable=redefined-outer-name
    """What the picture carries: exactly the URI that it should, or nothing."""
    judge(row)


@table(OTHER)
def test_answers(row, judge):  # pylint: disable=redefined-outer-name
    """Errors and additions."""
    judge(row)
