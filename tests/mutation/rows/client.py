# SPDX-License-Identifier: BSD-2-Clause
"""The client's own side: how it authenticates, what it asks for besides, what it proves with."""

WORKER = "pam_oauth/worker"

ROWS = {
    f"{WORKER}/client.c": [
        ("EXT-20 what revokes may be all that signs", "return decide_alg(c, &c->revocation, doc,",
         "return decide_alg(c, &c->grant, doc,", "worker test_revocation"),
        ("RFC 8414 introspection has its algorithm", "return decide_alg(c, p, doc, "
         '"introspection_endpoint_auth_signing_alg_values_supported", f);',
         "return decide_alg(c, p, doc, TOKEN_ALGS, f);", "worker test_introspection"),
        ("RFC 8414 an endpoint has a list of its own", "return po_json_is_array(list)",
         "return false", "worker test_revocation"),
        ("4.3 configured wins over announced", "if (r->client_auth != PO_AUTH_AUTO)",
         "if (false)", "unit client"),
        ("4.3 only what the files allow", "if (can(r, ways[i].method) && ", "if (", "unit client"),
        ("RFC 8414 basic is the default", "return PO_AUTH_BASIC;", "return PO_AUTH_POST;",
         "unit client"),
        ("CAU-9 a certificate needs its key", "return r->client_key.data && r->client_certificate;",
         "return r->client_key.data;", "unit client"),
        ("CAU-5 a secret has a length", "return octets > 0 && c->request->client_secret.len >= "
         "octets;", "return octets > 0;", "unit client"),
        ("CAU-5 a key algorithm is not for secrets", "return octets > 0 && c->request",
         "return c->request", "unit client"),
        ("CAU-6 what is configured is what signs", "configured ? strcmp(configured, algs[i]) == 0",
         "configured ? true", "unit client"),
        ("GEN-1 a method has its credentials", "return has_credentials(request, c->grant.method, f) && ",
         "return ", "unit client"),
        ("INT-1 introspection has a method", "if (p->method == PO_AUTH_NONE)",
         "if (false)", "unit discovery_read"),
    ],
    f"{WORKER}/client_key.c": [
        ("CAU-6 RSA of 2048 bits", "bits >= PO_RSA_BITS_MIN &&", "bits >= 512 &&",
         "unit client_key"),
        ("CAU-6 ES256 is P-256", 'strcmp(group, "prime256v1") == 0', "group[0]",
         "unit client_key"),
        ("CAU-6 EdDSA is Ed25519", 'return strcmp(alg, "EdDSA") == 0 && EVP_PKEY_is_a(key->pkey, '
         '"ED25519");', 'return strcmp(alg, "EdDSA") == 0;', "unit client_key"),
        ("CAU-6 only what fits signs", "ok = po_client_key_fits(key, alg) && ctx &&", "ok = ctx &&",
         "unit client_key"),
        ("CAU-6 PS256 is PSS", "alg[0] == 'P')", "false)", "worker test_client_assertions"),
        ("CAU-6 the salt of PSS", "RSA_PSS_SALTLEN_DIGEST", "RSA_PSS_SALTLEN_MAX",
         "worker test_client_assertions"),
        ("RFC 7518 3.4 R and S side by side", '(strcmp(alg, "ES256") == 0 ? add_raw(signature, n, '
         "out)", '(strcmp(alg, "none") == 0 ? add_raw(signature, n, out)',
         "worker test_client_assertions"),
        ("CAU-5 a secret as long as the hash", "return mac && secret->len >= mac->octets &&",
         "return mac &&", "unit client_key"),
    ],
    f"{WORKER}/assertion.c": [
        ("CAU-6 a jti has 128 bits", "po_nonce_add(&jti, PO_NONCE_OCTETS, f);",
         "po_nonce_add(&jti, 8, f);", "unit assertion"),
        ("CAU-6 an assertion ends soon", "now + PO_ASSERTION_LIFETIME_S}", "now + 86400}",
         "unit assertion"),
        ("CAU-6 sub is the client", '{"sub", c->request->client_id, 0},', '{"sub", c->audience, 0},',
         "unit assertion"),
        ("CAU-7 aud is there", '{"aud", c->audience, 0},', "", "unit assertion"),
        ("CAU-8 the type is told", 'return "client-authentication+jwt"; /* CAU-8 */',
         'return "JWT";', "unit assertion"),
    ],
    f"{WORKER}/nonce.c": [
        ("GEN-4 random numbers are bounded", "octets > sizeof(bytes) || ", "", "unit assertion"),
        ("GEN-4 nobody can guess them",
         "getrandom(bytes, octets, 0) != (ssize_t)octets)\n\t\treturn",
         "!memset(bytes, 7, octets))\n\t\treturn", "unit assertion"),
    ],
    f"{WORKER}/pkce.c": [
        ("DEV-8 32 octets", "#define VERIFIER_OCTETS 32", "#define VERIFIER_OCTETS 16",
         "unit assertion"),
    ],
    f"{WORKER}/revoke.c": [
        ("EXT-20 a worker that stays does not keep the second process",
         "alarm(request->remaining_ms / 1000 + ALARM_S);", "", "worker test_cancel"),
        ("EXT-20 nothing where nothing is wanted", "if (request->revoke == PO_REVOKE_NO)",
         "if (false)", "worker test_revocation"),
        ("EXT-20 an access token only where that is wanted",
         "(!refresh && request->revoke != PO_REVOKE_YES)", "false", "worker test_revocation"),
        ("EXT-20 the hint is true", 'refresh ? "refresh_token" : "access_token"', '"access_token"',
         "worker test_revocation"),
        ("EXT-20 the second process is locked down",
         "if (let_go(fd) && po_sandbox_enter(sandbox, &nobody, &f) && ", "if (let_go(fd) && ",
         "e2e second_process"),
        ("EXT-20 it does not hold the module's socket", "ok = dup2(null, i) == i;", "ok = true;",
         "e2e second_process"),
        # not here: its time (the deadline of the request and the alarm each suffice), and a message of no
        # bytes, which read_order refuses as well
    ],
}
