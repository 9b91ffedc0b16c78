# SPDX-License-Identifier: BSD-2-Clause
"""Entra's shared issuers and Google's second name: IDN-7, IDN-9, DSC-5, protocol.md 12.1 and 12.2."""

import jose
from answers import Answer, IdToken, default_metadata, grant
from flow import row, table

ONE = "11111111-1111-1111-1111-111111111111"
TWO = "22222222-2222-2222-2222-222222222222"
THREE = "33333333-3333-3333-3333-333333333333"


def shared(server):
    """The issuer that is configured."""
    return server.url("/organizations/v2.0")


def of(tenant, tid=None, **claims):
    """A token of this tenant."""
    def body(server):
        token = IdToken(claims={"iss": server.url(f"/{tenant}/v2.0"), "oid": "o-1",
                                "tid": tenant if tid is None else tid, **claims})
        return grant(token).body(server)
    return Answer(body)


def document(template):
    """Metadata of the template instead of the issuer."""
    return Answer(lambda server: {**default_metadata(server),
                                  "issuer": server.url(f"/{template}/v2.0")})


def entra(name, code=None, text=None, template="{tenantid}", **script):
    """A login at a shared issuer whose metadata names the template."""
    return row(name, code, text, issuer=shared, discovery=document(template),
               request={"tenants": [ONE, TWO], "wants": [{"name": "oid", "read": "value"}]},
               **script)


def is_of(tenant):
    """The identity that crossed is of this tenant."""
    def check(result):
        assert result.identity["issuer"] == result.server.url(f"/{tenant}/v2.0"), str(result)
        assert result.identity["claims"] == ["o-1"]
    return check


def set_of(issuer):
    """The keys, each of which names this issuer."""
    def body(server):
        return {"keys": [{**key, "issuer": server.url(issuer)}
                         for key in jose.jwks("RS256")["keys"]]}
    return Answer(body)


TENANTS = [
    entra("IDN-7 a listed tenant", token=of(ONE), check=is_of(ONE)),
    entra("IDN-7 another listed one", token=of(TWO), check=is_of(TWO)),
    entra("IDN-7 one that is not listed", "TOKEN", "iss", token=of(THREE)),
    entra("IDN-7 the consumer tenant is not listed by itself", "TOKEN", "iss",
          token=of("9188040d-6c67-4c5b-b112-36a304b66dad")),
    entra("IDN-7 tid of one, iss of another", "TOKEN", "iss", token=of(ONE, TWO)),
    entra("IDN-7 tid is no text", "TOKEN", "iss", token=of(ONE, tid=5)),
    entra("IDN-7 iss is the shared one", "TOKEN", "iss", token=of("organizations", ONE)),
    entra("IDN-7 keys with the template", token=of(ONE), check=is_of(ONE),
          jwks=set_of("/{tenantid}/v2.0")),
    entra("IDN-7 keys of that tenant", token=of(ONE), check=is_of(ONE),
          jwks=set_of(f"/{ONE}/v2.0")),
    entra("IDN-7 keys of another tenant", "TOKEN", "another tenant", token=of(ONE),
          jwks=set_of(f"/{TWO}/v2.0")),
    entra("DSC-5 metadata of one tenant is not the shared one's", "PROVIDER", "issuer",
          template=ONE),
    row("DSC-5 a template is nobody's issuer otherwise", "PROVIDER", "issuer", issuer=shared,
        discovery=document("{tenantid}")),
]


def _crossed(result):
    """IDN-9: rules know one name of the issuer."""
    assert result.identity["issuer"] == result.server.issuer, str(result)


ALIASES = [
    row("12.1 google: iss without its scheme", request={"iss_aliases": ["accounts.google.com"]},
        token=grant(IdToken(claims={"iss": "accounts.google.com"})), check=_crossed),
    row("12.1 google: another alias", "TOKEN", "iss",
        request={"iss_aliases": ["accounts.google.com"]},
        token=grant(IdToken(claims={"iss": "accounts.google.com.evil.example"}))),
    row("12.1 an alias that is not configured", "TOKEN", "iss",
        token=grant(IdToken(claims={"iss": "accounts.google.com"}))),
]


@table(TENANTS)
def test_tenants(row, judge):  # pylint: disable=redefined-outer-name
    """A token is of a tenant that may come, and of no other."""
    judge(row)


@table(ALIASES)
def test_aliases(row, judge):  # pylint: disable=redefined-outer-name
    """An alias means the issuer, where the administrator says so."""
    judge(row)
