# SPDX-License-Identifier: BSD-2-Clause
"""The quirks of providers that cannot run here: a test for each, named after provider and quirk
(protocol.md chapter 12). The preset is the module's own, the worker is the real one, and the scripted
servers insist on what the real ones are known to insist on (tests/lib/providers.py)."""

import concurrent.futures
import functools
import hashlib
import itertools

import pytest

from answers import (Answer, IdToken, default_device, device, error, grant, html, metadata, pending,
                     userinfo)
from jose import b64u
from providers import (SECRET, Provider, code_not_device_code, json_only_if_asked, log_in,
                       one_way_only, only, secret_in_the_form, wants)
from scene import Scene

JOBS = 16

TENANT = "11111111-1111-1111-1111-111111111111"
ENTRA_ISSUER = f"https://login.microsoftonline.com/{TENANT}/v2.0"
MULTI_LINE = "AADSTS70016: OAuth 2.0 device flow error.\r\nTrace ID: 1\r\nCorrelation ID: 2"

GOOGLE = Provider(("provider = google", "client_secret_file = {secret}"),
                  "https://accounts.google.com", refuses=only("client_id", "scope", "client_secret"))
ENTRA = Provider(("provider = entra", f"issuer = {ENTRA_ISSUER}"), ENTRA_ISSUER, "oid=o-1",
                 path=f"/{TENANT}/v2.0", refuses=wants("scope", error_codes=[900144]))
ENTRA_V1 = Provider(
    ("provider = entra_v1", "issuer = https://sts.windows.net/t/", "scope = openid",
     "device_authorization_endpoint = https://login.microsoftonline.com/t/oauth2/devicecode",
     "token_endpoint = https://login.microsoftonline.com/t/oauth2/token",
     "jwks_uri = https://login.microsoftonline.com/common/discovery/keys",
     "extra_params = resource=https://graph.windows.net"),
    "https://sts.windows.net/t/", "oid=o-1", refuses=code_not_device_code, places={
        "https://login.microsoftonline.com/t/oauth2/devicecode": "/device_authorization",
        "https://login.microsoftonline.com/t/oauth2/token": "/token",
        "https://login.microsoftonline.com/common/discovery/keys": "/jwks"})
GITHUB = Provider(("provider = github",), "https://github.com", '"583231"', refuses=json_only_if_asked,
                  places={"https://github.com/login/device/code": "/device_authorization",
                          "https://github.com/login/oauth/access_token": "/token",
                          "https://api.github.com/user": "/user"})


def plain(name, *lines, **more):
    """A provider whose issuer is the administrator's to say."""
    issuer = f"https://sso.{name}.example{more.get('path', '')}"
    return Provider((f"provider = {name}", f"issuer = {issuer}", *lines), issuer, **more)


OKTA = plain("okta", "client_secret_file = {secret}", "client_auth = basic",
             path="/oauth2/default", refuses=one_way_only)
AUTH0 = plain("auth0", path="/")
KEYCLOAK = plain("keycloak", path="/realms/main", refuses=wants("code_challenge_method"),
                 claims=" if /realm_access/roles has admins")
DEX = plain("dex", "client_secret_file = {secret}", path="/dex", refuses=secret_in_the_form)
HYDRA = plain("hydra", "client_secret_file = {secret}", "client_auth = basic",
              refuses=wants("client_id"))
AUTHENTIK = plain("authentik", path="/application/o/ssh/")
AUTHELIA = plain("authelia", "identity_source = userinfo", claims=" if groups has admins")
ZITADEL = plain("zitadel", "issuer_is_exclusive = yes",
                claims=" if urn:zitadel:iam:org:project:roles has key admins")
CILOGON = plain("cilogon", "client_secret_file = {secret}", path="/oauth2",
                client_id="cilogon:/client_id/6e8f", refuses=secret_in_the_form)


def identity(result):
    """The identity that came of it."""
    assert result.identity, str(result)
    return result.identity


def fault(result, code, text):
    """The fault that came of it."""
    assert result.fault and result.fault["code"] == code, str(result)
    assert text in result.fault["text"], str(result)


def entra_token(**changes):
    """iat is when the person signed in at the browser, long before."""
    return grant(IdToken(claims=lambda now: {"oid": "o-1", "tid": TENANT, "ver": "2.0",
                                             "iat": now - 3000, "nbf": now - 3000, **changes}))


def entra_device(**changes):
    """No complete URI, and a message for people."""
    return device(verification_uri_complete=None, message="To sign in, use a web browser",
                  **changes)


QUIRKS = {}


def quirk(cases=()):
    """Enters a test, or one for each case, by its name."""
    def enter(function):
        for case in cases:
            values = case if isinstance(case, tuple) else (case,)
            QUIRKS[f"{function.__name__}-{values[0]}"] = functools.partial(function, *values)
        if not cases:
            QUIRKS[function.__name__] = function
        return function
    return enter


# 12.1

@quirk()
def google_verification_url_and_statuses(login):
    """verification_url; 428 is pending, 403 slow_down; iss without its scheme."""
    result = login(GOOGLE, device=Answer(lambda s: {
        **{k: v for k, v in default_device(s).items() if not k.startswith("verification")},
        "verification_url": f"https://localhost:{s.port}/device", "expires_in": 1800}),
        token=[error("authorization_pending", 428, error_description="Precondition Required"),
               error("slow_down", 403, error_description="Forbidden"),
               grant(IdToken(claims={"iss": "accounts.google.com"}))])
    assert identity(result)["issuer"] == result.server.issuer


@quirk()
def google_access_denied_403(login):
    """The person refused."""
    fault(login(GOOGLE, token=error("access_denied", 403, error_description="Forbidden")),
          "DENIED", "access_denied")


@quirk()
def google_quota_403_error_code(login):
    """The member is called error_code: no OAuth error, and the login ends."""
    fault(login(GOOGLE, device=Answer({"error_code": "rate_limit_exceeded"}, 403)), "PROVIDER",
          "403")


# 12.2, 12.3, 12.4

@quirk()
def entra_identity_is_oid_and_iat_is_old(login):
    """IDN-6, IDT-14; DEV-40: one poll before the code is shown."""
    result = login(ENTRA, device=entra_device(), token=[pending(), pending(), entra_token()])
    assert identity(result)["claims"][0] == "o-1"
    assert result.challenge["at"] > result.server.named("token")[0].start


@quirk()
def entra_error_description_of_several_lines(login):
    """CR and LF stay out of the log; authorization_declined is a refusal."""
    result = login(ENTRA, device=entra_device(), token=[pending(), error(
        "authorization_declined", error_description=MULTI_LINE, error_codes=[70016],
        trace_id="1", timestamp="2026-11-25 12:00:00Z")])
    fault(result, "DENIED", "authorization_declined")
    assert "\\x0D\\x0ATrace ID" in result.fault["text"], str(result)


@quirk([("bad_verification_code", "ANSWER"),
                                         ("expired_token", "EXPIRED")])
def entra_other_ends(code, result, login):
    """Neither is polled again."""
    ended = login(ENTRA, device=entra_device(), token=[pending(), error(
        code, error_description=MULTI_LINE)])
    fault(ended, result, code)


@quirk()
def entra_public_flows_not_allowed(login):
    """AADSTS7000218 is told to the administrator."""
    fault(login(ENTRA, device=error("invalid_client", 401, error_description="AADSTS7000218: The "
                                    "request body must contain client_assertion")),
          "CLIENT", "AADSTS7000218")


@quirk()
def entra_of_another_tenant(login):
    """The issuer holds the tenant: the same oid elsewhere is somebody else."""
    other = ENTRA_ISSUER.replace("1111", "2222", 1)
    fault(login(ENTRA, device=entra_device(), token=[pending(), entra_token(iss=other)]), "TOKEN",
          "iss")


@quirk()
def entra_v1_code_and_numbers_as_strings(login):
    """DEV-33, verification_url, strings, resource instead of scopes."""
    result = login(ENTRA_V1, device=Answer(lambda s: {
        **{k: v for k, v in default_device(s).items() if not k.startswith("verification")},
        "verification_url": f"https://localhost:{s.port}/device", "expires_in": "900",
        "interval": "1"}), token=[pending(), pending(), entra_token()])
    assert identity(result)["claims"][0] == "o-1"
    assert result.server.named("device")[0].field("resource") == "https://graph.windows.net"


@quirk()
def entra_v1_code_expired(login):
    """Its own word for expired_token."""
    fault(login(ENTRA_V1, token=[pending(), error("code_expired")]), "EXPIRED", "code_expired")


@quirk()
def adfs_both_addresses_and_access_token_issuer(login):
    """verification_uri counts; access_token_issuer does not."""
    result = login(plain("adfs", path="/adfs"), device=device(
        verification_url="https://elsewhere.example/", expires_in="900", interval="1",
        message="To sign in"), discovery=metadata(access_token_issuer="http://sso/adfs/trust"))
    assert identity(result)
    assert "elsewhere" not in result.challenge["verification_uri"]


# 12.5

@quirk()
def github_error_in_200_body(login):
    """The error decides, not the status; slow_down brings an interval; id is the identity."""
    result = login(GITHUB, token=[
        Answer({"error": "authorization_pending"}), Answer({"error": "slow_down", "interval": 2}),
        Answer({"access_token": "gho_16C7e42F292c6912E7", "token_type": "bearer", "scope": ""})])
    assert identity(result)["subject"] == "583231"
    assert result.identity["issuer"] == result.server.issuer
    assert "scope" not in dict(result.server.named("device")[0].form)


@quirk([
    ("incorrect_device_code", "ANSWER"), ("expired_token", "EXPIRED"),
    ("access_denied", "DENIED"), ("unsupported_grant_type", "CLIENT_LATE")])
def github_other_ends_in_200(code, result, login):
    """Each ends the login at once."""
    ended = login(GITHUB, token=Answer({"error": code, "error_description": "no"}))
    fault(ended, result, code)
    assert len(ended.server.named("token")) == 1, str(ended)


@quirk(["device_flow_disabled", "incorrect_client_credentials"])
def github_refuses_the_client_with_200(code, login):
    """No code is shown."""
    result = login(GITHUB, device=Answer({"error": code}))
    fault(result, "CLIENT", code)
    assert not result.challenge


# 12.6 to 12.8

@quirk()
def gitlab_short_code(login):
    """Eight characters without a hyphen; the subject is a number as text."""
    result = login(plain("gitlab", rule="sub=4711"), device=device(
        user_code="0A44L90H", expires_in=300, verification_uri_complete=None),
        token=grant(IdToken(claims={"sub": "4711"})))
    assert identity(result)["subject"] == "4711"
    assert result.challenge["user_code"] == "0A44L90H"


@quirk()
def okta_refuses_second_client_id(login):
    """send_client_id = unauthenticated, at both endpoints."""
    result = login(OKTA, token=[pending(), grant()], device=device(user_code="HKWHBRQL"))
    assert identity(result)
    assert result.server.named("token")[0].header("authorization").startswith("Basic ")


@quirk()
def auth0_403_pending_429_slow_down(login):
    """The issuer ends in a slash; 429 without a body is a limit of their own."""
    result = login(AUTH0, token=[error("authorization_pending", 403), error("slow_down", 429),
                                 grant()])
    assert identity(result)["issuer"].endswith("/")


@quirk([("expired_token", "EXPIRED"), ("access_denied", "DENIED"),
                                         ("invalid_grant", "ANSWER")])
def auth0_403_ends(code, result, login):
    """The rest of its 403s."""
    fault(login(AUTH0, token=error(code, 403)), result, code)


# 12.9

@quirk()
def keycloak_pkce_nonce_and_nested_roles(login):
    """PKCE is mandatory, the nonce comes back, roles are a pointer into an object."""
    def body(server):
        first = server.named("device")[0]
        proof = server.requests[-1].field("code_verifier")
        digest = b64u(hashlib.sha256(proof.encode()).digest())
        assert first.field("code_challenge") == digest
        claims = {"nonce": first.field("nonce"), "typ": "ID",
                  "realm_access": {"roles": ["users", "admins"]}}
        return grant(IdToken(claims=claims), refresh_token="r").body(server)
    result = login(KEYCLOAK, token=[error("slow_down"), Answer(body)])
    assert identity(result)["claims"] == [["admins"]]


@quirk()
def keycloak_another_nonce(login):
    """IDT-17: optional, but not wrong."""
    fault(login(KEYCLOAK, token=grant(IdToken(claims={"nonce": "x"}))), "TOKEN", "nonce")


@quirk()
def keycloak_grant_not_enabled(login):
    """invalid_grant at the device endpoint."""
    fault(login(KEYCLOAK, device=error("invalid_grant", error_description="Client is not allowed to "
                                       "initiate OAuth 2.0 Device Authorization Grant")),
          "PROVIDER", "not allowed to initiate")


# 12.10 to 12.15

@quirk()
def dex_secret_in_form(login):
    """... and PKCE; the token was made when the person approved, and is returned as it was."""
    result = login(DEX, token=[pending(), grant()])
    assert identity(result)
    first = result.server.named("device")[0]
    assert first.field("client_secret") == SECRET and first.field("code_challenge")


@quirk()
def dex_unknown_code_invalid_request(login):
    """The end, not a reason to go on."""
    fault(login(DEX, token=error("invalid_request", error_description="Invalid device code.")),
          "CLIENT_LATE", "invalid_request")


@quirk()
def authentik_429_at_the_device_endpoint(login):
    """Its throttle: the login ends, and is no pending poll."""
    result = login(AUTHENTIK, device=error("slow_down", 429))
    fault(result, "PROVIDER", "slow_down")
    assert len(result.server.named("device")) == 1 and not result.challenge


@quirk()
def authentik_issuer_with_slash(login):
    """The issuer of an application ends in a slash; the address of its document has one only."""
    result = login(AUTHENTIK)
    assert identity(result)["issuer"].endswith("/application/o/ssh/")
    assert "//.well-known" not in result.server.requests[0].path


@quirk()
def authelia_claims_from_userinfo(login):
    """The ID token is short; interval 10 would be theirs."""
    result = login(AUTHELIA, userinfo=userinfo(groups=["admins", "dev"]))
    assert identity(result)["claims"] == [["admins"]]


@quirk()
def zitadel_roles_are_keys_and_the_subject_digits(login):
    """IDN-13; an unknown code is access_denied there."""
    claims = {"sub": "280925108741210147",
              "urn:zitadel:iam:org:project:roles": {"admins": {"2809": "example.org"}}}
    result = login(ZITADEL, token=grant(IdToken(claims=claims)))
    assert identity(result)["subject"] == claims["sub"]
    fault(login(ZITADEL, token=error("access_denied")), "DENIED", "access_denied")


@quirk()
def hydra_wants_client_id_beside_basic(login):
    """It compares both."""
    result = login(HYDRA)
    assert identity(result)
    assert result.server.named("device")[0].header("authorization").startswith("Basic ")


# 12.18 to 12.24

@quirk()
def mitreid_neither_interval_nor_lifetime(login):
    """Five seconds, five minutes; an unknown client is a page with 404."""
    provider = plain("generic", path="/openid")
    result = login(provider, device=device(interval=None, expires_in=None))
    assert identity(result) and 290 < result.challenge["expires_in_s"] <= 298
    fault(login(provider, device=html(404)), "PROVIDER", "404")


@quirk()
def wso2_old_releases_are_not_supported(login):
    """12.20: invalid_grant for everything; the first poll ends it."""
    fault(login(plain("generic"), token=error("invalid_grant")), "ANSWER", "invalid_grant")


@quirk()
def ping_announces_none_and_hmac(login):
    """IDT-4: what is announced can only take away."""
    algs = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
    assert identity(login(plain("ping"), discovery=metadata(**algs)))
    fault(login(plain("ping"), discovery=metadata(**algs),
                token=grant(IdToken(alg="HS256", secret=SECRET.encode()))), "TOKEN", "alg")


@quirk()
def pingam_response_type(login):
    """Older releases want one, and PKCE."""
    provider = plain("pingam", "extra_params = response_type=token",
                     refuses=wants("response_type"))
    assert identity(login(provider)) and login(provider).server.named("device")[0].field(
        "code_challenge")


@quirk()
def cilogon_client_id_and_code(login):
    """A client id with colon and slashes, the secret in the body, a code in three parts."""
    result = login(CILOGON, device=device(user_code="Q7D-XXR-P37", verification_uri_complete=None))
    assert identity(result)
    assert result.server.named("device")[0].field("client_id") == CILOGON.client_id


@quirk()
def isva_placeholder_address(login):
    """12.24: an address that an administrator has not filled in is not shown."""
    fault(login(plain("generic"), device=device(verification_uri="https://{host}/device",
                                                verification_uri_complete=None)),
          "PROVIDER", "verification_uri")


@quirk()
def others_empty_complete_address(login):
    """12.24: an empty text means that there is none."""
    assert identity(login(plain("generic"), device=device(verification_uri_complete="")))


@quirk()
def codes_of_other_alphabets(login):
    """12.8: masks and character sets of their own."""
    result = login(AUTH0, device=device(user_code="123-456-789", verification_uri_complete=None))
    assert identity(result) and result.challenge["user_code"] == "123-456-789"


@pytest.fixture(scope="module", name="running")
def _running(tmp_path_factory, module_file, pam_client, lab, worker_binary):
    """All of them at once, since they mostly wait."""
    directory = tmp_path_factory.mktemp("providers")
    numbers = itertools.count()

    def make(**options):
        folder = directory / str(next(numbers))
        folder.mkdir()
        return Scene(folder, module_file, pam_client, **options)

    def login(provider, **script):
        return log_in(make, lab, worker_binary, provider, **script)

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        yield {name: pool.submit(function, login=login) for name, function in QUIRKS.items()}


@pytest.mark.parametrize("name", QUIRKS)
def test_quirk(name, running):
    """What it asserts, the function of this name says."""
    running[name].result()
