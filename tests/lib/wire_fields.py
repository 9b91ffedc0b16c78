# SPDX-License-Identifier: BSD-2-Clause
"""The messages between module and worker, field by field (doc/PROTOCOL.md), for wire.py."""

KINDS = ("", "REQUEST", "PROCEED", "CHALLENGE", "IDENTITY", "FAULT", "LOG", "CLAIMS")

# In the order of PO_ERR_TABLE, without the prefix PO_ or PO_E_.
CODES = (
    "OK", "SKIPPED", "SERVICE", "DENIED", "EXPIRED", "TIMED_OUT", "UNREACHABLE", "PROVIDER",
    "CLIENT", "ANSWER", "CLIENT_LATE", "TOKEN", "NOT_ALLOWED", "USER_UNKNOWN", "CANCELLED",
    "ABORTED", "GONE", "CONV", "CONFIG", "PRIVILEGE", "WORKER", "MEMORY", "SYSTEM",
    "LIMITED", "STATE", "WORKER_LATE", "PIN",
)

CLAIM_KINDS = ("absent", "invalid", "string", "integer", "boolean", "list")
READS = ("value", "list", "words", "keys", "time")

ALL_ALGS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
            "ES256", "ES384", "ES512", "EdDSA", "Ed25519")

# (name, type, what the module sends for an ordinary configuration) in the order of the wire; an
# enumeration is the tuple of its names.
REQUEST = (
    ("task", ("", "login", "probe", "verify"), "login"),
    ("remaining_ms", "u32", 100000),
    ("issuer", "text", "https://localhost"),
    ("discovery", ("oidc", "oauth", "none"), "oidc"),
    ("device_authorization_endpoint", "text", None),
    ("token_endpoint", "text", None),
    ("jwks_uri", "text", None),
    ("identity_source", ("id_token", "userinfo", "introspection", "access_token_jwt", "api"),
     "id_token"),
    ("userinfo_endpoint", "text", None),
    ("introspection_endpoint", "text", None),
    ("api_endpoint", "text", None),
    ("subject_claim", "text", None),
    ("resource", "text", None),
    ("access_token_audience", "text", None),
    ("client_id", "text", "test-client"),
    ("client_auth", ("auto", "none", "basic", "post", "secret_jwt", "private_key_jwt", "tls",
                     "tls_self_signed"), "none"),
    ("basic_encoding", ("rfc", "raw"), "rfc"),
    ("send_client_id", ("always", "everywhere", "unauthenticated"), "always"),
    ("client_secret", "bytes", None),
    ("client_key", "bytes", None),
    ("client_key_passphrase", "bytes", None),
    ("client_certificate", "text", None),
    ("client_key_id", "text", None),
    ("assertion_alg", "text", None),
    ("assertion_aud", ("issuer", "token_endpoint"), "issuer"),
    ("assertion_typ", ("client-authentication+jwt", "JWT", "none"), "client-authentication+jwt"),
    ("scope", "text", "openid profile"),
    ("required_scopes", "list", []),
    ("initial_poll", "bool", False),
    ("max_age_s", "u32", 0),
    ("acr_values", "list", []),
    ("pkce", "bool", False),
    ("nonce", ("off", "optional", "required"), "off"),
    ("audience", "text", None),
    ("login_hint", "text", None),
    ("extra_params", "list", []),
    ("code_parameter", ("device_code", "code"), "device_code"),
    ("ca_file", "text", None),
    ("ca_path", "text", None),
    ("pinned_keys", "list", []),
    ("proxy", "text", None),
    ("proxy_credentials", "bytes", None),
    ("no_proxy", "list", []),
    ("connect_timeout_s", "u32", 5),
    ("timeout_s", "u32", 15),
    ("tls_min", ("1.2", "1.3"), "1.2"),
    ("ip", ("any", "4", "6"), "any"),
    ("endpoint_hosts", "list", []),
    ("endpoint_ports", "list", []),
    ("verification_hosts", "list", []),
    ("id_token_algs", "list", list(ALL_ALGS)),
    ("iss_aliases", "list", []),
    ("tenants", "list", []),
    ("trusted_audiences", "list", []),
    ("clock_skew_s", "u32", 60),
    ("iat_loose", "bool", False),
    ("hash_subject", "bool", False),
    ("revoke", ("no", "refresh_token", "yes"), "no"),
    ("revocation_endpoint", "text", None),
    ("qr_content", ("complete", "plain"), "complete"),
    ("qr_side_max", "u32", 73),
    ("wants", "wants", []),
    ("token", "bytes", None),
    ("jwks", "text", None),
    ("now", "i64", 0),
    ("signature_only", "bool", False),
)
REQUEST_FIELDS = tuple((name, kind) for name, kind, _ in REQUEST)
REQUEST_DEFAULTS = {name: value for name, _, value in REQUEST}
CHALLENGE_FIELDS = (
    ("verification_uri", "text"),
    ("user_code", "text"),
    ("expires_in_s", "u32"),
    ("qr_side", "u32"),
    ("qr_bits", "bytes"),
)
IDENTITY_FIELDS = (("issuer", "text"), ("subject", "text"), ("subject_hash", "text"),
                   ("claims", "claims"))
FAULT_FIELDS = (("code", CODES), ("text", "text"))
LEVELS = ("DEBUG", "WARNING")
LOG_FIELDS = (("level", LEVELS), ("text", "text"))
CLAIMS_FIELDS = (("claims", "text"),)

FIELDS = {
    "REQUEST": REQUEST_FIELDS,
    "PROCEED": (),
    "CHALLENGE": CHALLENGE_FIELDS,
    "IDENTITY": IDENTITY_FIELDS,
    "FAULT": FAULT_FIELDS,
    "LOG": LOG_FIELDS,
    "CLAIMS": CLAIMS_FIELDS,
}
