# SPDX-License-Identifier: BSD-2-Clause
"""Providers that cannot run here, as scripted servers that answer with their documented bodies,
statuses and headers (protocol.md chapter 12), and that insist on what the real ones insist on.

The request that the worker gets is made by the real module from the lines that doc/PROVIDERS.md gives
an administrator: only addresses, CA and client_id are exchanged for those of the scripted server.
"""

import dataclasses
from typing import Any

import flow
from answers import Answer, error
from fake_as import FakeAs
from scene import Scene
from worker import Worker

SECRET = "s3cret-0123456789"


@dataclasses.dataclass
class Provider:
    """lines: of pam_oauth.conf, {secret} being a file; rule: the claim that names the person."""

    lines: tuple
    issuer: str
    rule: str = "sub=1"
    client_id: str = "test-client"
    path: str = ""                  # of the issuer
    places: dict = dataclasses.field(default_factory=dict)   # address -> path of the scripted one
    refuses: Any = None             # function(endpoint, form, request): an Answer, or None
    claims: str = ""                # a condition that makes rules ask for more


class ProviderAs(FakeAs):
    """A scripted server that refuses what its model refuses."""

    def __init__(self, lab, provider, **script):
        super().__init__(lab, path=provider.path, client_id=provider.client_id,
                         **script)
        self.provider = provider

    def _choose(self, endpoint):
        answer = super()._choose(endpoint)
        if self.provider.refuses:
            request = self.requests[-1]
            refusal = self.provider.refuses(endpoint, dict(request.form), request)
            return refusal or answer
        return answer


def request_of(scene, provider):
    """What the real module sends its worker for this configuration."""
    made = scene(rules=f"issuer {provider.issuer}\nallow {provider.rule} as daemon"
                       f"{provider.claims}\n", general="")
    secret = made.write("secret", SECRET + "\n")
    lines = [line.format(secret=secret) for line in provider.lines]
    text = "\n".join(["[general]", f"client_id = {made.script}", "min_uid = 1", *lines, ""])
    made.write("pam_oauth.conf", text)
    run = made.run()
    assert run.request, str(run)
    return run.request


def log_in(scene, lab, binary, provider, **script):
    """One login of the real worker with that request; the Result, checked as every other one."""
    request = request_of(scene, provider)
    with ProviderAs(lab, provider, **script) as server:
        places = {provider.issuer: "", **provider.places}
        fields = {name: server.url(places[value]) if isinstance(value, str) and value in places
                  else value for name, value in request.items()}
        for name in ("client_secret", "client_key", "client_key_passphrase", "proxy_credentials"):
            fields[name] = fields[name].encode("latin-1") if fields[name] is not None else None
        fields.pop("kind")
        fields.update(client_id=provider.client_id, ca_file=lab.ca_file, remaining_ms=60000)
        server.rules.initial_poll = request["initial_poll"]
        result = flow.Result(flow.row("provider"), server, None, fields)
        with Worker(binary) as worker:
            flow._drive(worker, result)  # pylint: disable=protected-access
    flow.examine(result)
    assert not result.problems, f"{result.problems}\n{result}"
    return result


def only(*allowed):
    """Google: a parameter that it does not know is a fault of the request."""
    def refuses(endpoint, form, _request):
        if endpoint == "device" and set(form) - set(allowed):
            return error("invalid_request", error_description="Parameter not allowed for this "
                                                              "message type")
        if endpoint == "token" and form.get("client_secret") != SECRET:
            return error("invalid_request", error_description="client_secret is missing.")
        return None
    return refuses


def wants(name, endpoint="device", code="invalid_request", **members):
    """A parameter that must be there."""
    def refuses(asked, form, _request):
        if asked == endpoint and name not in form:
            return error(code, error_description=f"Missing parameter: {name}", **members)
        return None
    return refuses


def one_way_only(endpoint, form, request):
    """Okta: client_id beside Basic or an assertion is a second set of credentials."""
    if endpoint in ("device", "token") and "client_id" in form and request.header("authorization"):
        return error("invalid_request", error_description="Cannot supply multiple client "
                     "credentials. Use one of the following: credentials in the Authorization "
                     "header, credentials in the post body, or a client_assertion in the post body.")
    return None


def secret_in_the_form(endpoint, form, _request):
    """Dex: the secret is read from the body at the device endpoint, and missed much later."""
    if endpoint == "device" and form.get("client_secret") != SECRET:
        return error("invalid_client", 401)
    return None


def json_only_if_asked(endpoint, _form, request):
    """GitHub: form-encoded answers unless the client says that it takes JSON."""
    if endpoint in ("device", "token") and "application/json" not in request.header("accept"):
        return Answer("error=nobody+reads+this", content_type="application/x-www-form-urlencoded")
    if endpoint == "user" and not (request.header("user-agent") or "").startswith("pam_oauth/"):
        return Answer({"message": "Request forbidden by administrative rules."}, 403)
    return None


def code_not_device_code(endpoint, form, _request):
    """Entra v1."""
    if endpoint == "token" and "code" not in form:
        return error("invalid_request", error_description="AADSTS90014: The request body must "
                     "contain the following parameter: 'code'.")
    return None
