# SPDX-License-Identifier: BSD-2-Clause
"""Client authentication at both endpoints: protocol.md 4.3, DEV-2 to DEV-4; acceptance test 3."""

import base64
from urllib.parse import unquote_plus

from answers import DEVICE_GRANT as GRANT
from answers import metadata
from flow import row, table


def fields(endpoint, **expected):
    """Exactly these fields, in the first request to this endpoint, each once."""
    def check(result):
        form = dict(result.server.named(endpoint)[0].form)
        form.pop("device_code", None)
        assert form == expected, str(result)
    return check


def header(endpoint, expected):
    """The Authorization header at this endpoint."""
    def check(result):
        got = result.server.named(endpoint)[0].header("authorization")
        assert got == expected, f"{got}\n{result}"
    return check


def both(*checks):
    """All of these."""
    def check(result):
        for each in checks:
            each(result)
    return check


VECTORS = [
    ("cilogon:/client_id/6e8f", "p+q/r=s%t:u v~w",
     "Y2lsb2dvbiUzQSUyRmNsaWVudF9pZCUyRjZlOGY6cCUyQnElMkZyJTNEcyUyNXQlM0F1K3YlN0V3"),
    ("1PpG/Q 1", "z/t:ud+X=\u00e9",
     "MVBwRyUyRlErMTp6JTJGdCUzQXVkJTJCWCUzRCVDMyVBOQ=="),
    ("plain-id_1.2", "Abc-DEF_123.x*", "cGxhaW4taWRfMS4yOkFiYy1ERUZfMTIzLngq"),
]
ASCII = "".join(map(chr, range(0x20, 0x7F)))


def client(ident="test-client", secret="s3cret", **changes):
    """A request of a confidential client."""
    return {"client_id": ident, "client_secret": secret.encode(), **changes}


def basic(ident, secret):
    """An Authorization header whose halves are as given."""
    return "Basic " + base64.b64encode(f"{ident}:{secret}".encode()).decode()


SCOPE = "openid profile"
AUTH = [
    row("IDT-18 IDT-19 wishes are asked for at the device endpoint only", check=both(
        fields("device", client_id="test-client", scope=SCOPE, max_age="900",
               acr_values="gold silver"),
        fields("token", client_id="test-client", grant_type=GRANT)),
        request={"max_age_s": 900, "acr_values": ["gold", "silver"]}),
    row("CAU-1 none", check=both(
        fields("device", client_id="test-client", scope=SCOPE),
        fields("token", grant_type=GRANT, client_id="test-client"),
        header("device", None), header("token", None))),
    *[row(f"CAU-2 vector {ident}", client_id=ident, request=client(ident, secret,
                                                                  client_auth="basic"),
          check=both(header("device", f"Basic {value}"), header("token", f"Basic {value}"),
                     fields("device", client_id=ident, scope=SCOPE),
                     fields("token", grant_type=GRANT)))
      for ident, secret, value in VECTORS],
    row("CAU-2 every printable character", client_id=ASCII,
        request=client(ASCII, ASCII, client_auth="basic"),
        check=lambda r: _decodes(r, ASCII)),
    row("CAU-2 an empty secret", request=client(secret="", client_auth="basic"),
        check=header("token", basic("test-client", ""))),
    row("CAU-3 raw", client_id="a:b/c", request=client("a:b/c", "p+q %~", client_auth="basic",
                                                       basic_encoding="raw"),
        check=both(header("device", basic("a:b/c", "p+q %~")),
                   header("token", basic("a:b/c", "p+q %~")))),
    row("CAU-4 post", request=client(secret="p+q&r=s t%\u00e9", client_auth="post"), check=both(
        fields("device", client_id="test-client", scope=SCOPE,
               client_secret="p+q&r=s t%\u00e9"),
        fields("token", grant_type=GRANT, client_id="test-client",
               client_secret="p+q&r=s t%\u00e9"), header("device", None), header("token", None))),
    row("DEV-2 basic, client_id everywhere",
        request=client(client_auth="basic", send_client_id="everywhere"),
        check=both(fields("device", client_id="test-client", scope=SCOPE),
                   fields("token", grant_type=GRANT, client_id="test-client"))),
    row("DEV-2 basic, client_id only where unauthenticated",
        request=client(client_auth="basic", send_client_id="unauthenticated"),
        check=both(fields("device", scope=SCOPE), fields("token", grant_type=GRANT))),
    row("DEV-2 none, client_id only where unauthenticated",
        request={"send_client_id": "unauthenticated"},
        check=both(fields("device", client_id="test-client", scope=SCOPE),
                   fields("token", grant_type=GRANT, client_id="test-client"))),
    row("DEV-2 post, client_id only where unauthenticated",
        request=client(client_auth="post", send_client_id="unauthenticated"),
        check=both(fields("device", client_id="test-client", scope=SCOPE, client_secret="s3cret"),
                   fields("token", grant_type=GRANT, client_id="test-client",
                          client_secret="s3cret"))),
    row("DEV-3 DEV-32 scope", request={"scope": "openid email a+b/c&d"}, check=both(
        fields("device", client_id="test-client", scope="openid email a+b/c&d"),
        fields("token", grant_type=GRANT, client_id="test-client"))),
]


def _decodes(result, text):
    value = result.server.named("token")[0].header("authorization").split(" ")[1]
    halves = base64.b64decode(value).decode().split(":")
    assert [unquote_plus(h) for h in halves] == [text, text], str(result)


METHODS = "token_endpoint_auth_methods_supported"


def auto(name, announced, secret, expected):
    """client_auth = auto with these announced methods chooses the expected one."""
    checks = {
        "basic": header("token", basic("test-client", "s3cret")),
        "post": fields("token", grant_type=GRANT, client_id="test-client",
                       client_secret="s3cret"),
        "none": both(fields("token", grant_type=GRANT, client_id="test-client"),
                     header("token", None)),
    }
    request = client(client_auth="auto") if secret else {"client_auth": "auto"}
    return row(f"4.3 auto: {name}", request=request, check=checks[expected],
               discovery=metadata(**{METHODS: announced}))


AUTO = [
    auto("a secret, nothing announced", None, True, "basic"),
    auto("a secret, both announced", ["client_secret_post", "client_secret_basic"], True, "basic"),
    auto("a secret, only post announced", ["client_secret_post"], True, "post"),
    auto("a secret, post and none announced", ["none", "client_secret_post"], True, "post"),
    auto("a secret, announced as text", "client_secret_post", True, "basic"),
    auto("no secret, none announced", ["none", "client_secret_basic"], False, "none"),
    auto("no secret, nothing announced", None, False, "none"),
]


@table(AUTH)
def test_authentication(row, judge):  # pylint: disable=redefined-outer-name
    """Client authentication at both endpoints, and exactly these fields."""
    judge(row)


@table(AUTO)
def test_auto(row, judge):  # pylint: disable=redefined-outer-name
    """The method that client_auth = auto chooses."""
    judge(row)
