#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""An authorization server made of Debian's python3-authlib: its RFC 8628, RFC 7523 and OpenID classes
on Flask. Usage: authlib_app.py CONFIG.json; prints {"issuer": ..., "port": ...} when it listens.

The configuration has "cert", "key", "accounts" (name: claims), "clients" (client_id: {"secret",
"auth_method", "alg", "jwk"}), "interval" and "lifetime" in seconds. The person posts user_code,
account and decision (approve or deny) to /device. Loopback only; it asks for no password.
"""

import json
import logging
import sys
import threading
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.jose import JsonWebKey, KeySet, jwt
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc8628 import (DEVICE_CODE_GRANT_TYPE, DeviceAuthorizationEndpoint,
                                    DeviceCodeGrant, DeviceCredentialDict)
from authlib.oidc.core.grants.util import generate_id_token
from flask import Flask, jsonify, request
from werkzeug.serving import make_server

METHODS = ["none", "client_secret_basic", "client_secret_post", "private_key_jwt",
           "client_secret_jwt"]
# The same as the library calls them.
KNOWN_METHODS = ["none", "client_secret_basic", "client_secret_post", "client_assertion_jwt"]
ALGS = ("RS256", "ES256")


class Client(ClientMixin):
    """What the library asks of a client."""

    def __init__(self, ident, entry):
        self.ident, self.entry = ident, entry

    def get_client_id(self):
        return self.ident

    def get_allowed_scope(self, scope):
        return scope or ""

    def check_client_secret(self, client_secret):
        return client_secret == self.entry.get("secret")

    def check_endpoint_auth_method(self, method, endpoint):
        if method == "client_assertion_jwt":
            return self.entry["auth_method"].endswith("_jwt")
        return method == self.entry["auth_method"]

    def check_grant_type(self, grant_type):
        return grant_type == DEVICE_CODE_GRANT_TYPE


class Store:
    """Codes, decisions and used assertions; everything is in memory."""

    def __init__(self, config):
        self.config = config
        self.clients = {name: Client(name, entry) for name, entry in config["clients"].items()}
        self.codes, self.by_user_code, self.decisions = {}, {}, {}
        self.used, self.polled, self.slowed = set(), {}, 0
        self.lock = threading.Lock()
        self.keys = {
            "RS256": JsonWebKey.generate_key("RSA", 2048, {"kid": "rsa", "use": "sig"}, True),
            "ES256": JsonWebKey.generate_key("EC", "P-256", {"kid": "ec", "use": "sig"}, True),
        }


def make_grant(store, issuer):
    """The device grant of this store."""

    class Grant(DeviceCodeGrant):
        """RFC 8628 3.4 and 3.5; the ID token comes with the access token."""

        TOKEN_ENDPOINT_AUTH_METHODS = KNOWN_METHODS

        def query_device_credential(self, device_code):
            return store.codes.get(device_code)

        def query_user_grant(self, user_code):
            return store.decisions.get(user_code)

        def should_slow_down(self, credential):
            with store.lock:
                now, code = time.monotonic(), credential["device_code"]
                early = now - store.polled.get(code, 0) < store.config["interval"]
                store.polled[code] = now
                store.slowed += early
                return early

        def save_token(self, token):
            client, claims = self.request.client, store.config["accounts"][self.request.user]
            alg = client.entry["alg"]
            token["id_token"] = _with_kid(token, claims, store.keys[alg], issuer, client.ident, alg)

    return Grant


def _with_kid(token, claims, key, issuer, audience, alg):
    """The library's own ID token; its header gets the name of the key."""
    text = generate_id_token(token, claims, key, issuer, audience, alg)
    payload = dict(jwt.decode(text, key))
    return jwt.encode({"alg": alg, "kid": key.as_dict()["kid"]}, payload, key).decode()


def make_endpoint(store, issuer):
    """The device authorization endpoint of this store."""

    class Endpoint(DeviceAuthorizationEndpoint):
        """RFC 8628 3.1 and 3.2."""

        CLIENT_AUTH_METHODS = KNOWN_METHODS
        EXPIRES_IN = store.config["lifetime"]
        INTERVAL = store.config["interval"]

        def get_verification_uri(self):
            return issuer + "/device"

        def save_device_credential(self, client_id, scope, data):
            credential = DeviceCredentialDict(client_id=client_id, scope=scope or "", **data,
                                              expires_at=time.time() + self.EXPIRES_IN)
            store.codes[data["device_code"]] = credential
            store.by_user_code[data["user_code"]] = credential

    return Endpoint


def make_assertion(store, issuer):
    """RFC 7523: for the token endpoint's URL alone, as the library has it."""

    class Assertion(JWTBearerClientAssertion):
        """Each assertion once."""

        def validate_jti(self, claims, jti):
            with store.lock:
                fresh = (claims["sub"], jti) not in store.used
                store.used.add((claims["sub"], jti))
                return fresh

        def resolve_client_public_key(self, client, headers):
            entry = client.entry
            return entry["secret"] if headers["alg"].startswith("HS") else \
                JsonWebKey.import_key(entry["jwk"])

    return Assertion(issuer + "/token")


def make_app(store, issuer):
    """The server as a Flask application."""
    app = Flask(__name__)
    server = AuthorizationServer(app, query_client=store.clients.get,
                                 save_token=lambda token, req: None)
    server.register_grant(make_grant(store, issuer))
    server.register_endpoint(make_endpoint(store, issuer))
    server.register_client_auth_method("client_assertion_jwt", make_assertion(store, issuer))

    @app.get("/.well-known/openid-configuration")
    def metadata():  # pylint: disable=unused-variable
        return jsonify({
            "issuer": issuer, "token_endpoint": issuer + "/token", "jwks_uri": issuer + "/jwks",
            "device_authorization_endpoint": issuer + "/device_authorization",
            "grant_types_supported": [DEVICE_CODE_GRANT_TYPE],
            "token_endpoint_auth_methods_supported": METHODS,
            "id_token_signing_alg_values_supported": list(ALGS)})

    @app.get("/jwks")
    def jwks():  # pylint: disable=unused-variable
        return jsonify(KeySet(list(store.keys.values())).as_dict())

    @app.post("/device_authorization")
    def device_authorization():  # pylint: disable=unused-variable
        return server.create_endpoint_response("device_authorization")

    @app.post("/token")
    def token():  # pylint: disable=unused-variable
        return server.create_token_response()

    @app.get("/slowed")
    def slowed():  # pylint: disable=unused-variable
        return str(store.slowed)

    @app.post("/device")
    def device():  # pylint: disable=unused-variable
        form = request.form
        if form["user_code"] not in store.by_user_code:
            return "no such code", 404
        store.decisions[form["user_code"]] = (form["account"], form["decision"] == "approve")
        return "thank you"

    return app


def main():
    """Serve until the end."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with open(sys.argv[1], encoding="utf-8") as file:
        config = json.load(file)
    store = Store(config)
    server = make_server("127.0.0.1", 0, Flask("nothing yet"), threaded=True,
                         ssl_context=(config["cert"], config["key"]))
    issuer = f"https://localhost:{server.port}"
    server.app = make_app(store, issuer)
    print(json.dumps({"issuer": issuer, "port": server.port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
