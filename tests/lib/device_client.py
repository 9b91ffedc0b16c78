# SPDX-License-Identifier: BSD-2-Clause
"""A plain device grant client, to prove what a server does without our own code."""

import base64
import http.client
import json
import ssl
import urllib.parse

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
TIMEOUT = 15


class DeviceClient:
    """Talks to one server as one client; every request on a new connection."""

    def __init__(self, idp, alg=None, auth_method=None):
        self.idp = idp
        self.auth_method = auth_method or idp.auth_method
        self.client_id, self.secret = idp.client(alg or idp.alg, self.auth_method)
        self.context = ssl.create_default_context(cafile=idp.ca_file)
        self.metadata = self.get(idp.issuer + "/.well-known/openid-configuration")[1]

    def connect(self, url):
        """A connection to the host of this address."""
        host = urllib.parse.urlsplit(url).netloc
        return http.client.HTTPSConnection(host, timeout=TIMEOUT, context=self.context)

    def request(self, method, url, body=None, headers=None, connection=None):
        """(status, decoded JSON or text, headers)"""
        own = connection or self.connect(url)
        own.request(method, urllib.parse.urlsplit(url).path, body,
                    {"Accept": "application/json", **(headers or {})})
        answer = own.getresponse()
        text = answer.read().decode()
        if connection is None:
            own.close()
        try:
            return answer.status, json.loads(text), answer.headers
        except ValueError:
            return answer.status, text, answer.headers

    def get(self, url, **kwargs):
        """GET a document."""
        return self.request("GET", url, **kwargs)

    def post(self, endpoint, fields, secret=None, connection=None):
        """POST a form to an endpoint of the metadata, with client authentication."""
        secret = secret or self.secret
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        fields = {"client_id": self.client_id, **fields}
        if self.auth_method == "client_secret_post":
            fields["client_secret"] = secret
        elif self.auth_method == "client_secret_basic":
            pair = f"{urllib.parse.quote_plus(self.client_id)}:{urllib.parse.quote_plus(secret)}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        return self.request("POST", self.metadata[endpoint], urllib.parse.urlencode(fields),
                            headers, connection)

    def start(self, scope="openid email profile groups", **kwargs):
        """A device authorization."""
        status, answer, _ = self.post("device_authorization_endpoint", {"scope": scope}, **kwargs)
        if status != 200:
            raise AssertionError((status, answer))
        return answer

    def poll(self, device, **kwargs):
        """(status, answer) of the token endpoint."""
        fields = {"grant_type": DEVICE_GRANT, "device_code": device["device_code"]}
        return self.post("token_endpoint", fields, **kwargs)[:2]

    def jwks(self):
        """The public keys of the server."""
        return self.get(self.metadata["jwks_uri"])[1]
