# SPDX-License-Identifier: BSD-2-Clause
"""Where the identity comes from, over real providers: protocol.md 6.5, 6.6, 12.5, 12.12."""

import pytest

from answers import github_user
from fake_as import FakeAs
from glewlwyd import Glewlwyd
from idp import OidcProvider
from sources import plain_grant

SUBJECT = "248289761001"
BY_SUBJECT = {"alice": f"sub={SUBJECT}", "bob": "sub=248289761002"}
BY_NAME = {"alice": "preferred_username=alice", "bob": "preferred_username=bob"}
HOST = "https://web01.example.org/ssh"
START = ["/.well-known/openid-configuration", "/device/auth"]
UNVERIFIED = "The sign-in could not be verified. Tell your administrator."
ONE_TRY = ["NumberOfPasswordPrompts=1"]
SIGNED = {"client_id": "signed", "client_name": "Server login",
          "token_endpoint_auth_method": "none", "userinfo_signed_response_alg": "ES256"}


@pytest.fixture(scope="module", name="_lean")
def _lean_provider():
    """As the specification has it: claims of scopes at the UserInfo endpoint only."""
    with OidcProvider(device_interval=1, claims_in_id_token=False, clients=[SIGNED],
                      resources=[HOST]) as server:
        yield server


@pytest.fixture(name="idp")
def _idp(_lean):
    _lean.client_id, _lean.client_secret = _lean.client()
    _lean.auth_method = "none"
    yield _lean
    _lean.control("clear")


def confidential(idp, method):
    """A client with a secret."""
    idp.client_id, idp.client_secret = idp.client("RS256", method)
    idp.auth_method = method


def sign_in(idp, login, account="alice", approver=None, **options):
    """The person approves and presses Enter."""
    ssh = login(account, **options)
    uri, code = ssh.challenge()
    idp.phone(approver or account).approve(uri, code)
    ssh.enter()
    return ssh


def one_connection(requests, *paths):
    """Everything, in this order, over the connection that was open (NET-10)."""
    assert requests.paths() == [*START, *paths]
    assert requests.handshakes() == [False]
    assert len({e["connection"] for e in requests.entries()}) == 1


def test_the_id_token_does_not_hold_the_name(host, idp, login, requests, watch):
    """USI-1: and UserInfo is not asked because of that."""
    host.configure(idp, BY_NAME, issuer_is_exclusive="yes")
    sign_in(idp, login).expect_refused("Access denied.")
    one_connection(requests, "/jwks", "/token")
    assert watch.outcome()["result"] == "not_allowed"


def test_userinfo_holds_it(host, idp, login, requests, watch):
    """12.12: one request more."""
    host.configure(idp, BY_NAME, issuer_is_exclusive="yes", identity_source="userinfo")
    sign_in(idp, login).expect_in("alice")
    one_connection(requests, "/jwks", "/token", "/me")
    outcome = watch.outcome()
    assert outcome["result"] == "success" and outcome["sub"] == SUBJECT


def test_userinfo_of_somebody_else(host, idp, login, watch):
    """bob is bob there as well."""
    host.configure(idp, BY_NAME, issuer_is_exclusive="yes", identity_source="userinfo")
    sign_in(idp, login, "alice", "bob").expect_refused("Access denied.")
    assert watch.outcome()["result"] == "not_allowed"


def test_groups_of_userinfo(host, idp, login, watch):
    """A condition reads them."""
    rules = {"alice": f"sub={SUBJECT}"}
    settings = {"identity_source": "userinfo", "scope": "openid groups"}
    host.configure(idp, rules, require="groups has ssh-users", **settings)
    sign_in(idp, login).expect_in("alice")
    assert watch.outcome()["result"] == "success"


def test_signed_userinfo(host, idp, login, requests, watch):
    """USI-6"""
    idp.client_id = SIGNED["client_id"]
    host.configure(idp, BY_NAME, issuer_is_exclusive="yes", identity_source="userinfo")
    sign_in(idp, login).expect_in("alice")
    one_connection(requests, "/jwks", "/token", "/me")
    assert watch.outcome()["sub"] == SUBJECT


def test_userinfo_is_refused(host, idp, login, requests, watch):
    """USI-5: asked once."""
    host.configure(idp, BY_SUBJECT, identity_source="userinfo")
    idp.control("fail", path="/me", status=403, body='{"error":"insufficient_scope"}')
    sign_in(idp, login).expect_refused(UNVERIFIED)
    assert requests.paths().count("/me") == 1
    outcome = watch.outcome()
    assert outcome["result"] == "token_invalid" and "insufficient_scope" in outcome["reason"]


def test_userinfo_is_unreachable(host, idp, login, watch):
    """10.1: transport, at any step; a fresh connection, so that libcurl does not repeat it."""
    host.configure(idp, BY_SUBJECT, identity_source="userinfo")
    idp.control("reset", path="/me", count=2)
    sign_in(idp, login, options=ONE_TRY).expect_refused("The sign-in service cannot be reached.")
    outcome = watch.outcome()
    assert outcome["result"] == "provider_unreachable"
    assert outcome["reason"].startswith("userinfo: ")


@pytest.mark.parametrize("method", ("client_secret_basic", "client_secret_post"))
def test_introspection(host, idp, login, requests, watch, method):
    """INT-1: no ID token is asked for, no keys are fetched."""
    confidential(idp, method)
    host.configure(idp, BY_SUBJECT, identity_source="introspection", scope="openid")
    sign_in(idp, login).expect_in("alice")
    one_connection(requests, "/token", "/token/introspection")
    outcome = watch.outcome()
    assert outcome["result"] == "success" and outcome["sub"] == SUBJECT
    watch.secrets.add(idp.client_secret)


def test_introspection_of_somebody_else(host, idp, login, watch):
    confidential(idp, "client_secret_basic")
    host.configure(idp, BY_SUBJECT, identity_source="introspection")
    sign_in(idp, login, "alice", "bob").expect_refused("Access denied.")
    assert watch.outcome()["result"] == "not_allowed"


def test_access_token_for_this_host(host, idp, login, requests, watch):
    """INT-3, EXT-3"""
    host.configure(idp, BY_SUBJECT, identity_source="access_token_jwt", resource=HOST)
    sign_in(idp, login).expect_in("alice")
    one_connection(requests, "/jwks", "/token")
    outcome = watch.outcome()
    assert outcome["result"] == "success" and outcome["sub"] == SUBJECT


def test_access_token_for_another_host(host, idp, login, watch):
    """INT-3: the audience is somebody else."""
    host.configure(idp, BY_SUBJECT, identity_source="access_token_jwt", resource=HOST,
                   access_token_audience="https://web02.example.org/ssh")
    sign_in(idp, login).expect_refused(UNVERIFIED)
    assert "aud does not contain" in watch.outcome()["reason"]


def test_opaque_access_token(host, idp, login, watch):
    """TOK-5: nothing was asked for that this host could look into."""
    host.configure(idp, BY_SUBJECT, identity_source="access_token_jwt", access_token_audience=HOST)
    sign_in(idp, login).expect_refused(UNVERIFIED)
    assert watch.outcome()["reason"] == "access token: not of three parts"


def test_unknown_resource(host, idp, login, watch):
    """TOK-13: an error of the administrator's, before any code is shown."""
    host.configure(idp, BY_SUBJECT, identity_source="access_token_jwt", resource="urn:nobody")
    login(options=ONE_TRY).expect_refused(
        "The sign-in service is misconfigured for this host. Tell your administrator.")
    outcome = watch.outcome()
    assert outcome["result"] == "client_refused" and "invalid_target" in outcome["reason"]


@pytest.fixture(scope="module", name="glewlwyd")
def _glewlwyd():
    with Glewlwyd(device_interval=1) as server:
        yield server


def test_userinfo_of_glewlwyd(host, glewlwyd, login, watch):
    glewlwyd.client_id, glewlwyd.client_secret = glewlwyd.client()
    host.configure(glewlwyd, BY_NAME, issuer_is_exclusive="yes", identity_source="userinfo")
    sign_in(glewlwyd, login).expect_in("alice")
    assert watch.outcome()["result"] == "success"


def test_introspection_of_glewlwyd(host, glewlwyd, login, watch):
    """It makes up the subject, so the first login tells it, and the second one opens the account."""
    glewlwyd.client_id, glewlwyd.client_secret = glewlwyd.client("RS256", "client_secret_basic")
    glewlwyd.auth_method = "client_secret_basic"
    watch.secrets.add(glewlwyd.client_secret)
    host.configure(glewlwyd, {"alice": "sub=nobody"}, identity_source="introspection")
    sign_in(glewlwyd, login).expect_refused("Access denied.")
    subject = watch.outcome()["sub"]
    host.configure(glewlwyd, {"alice": f"sub={subject}"}, identity_source="introspection")
    sign_in(glewlwyd, login).expect_in("alice")
    assert watch.outcome(2)["result"] == "success"


class GitHub:
    """GitHub's documented answers from a scripted server."""

    def __init__(self, lab, **script):
        self.server = FakeAs(lab, **{"token": plain_grant(), **script})
        self.server.auth_method, self.server.client_secret = "none", None
        self.server.ca_file = lab.ca_file

    def configure(self, host, rules, **settings):
        """As the manual shows it."""
        url = self.server.url
        host.configure(self.server, rules, discovery="none", scope="none",
                       device_authorization_endpoint=url("/device_authorization"),
                       token_endpoint=url("/token"), identity_source="api",
                       api_endpoint=url("/user"), identity_claim="id", **settings)


@pytest.mark.parametrize("rule", ('"583231"', "id=583231", "sub=583231"))
def test_github(host, lab, login, watch, rule):
    """12.5: the number, whatever the person is called today."""
    github = GitHub(lab, user=github_user(login="renamed"))
    with github.server as server:
        github.configure(host, {"alice": rule})
        ssh = login()
        ssh.challenge()
        ssh.enter()
        ssh.expect_in("alice")
        assert server.paths() == ["device", "token", "user"]
        assert server.handshakes == [False] and not server.violations
        watch.secrets.add(server.access_token)
    outcome = watch.outcome()
    assert outcome["result"] == "success" and outcome["sub"] == "583231"


def test_github_account_of_the_same_name(host, lab, login, watch):
    """12.5, MAP-11: the login name was given up and somebody else has it now."""
    github = GitHub(lab, user=github_user(id=999))
    with github.server:
        github.configure(host, {"alice": '"583231"'})
        ssh = login()
        ssh.challenge()
        ssh.enter()
        ssh.expect_refused("Access denied.")
    assert watch.outcome()["result"] == "not_allowed"
