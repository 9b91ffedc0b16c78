# SPDX-License-Identifier: BSD-2-Clause
"""Discovery: protocol.md chapter 5 and 13.6; acceptance test 4 of chapter 15."""

import itertools

from answers import error, html, metadata
from flow import row, table

DOWN, BAD = "UNREACHABLE", "PROVIDER"


def asked(*expected):
    """These paths were asked first, in this order, by GET and without credentials (DSC-12)."""
    def check(result):
        requests = result.server.requests[:len(expected)]
        assert [r.path for r in requests] == list(expected), str(result)
        for request in requests:
            assert request.method == "GET" and not request.header("authorization")
            assert not request.body
    return check


def never(endpoint):
    """This endpoint was not asked."""
    def check(result):
        assert endpoint not in result.server.paths(), str(result)
    return check


def only(*endpoints):
    """Just these endpoints were asked, in this order."""
    def check(result):
        assert result.server.paths() == list(endpoints), str(result)
    return check


def _well_known(path, form):
    path = path.rstrip("/")
    oidc = f"{path}/.well-known/openid-configuration"
    return oidc if form == "oidc" else f"/.well-known/oauth-authorization-server{path}"


def _path_rows():
    """https://h, https://h/, https://h/a, ... x both forms x identical or different issuer."""
    for path, form, same in itertools.product(("", "/", "/a", "/a/", "/a/b"), ("oidc", "oauth"),
                                              (True, False)):
        other = (lambda s: s.issuer[:-1]) if path.endswith("/") else (lambda s: s.issuer + "/")
        document = {} if same else {"issuer": other}
        where = {"discovery" if form == "oidc" else "oauth": metadata(**document)}
        yield row(f"DSC-2 DSC-3 DSC-4 https://h:port{path}, {form}, "
                  f"{'same issuer' if same else 'a slash apart'}",
                  None if same else BAD, None if same else "issuer",
                  check=asked(_well_known(path, form)), path=path.rstrip("/"),
                  issuer=_issuer(path), request={"discovery": form}, **where)


def _issuer(path):
    return lambda server: f"https://localhost:{server.port}{path}"


PATHS = list(_path_rows()) + [
    row("DSC-3 404 at the first form, the second answers",
        check=asked("/a/.well-known/openid-configuration",
                    "/.well-known/oauth-authorization-server/a"),
        path="/a", discovery=html(404), oauth=metadata()),
    row("DSC-3 404 at both forms", BAD, "404", discovery=html(404), oauth=html(404),
        check=only("discovery", "oauth")),
    row("DSC-3 no second form on 403", BAD, "403", discovery=html(403), oauth=metadata(),
        check=only("discovery")),
    row("DSC-3 no second form on 500", BAD, "500", discovery=html(500), oauth=metadata(),
        check=only("discovery")),
    row("DSC-3 no second form where the first lies", BAD, "issuer", oauth=metadata(),
        discovery=metadata(issuer="https://elsewhere.example"), check=only("discovery")),
    row("DSC-3 404 with a good document", BAD, "404", oauth=html(404),
        discovery=metadata(answer={"status": 404})),
    row("DSC-4 status 201", BAD, "201", discovery=metadata(answer={"status": 201})),
    row("DSC-4 an error instead of a document", BAD, "500", discovery=error("server_error", 500)),
]

ISSUERS = [
    row(f"SRV-160 issuer {name}", BAD, "issuer", discovery=metadata(issuer=value),
        check=never("device"))
    for name, value in (
        ("in upper case", lambda s: f"https://LOCALHOST:{s.port}"),
        ("without port", "https://localhost"),
        ("with a slash", lambda s: f"{s.issuer}/"),
        ("with http", lambda s: s.issuer.replace("https", "http")),
        ("with a query", lambda s: f"{s.issuer}?a=b"),
        ("with a blank", lambda s: f"{s.issuer} "),
        ("of another host", "https://sso.example.org"),
        ("as a template", "https://localhost/{tenantid}/v2.0"),
        ("missing", None), ("null", ...), ("empty", ""), ("as array", lambda s: [s.issuer]),
        ("as number", 5), ("as object", lambda s: {"issuer": s.issuer}))
]

MEMBERS = {"device_authorization_endpoint": "/device_authorization", "token_endpoint": "/token",
           "jwks_uri": "/jwks"}
UNUSABLE = {
    "http": lambda path: lambda s: f"http://localhost:{s.port}{path}",
    "user-info": lambda path: lambda s: f"https://a:b@localhost:{s.port}{path}",
    "user only": lambda path: lambda s: f"https://a@localhost:{s.port}{path}",
    "a fragment": lambda path: lambda s: f"{s.url(path)}#x",
    "no host": lambda path: f"https://{path}",
    "relative": lambda path: path,
    "without scheme": lambda path: lambda s: f"localhost:{s.port}{path}",
    "file": lambda path: f"file://{path}",
    "a newline": lambda path: lambda s: f"{s.url(path)}\n",
    "a blank": lambda path: lambda s: f"{s.url(path)}?a b",
    "array": lambda path: lambda s: [s.url(path)],
    "number": lambda path: 5,
    "empty": lambda path: "",
    "null": lambda path: ...,
    "missing": lambda path: None,
}
ENDPOINTS = [
    row(f"SRV-161 {member}: {name}", BAD, member, check=never("device"),
        discovery=metadata(**{member: value(path)}))
    for member, path in MEMBERS.items() for name, value in UNUSABLE.items()
]


def _keeps_query(member, path):
    """An endpoint that has a query of its own."""
    def check(result):
        asked_there = [r.path for r in result.server.requests if r.path.startswith(path)]
        assert asked_there == [f"{path}?tenant=a%20b"], str(result)
    return row(f"DSC-7 {member} with a query", check=check,
               discovery=metadata(**{member: lambda s: s.url(f"{path}?tenant=a%20b")}))


ENDPOINTS += [_keeps_query(m, p) for m, p in MEMBERS.items()]


def _override(member, path):
    """A configured endpoint where the announced one is unusable."""
    return row(f"DSC-9 {member} from the configuration", request={member: f"{{server}}{path}"},
               discovery=metadata(**{member: f"http://localhost{path}"}))


OVERRIDES = [_override(m, p) for m, p in MEMBERS.items()] + [
    row("DSC-9 an override does not excuse another issuer", BAD, "issuer",
        request={m: f"{{server}}{p}" for m, p in MEMBERS.items()},
        discovery=metadata(issuer="https://elsewhere.example")),
    row("DSC-9 everything configured, nothing discovered",
        request={"discovery": "none", **{m: f"{{server}}{p}" for m, p in MEMBERS.items()}},
        check=only("device", "jwks", "token"), discovery=html(404)),
    row("DSC-6 no device flow announced", BAD, "device",
        discovery=metadata(device_authorization_endpoint=None), check=never("device")),
]

def _elsewhere(second):
    """A document whose token endpoint is the second server's."""
    return metadata(token_endpoint=second.url("/token"))


HOSTS = [
    row("SRV-162 token endpoint at another host and port, refused by endpoint_hosts", BAD,
        "endpoint_hosts", second={"host": "127.0.0.1"}, discovery=_elsewhere,
        request={"endpoint_hosts": ["localhost"]}, check=never("device")),
    row("SRV-162 token endpoint at another port of a host that is listed", "DENIED", "access_denied",
        second={"token": error("access_denied"), "host": "127.0.0.1"}, discovery=_elsewhere,
        request={"endpoint_hosts": ["localhost", "127.0.0.1"]}),
    row("SRV-162 token endpoint at another host, no list", "DENIED", "access_denied", log="issuer's host",
        second={"token": error("access_denied"), "host": "127.0.0.1"}, discovery=_elsewhere),
    row("SRV-163 keys at another host, refused by endpoint_hosts", BAD, "endpoint_hosts",
        second={"host": "127.0.0.1"}, request={"endpoint_hosts": ["localhost"]},
        discovery=lambda s: metadata(jwks_uri=s.url("/jwks")), check=never("device")),
    row("SRV-152 SRV-163 keys at another host, no list", second={"host": "127.0.0.1"},
        discovery=lambda s: metadata(jwks_uri=s.url("/jwks"))),
    row("NET-16 endpoint_hosts compares hosts, not prefixes", BAD, "endpoint_hosts",
        request={"endpoint_hosts": ["localhos", "ocalhost", "localhost.example"]},
        check=never("device")),
    row("NET-16 endpoint_hosts in another case", request={"endpoint_hosts": ["LocalHost"]}),
]

ALGS = "id_token_signing_alg_values_supported"
METHODS = "token_endpoint_auth_methods_supported"
TOLERATED = [
    row("DSC-8 grant types without the device grant", log="grant",
        discovery=metadata(grant_types_supported=["authorization_code"])),
    row("DSC-8 grant types missing", discovery=metadata(grant_types_supported=None)),
    row("DSC-11 signed_metadata", discovery=metadata(signed_metadata="eyJhbGciOiJub25lIn0.e30.")),
    row("SRV-164 auth methods as text", discovery=metadata(**{METHODS: "client_secret_post"})),
    row("SRV-164 algorithms as text", discovery=metadata(**{ALGS: "RS256"})),
    row("SRV-164 grant types as object", discovery=metadata(grant_types_supported={"a": 1})),
    row("SRV-164 auth methods of numbers", discovery=metadata(**{METHODS: [1, None, []]})),
    row("IDT-4 algorithms not announced", discovery=metadata(**{ALGS: None})),
    row("SRV-33 thousands of members",
        discovery=metadata(**{f"member_{i}": i for i in range(9000)})),
    row("SRV-166 metadata that change are read once", check=only(
        "discovery", "device", "jwks", "token"),
        discovery=[metadata(), metadata(issuer="https://elsewhere.example")]),
]
REFUSED = [
    row("SRV-165 only none and HS256", BAD, "alg", check=never("device"),
        discovery=metadata(**{ALGS: ["none", "HS256"]})),
    row("SRV-165 no algorithm", BAD, "alg", check=never("device"),
        discovery=metadata(**{ALGS: []})),
    row("IDT-4 announced and allowed have nothing in common", BAD, "alg",
        request={"id_token_algs": ["ES256"]}, discovery=metadata(**{ALGS: ["RS256"]}),
        check=never("device")),
    row("IDT-4 announced, but the token has another", "TOKEN", "alg",
        discovery=metadata(**{ALGS: ["ES256"]})),
]


@table(PATHS)
def test_paths(row, judge):  # pylint: disable=redefined-outer-name
    """Where the document is looked for, and whose it has to be."""
    judge(row)


@table(ISSUERS)
def test_issuer(row, judge):  # pylint: disable=redefined-outer-name
    """DSC-4: an issuer that is not identical ends the login; no secret has gone out."""
    judge(row)


@table(ENDPOINTS)
def test_endpoints(row, judge):  # pylint: disable=redefined-outer-name
    """DSC-7: what an endpoint may look like."""
    judge(row)


@table(OVERRIDES)
def test_overrides(row, judge):  # pylint: disable=redefined-outer-name
    """DSC-9: endpoints by hand."""
    judge(row)


@table(HOSTS)
def test_hosts(row, judge):  # pylint: disable=redefined-outer-name
    """NET-16: endpoints at other hosts."""
    judge(row)


@table(TOLERATED)
def test_tolerated(row, judge):  # pylint: disable=redefined-outer-name
    """What is odd, but no reason to stop."""
    judge(row)


@table(REFUSED)
def test_algorithms(row, judge):  # pylint: disable=redefined-outer-name
    """What can only fail later fails before a person is sent to work."""
    judge(row)
