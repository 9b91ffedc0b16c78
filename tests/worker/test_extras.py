# SPDX-License-Identifier: BSD-2-Clause
"""What is asked for besides, and only if it is configured: DEV-6 to DEV-8, IDT-17, DEV-30, EXT-3."""

import base64
import hashlib

from answers import DEVICE_GRANT as GRANT
from answers import Answer, IdToken, grant
from answers import pending as wait
from flow import row, table

SCOPE = "openid profile"


def fields(**expected):
    """Exactly these fields beside the ordinary ones, in each request to these endpoints."""
    ordinary = {"device": {"client_id": "test-client", "scope": SCOPE},
                "token": {"client_id": "test-client", "grant_type": GRANT}}

    def check(result):
        for endpoint, usual in ordinary.items():
            for request in result.server.named(endpoint):
                form = dict(request.form)
                form.pop("device_code", None)
                assert form == {**usual, **expected.get(endpoint, {})}, str(result)
    return check


def pkce(result):
    """DEV-8: one verifier for the whole flow, in every token request; its hash goes first."""
    first = result.server.named("device")[0]
    tokens = result.server.named("token")
    verifiers = {request.field("code_verifier") for request in tokens}
    assert len(tokens) == 2 and len(verifiers) == 1, str(result)
    verifier = verifiers.pop()
    digest = hashlib.sha256(verifier.encode()).digest()
    assert first.field("code_challenge") == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert first.field("code_challenge_method") == "S256"
    assert len(verifier) == 43
    assert first.field("code_verifier") is None
    assert all(request.field("code_challenge") is None for request in tokens)


def by_code(result):
    """DEV-33: the one name, never both."""
    form = dict(result.server.named("token")[0].form)
    assert form["code"] == result.server.device_code and "device_code" not in form, str(result)


def nonce_is(value):
    """A token answer whose nonce is made of the one that was sent."""
    def body(server):
        sent = server.named("device")[0].field("nonce")
        token = IdToken(claims={"nonce": value(sent)})
        return grant(token).body(server)
    return Answer(body)


def has_nonce(result):
    """128 bits at least, at the device endpoint only."""
    sent = result.server.named("device")[0].field("nonce")
    assert len(sent) >= 22, str(result)
    assert all(r.field("nonce") is None for r in result.server.named("token"))


EXTRAS = [
    row("DEV-6 nothing is sent that is not configured", check=fields()),
    row("DEV-8 pkce", request={"pkce": True}, token=[wait(), grant()], check=pkce),
    row("DEV-6 audience", request={"audience": "https://api.example/ b"},
        check=fields(device={"audience": "https://api.example/ b"})),
    row("DEV-7 login_hint", request={"login_hint": "alice"},
        check=fields(device={"login_hint": "alice"})),
    row("EXT-3 DEV-32 resource at both", request={"resource": "urn:host:web01"},
        check=fields(device={"resource": "urn:host:web01"}, token={"resource": "urn:host:web01"})),
    row("DEV-6 free parameters", check=fields(device={
        "prompt": "login", "claims": '{"id_token":{"acr":null}, "x":1}'}),
        request={"extra_params": ["prompt=login",
                                  "claims=%7B%22id_token%22:%7B%22acr%22:null%7D%2C%20%22x%22:1%7D"]}),
    row("DEV-33 the code is called code", request={"code_parameter": "code"}, check=by_code),
    *[row(f"DEV-5 {param} is sent already", "CONFIG", f"request parameter {name} twice",
          request={"extra_params": [param], **request})
      for param, name, request in (
          ("scope=x", "scope", {}), ("client_id=x", "client_id", {}),
          ("nonce=x", "nonce", {"nonce": "optional"}), ("a=1", "a", {"extra_params": ["a=1", "a=2"]}),
          ("code_challenge=x", "code_challenge", {"pkce": True}),
          ("audience=x", "audience", {"audience": "y"}))],
]
NONCES = [
    row("IDT-17 optional, and it comes back", request={"nonce": "optional"}, check=has_nonce,
        token=nonce_is(lambda sent: sent)),
    row("IDT-17 optional, and it does not come back", request={"nonce": "optional"}, check=has_nonce),
    row("SRV-144 optional, but another one", "TOKEN", "nonce", request={"nonce": "optional"},
        token=nonce_is(lambda sent: sent[:-1])),
    row("IDT-17 required, and it comes back", request={"nonce": "required"},
        token=nonce_is(lambda sent: sent)),
    row("SRV-144 required, but none", "TOKEN", "no nonce", request={"nonce": "required"}),
    row("SRV-144 required, but a list of it", "TOKEN", "nonce", request={"nonce": "required"},
        token=nonce_is(lambda sent: [sent])),
    row("IDT-17 off: whatever the claim says", token=grant(IdToken(claims={"nonce": "x"})),
        check=fields()),
]


@table(EXTRAS)
def test_extras(row, judge):  # pylint: disable=redefined-outer-name
    """Each parameter where it belongs, once, and nowhere else."""
    judge(row)


@table(NONCES)
def test_nonce(row, judge):  # pylint: disable=redefined-outer-name
    """What was sent has to come back as the option says."""
    judge(row)
