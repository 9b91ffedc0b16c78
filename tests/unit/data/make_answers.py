#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes discovery/, device/ and token/, each with ok/ and bad/: bodies of HTTP 200 answers.

test_discovery.c, test_device.c and test_grant.c take every file of ok/ and refuse every file of
bad/; the fuzzers start from the same files. Each bad one is right in everything but what its name
says. The data is committed; run this again only to add to it.
"""

import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent

ISSUER = "https://sso.example.org/realms/main"
METADATA = {
    "issuer": ISSUER,
    "device_authorization_endpoint": ISSUER + "/device/auth",
    "token_endpoint": ISSUER + "/token",
    "jwks_uri": ISSUER + "/keys",
    "id_token_signing_alg_values_supported": ["RS256", "ES256"],
}
DEVICE = {
    "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
    "user_code": "WDJB-MJHT",
    "verification_uri": "https://sso.example.org/device",
    "verification_uri_complete": "https://sso.example.org/device?user_code=WDJB-MJHT",
    "expires_in": 1800,
    "interval": 5,
}
TOKEN = {
    "access_token": "dNZX1hEZ9wBCzNL40Upu646bdzQA.wfgvmE8VxjAudsnJc08sWJg-T~k",
    "token_type": "Bearer",
    "expires_in": 3600,
    "id_token": "eyJhbGciOiJFUzI1NiJ9.e30.AA",
}
GONE = object()  # a member that is left out


def change(base, **members):
    document = {**base, **members}
    return {k: v for k, v in document.items() if v is not GONE}


def text(document):
    return json.dumps(document, indent=1).encode() + b"\n"


# What no endpoint may send, whatever it is for (13.2).
def anywhere(base):
    whole = text(base).strip()
    return {
        "SRV-30-empty": b"",
        "SRV-30-html": b"<!DOCTYPE html><title>Sign in</title>",
        "SRV-30-truncated": whole[:-1],
        "SRV-30-trailing": whole + b"x",
        "SRV-31-array": b"[" + whole + b"]",
        "SRV-31-null": b"null",
        "SRV-32-depth-33": whole[:-1] + b',"x":' + b"[" * 32 + b"]" * 32 + b"}",
        "SRV-35-nul": whole[:-1] + b',"x":"\\u0000"}',
        "SRV-36-utf8": whole[:-1] + b',"x":"\xff"}',
        "SRV-36-utf16": whole.decode().encode("utf-16"),
        "SRV-37-two-boms": b"\xef\xbb\xbf" * 2 + whole,
        "SRV-41-nan": whole[:-1] + b',"x":NaN}',
        "SRV-41-1e999": whole[:-1] + b',"x":1e999}',
        "SRV-42-trailing-comma": whole[:-1] + b",}",
    }


def everywhere(base):
    whole = text(base).strip()
    return {
        "plain": whole,
        "SRV-32-depth-32": whole[:-1] + b',"x":' + b"[" * 31 + b"]" * 31 + b"}",
        "SRV-37-bom": b"\xef\xbb\xbf" + whole,
        "JSN-6-unknown-members": text(change(base, x=1, y=[None], z={"a": "b"})),
    }


def discovery():
    m = METADATA
    ok = {
        **everywhere(m),
        "DSC-7-query": text(change(m, token_endpoint=ISSUER + "/token?tenant=1")),
        "DSC-8-grants-lack-device": text(change(m, grant_types_supported=["implicit"])),
        "SRV-162-other-host": text(change(m, token_endpoint="https://tokens.example/t")),
        "SRV-164-grants-string": text(change(m, grant_types_supported="implicit")),
        "SRV-164-methods-string": text(change(m, token_endpoint_auth_methods_supported="post")),
        "SRV-164-algs-string": text(change(m, id_token_signing_alg_values_supported="none")),
        "SRV-164-algs-absent": text(change(m, id_token_signing_alg_values_supported=GONE)),
        "12.21-algs-with-none": text(
            change(m, id_token_signing_alg_values_supported=["none", "HS256", "RS256"])
        ),
    }
    bad = {
        **anywhere(m),
        "DSC-4-issuer-missing": text(change(m, issuer=GONE)),
        "DSC-4-issuer-number": text(change(m, issuer=5)),
        "SRV-160-issuer-slash": text(change(m, issuer=ISSUER + "/")),
        "SRV-160-issuer-case": text(change(m, issuer=ISSUER.replace("sso", "SSO"))),
        "SRV-160-issuer-port": text(change(m, issuer=ISSUER.replace(".org", ".org:443"))),
        "SRV-160-issuer-http": text(change(m, issuer=ISSUER.replace("https", "http"))),
        "SRV-160-issuer-template": text(change(m, issuer="https://sso.example.org/{tenantid}")),
        "SRV-160-issuer-other": text(change(m, issuer="https://evil.example")),
        "SRV-34-issuer-twice": text(m).strip()[:-1] + b',"issuer":"https://evil.example"}',
        "SRV-165-algs-none-HS256": text(
            change(m, id_token_signing_alg_values_supported=["none", "HS256"])
        ),
        "SRV-165-algs-empty": text(change(m, id_token_signing_alg_values_supported=[])),
    }
    for member in ("device_authorization_endpoint", "token_endpoint", "jwks_uri"):
        for name, value in {
            "missing": GONE,
            "empty": "",
            "number": 7,
            "array": [ISSUER + "/x"],
            "http": "http://sso.example.org/x",
            "file": "file:///etc/passwd",
            "user-info": "https://u:p@sso.example.org/x",
            "fragment": ISSUER + "/x#y",
            "relative": "/x",
            "newline": ISSUER + "/x\n",
            "port": "https://sso.example.org:8443/x",
        }.items():
            bad[f"SRV-161-{member}-{name}"] = text(change(m, **{member: value}))
    return ok, bad


def device():
    d = DEVICE
    ok = {
        **everywhere(d),
        "DEV-13-google": text(
            {
                "device_code": "AH-1Ng2",
                "user_code": "GQVQ-JKEC",
                "verification_url": "https://www.google.com/device",
                "expires_in": 1800,
                "interval": 5,
            }
        ),
        "DEV-16-no-interval": text(change(d, interval=GONE)),
        "DEV-17-entra-message": text(change(d, message="To sign in, open \u001b[2J")),
        "DEV-12-code-64": text(change(d, user_code="W" * 64)),
        "DEV-11-device-code-8192": text(change(d, device_code="d" * 8192)),
        "DEV-11-device-code-any-character": text(change(d, device_code="a b\n\u20ac&=")),
        "SRV-51-no-expires_in": text(change(d, expires_in=GONE)),
        "SRV-54-expires_in-10^18": text(change(d, expires_in=10**18)),
        "SRV-54-expires_in-1e18": text(d).replace(b"1800", b"1e18"),
        "SRV-55-expires_in-599.5": text(change(d, expires_in=599.5)),
        "SRV-56-interval-null": text(change(d, interval=None)),
        "SRV-57-interval-0": text(change(d, interval=0)),
        "SRV-57-interval-x": text(change(d, interval="x")),
        "SRV-60-interval-string": text(change(d, interval="5", expires_in="900")),
        "SRV-64-instruction": text(change(d, user_code="call +1-555-0100 now")),
        "SRV-69-percent-encoded": text(change(d, verification_uri="https://h.example/%0a%1b")),
        "SRV-70-punycode": text(change(d, verification_uri="https://xn--80ak6aa92e.com/")),
        "SRV-72-uri-512": text(change(d, verification_uri="https://h.example/" + "a" * 494)),
        "SRV-73-complete-empty": text(change(d, verification_uri_complete="")),
        "SRV-73-complete-http": text(change(d, verification_uri_complete="http://x/")),
        "SRV-73-complete-foreign": text(change(d, verification_uri_complete="https://evil.example/")),
        "SRV-73-complete-number": text(change(d, verification_uri_complete=5)),
        "SRV-75-complete-other-code": text(
            change(d, verification_uri_complete="https://sso.example.org/device?c=BCDF-GHJK")
        ),
        "SRV-76-both-uris": text(change(d, verification_url="https://evil.example/")),
    }
    bad = anywhere(d)
    values = {
        "device_code": {
            "SRV-50": (GONE, "", 5, None, ["a"], {}),
            "DEV-11": ("d" * 8193,),
        },
        "user_code": {
            "SRV-50": (GONE, "", 5, None, ["a"], {}),
            "SRV-61": (
                "W\u001b[2J", "\u001b]52;c;eA==\u0007", "\u001b]8;;https://evil.example/\u001b\\W",
                "\u001bP0;1|41\u001b\\", "W\a", "W\b", "WDJB\rMJHT", "WDJB\nPassword:", "W\u007f",
                "W\u009b2J",
            ),
            "SRV-62": ("W" * 65, "W" * 10000, " ", "   ", " W", "W ", "W  W"),
            "SRV-63": ("W\u202eX", "W\u200bX", "\u0410BCD", "\uff21\uff22", "\U0001f511"),
        },
        "verification_uri": {
            "SRV-50": (GONE, "", 5, None, ["https://h.example/"], {}),
            "SRV-65": (
                "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "tel:+15550100",
                "smb://h/x", "intent://h", "http://sso.example.org/device",
            ),
            "SRV-66": ("https://accounts.example@evil.example/", "https://u:p@h.example/"),
            "SRV-67": ("/device", "example.org/device", "//example.org/device"),
            "SRV-68": (
                "https://h.example/\u001b[2J", "https://h.example/a b", "https://h.example/\n",
                'https://h.example/"', "https://h.example\\x", "https://h\u00e9.example/",
            ),
            "SRV-72": ("https://h.example/" + "a" * 495,),
        },
        "expires_in": {
            "SRV-52": (0, -1, -(10**18), "soon", "", "-5", True, {}, [1800], 0.5),
            "SRV-53": (1, 5, 9, 9.9, "9"),
        },
    }
    for member, cases in values.items():
        for case, list_of in cases.items():
            for i, value in enumerate(list_of):
                bad[f"{case}-{member}-{i + 1}"] = text(change(d, **{member: value}))
    return ok, bad


def token():
    t = TOKEN
    ok = {
        **everywhere(t),
        "SRV-39-error-null": text(change(t, error=None)),
        "SRV-97-bearer": text(change(t, token_type="bearer")),
        "SRV-97-BEARER": text(change(t, token_type="BEARER")),
        "SRV-103-expires_in": text(change(t, expires_in="soon")),
        "SRV-104-refresh_token": text(change(t, refresh_token="r")),
        "TOK-4-scope": text(change(t, scope="openid profile email")),
    }
    bad = {
        **anywhere(t),
        "SRV-27-form": b"access_token=x&token_type=bearer",
        "SRV-34-access_token-twice": text(t).strip()[:-1] + b',"access_token":"y"}',
        "SRV-38-error-and-token": text(change(t, error="authorization_pending")),
        "SRV-97-token_type-missing": text(change(t, token_type=GONE)),
        "SRV-97-token_type-mac": text(change(t, token_type="mac")),
        "TOK-2-token_type-DPoP": text(change(t, token_type="DPoP")),
        "TOK-2-token_type-number": text(change(t, token_type=1)),
        "TOK-2-token_type-blank": text(change(t, token_type="Bearer ")),
    }
    values = {
        "error": {"SRV-39": ("", 5, {"code": "x"}, ["authorization_pending"], False)},
        "access_token": {
            "SRV-96": (GONE, "", 5, None, ["a"], {}, True),
            "SRV-98": ("a\r\nX-Evil: 1", "a b", "a\u00e9", "a\t", "a\u007f"),
        },
        "id_token": {
            "SRV-100": (GONE,),
            "SRV-101": (None, 5, {}, ""),
        },
        "scope": {
            "SRV-102": ("profile", "openid2", "OPENID", ["openid"], 5, None, ""),
            "TOK-4": ("profile,openid", "profile\topenid"),
        },
    }
    for member, cases in values.items():
        for case, list_of in cases.items():
            for i, value in enumerate(list_of):
                document = change(t, **{member: value})
                if member == "error":  # an unknown error, not SRV-38
                    document = {"error": value}
                bad[f"{case}-{member}-{i + 1}"] = text(document)
    return ok, bad


def main():
    for noun, make in {"discovery": discovery, "device": device, "token": token}.items():
        for verdict, files in zip(("ok", "bad"), make()):
            folder = HERE / noun / verdict
            folder.mkdir(parents=True, exist_ok=True)
            for name, body in files.items():
                (folder / f"{name}.json").write_bytes(body)


if __name__ == "__main__":
    main()
