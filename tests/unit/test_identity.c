/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From token to identity: every row of SRV-120 to SRV-151 that the token half decides, each as a
 * token that is right in everything else, and the claims that cross (IDN-12, IDN-13, LIM-10).
 */
#include "jose.h"

#include <dirent.h>

#include "identity.h"
#include "po_text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What make_tokens.py wrote into the tokens. */
#define NOW          1800000000
#define ISSUER       "https://sso.example.org/realms/main"
#define SUBJECT      "f1c8e2d4-0000-4a7e-9d3b-1b2c3d4e5f60"
#define ACCESS_TOKEN "dNZX1hEZ9wBCzNL40Upu646bdzQA.wfgvmE8VxjAudsnJc08sWJg-T~k"

/* IDT-4, and a list that names whatever an administrator might write. */
#define DEFAULT_ALGS "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519"
#define ANY_ALG      DEFAULT_ALGS " Ed448 none None nOnE HS256 HS384 HS512 ES256K RS1 RS25 RS2560 rs256"

struct world {
	struct po_request request;
	struct po_list algs;
	struct po_jwks *jwks;
	char last_note[600];
	int notes;
};

static void take_note(void *ctx, const char *text)
{
	struct world *w = ctx;

	w->notes++;
	snprintf(w->last_note, sizeof(w->last_note), "%s", text);
}

static struct po_jwks *keys_of(const char *text, size_t len)
{
	const struct po_note nobody = {0};
	struct po_fault f = {0};
	struct po_json *doc = po_json_load(text, len, PO_E_TOKEN, &f);
	struct po_jwks *s = doc ? po_jwks_new(doc, &nobody, &f) : NULL;

	if (!s)
		fail_msg("keys: %s", f.text);
	po_json_free(doc);
	return s;
}

static void world_init(struct world *w, const char *algs, struct po_jwks *jwks)
{
	*w = (struct world){.jwks = jwks};
	w->request.issuer = strdup(ISSUER);
	w->request.client_id = strdup("ssh-login");
	w->request.clock_skew_s = 60;
	assert_true(po_list_add_words(&w->algs, algs, 64));
}

static void world_free(struct world *w)
{
	po_request_free(&w->request);
	po_list_free(&w->algs);
	po_jwks_free(w->jwks);
}

static enum po_verify verify(struct world *w, const char *token, struct po_identity *who,
			     struct po_fault *f)
{
	const struct po_identity_input in = {
		.request = &w->request,
		.algs = &w->algs,
		.jwks = w->jwks,
		.id_token = token,
		.access_token = ACCESS_TOKEN,
		.started = NOW - 60,
		.now = NOW,
	};
	const struct po_note note = {take_note, w};

	return po_identity_verify(&in, who, &note, f);
}

enum { OK = PO_VERIFY_OK, NO_KEY = PO_VERIFY_NO_KEY, NO = PO_VERIFY_FAILED };

static const char no_alg[] = "alg is missing or names no acceptable algorithm";
static const char no_fit[] = "no key of the issuer fits alg";
static const char no_sig[] = "signature does not verify";
static const char no_usable[] = "the issuer publishes no usable key";
static const char three[] = "not of three parts";
static const char jwe[] = "encrypted ID tokens are not supported";
static const char spelling[] = "is not canonical base64url";
static const char typ[] = "typ is not JWT";
static const char kid[] = "kid is not a string";
static const char json[] = "not acceptable as JSON";

/* A token of jwt/, the keys of jwks/ (NULL = good), the verdict, a part of the fault. */
static const struct row {
	const char *token;
	const char *jwks;
	int verdict;
	const char *fault;
} rows[] = {
	{"ok-RS256", NULL, OK, NULL},
	{"ok-RS384", NULL, OK, NULL},
	{"ok-RS512", NULL, OK, NULL},
	{"ok-PS256", NULL, OK, NULL},
	{"ok-PS384", NULL, OK, NULL},
	{"ok-PS512", NULL, OK, NULL},
	{"ok-ES256", NULL, OK, NULL},
	{"ok-ES384", NULL, OK, NULL},
	{"ok-ES512", NULL, OK, NULL},
	{"ok-EdDSA", NULL, OK, NULL},
	{"ok-EdDSA-curve-448", NULL, OK, NULL},
	{"ok-Ed25519", NULL, OK, NULL},
	{"ok-Ed448", NULL, OK, NULL},
	{"ok-RS256-no-kid", "one-rsa", OK, NULL},
	{"ok-RS384-no-kid", "one-rsa", OK, NULL},
	{"ok-RS512-no-kid", "one-rsa", OK, NULL},
	{"ok-PS256-no-kid", "one-rsa", OK, NULL},
	{"ok-PS384-no-kid", "one-rsa", OK, NULL},
	{"ok-PS512-no-kid", "one-rsa", OK, NULL},
	{"ok-ES256-no-kid", "one-p256", OK, NULL},
	{"ok-ES384-no-kid", "one-p384", OK, NULL},
	{"ok-ES512-no-kid", "one-p521", OK, NULL},
	{"ok-EdDSA-no-kid", "one-ed25519", OK, NULL},
	{"ok-Ed25519-no-kid", "one-ed25519", OK, NULL},
	{"ok-Ed448-no-kid", "one-ed448", OK, NULL},
	{"ok-RS256-no-kid", "good", OK, NULL}, /* the only key that fits (JWK-3) */
	{"ok-EdDSA-no-kid", "good", NO_KEY, no_fit},
	{"ok-RS256", "one-rsa", NO_KEY, no_fit}, /* that key has no kid */
	{"ok-RS256", "one-p256", NO_KEY, no_fit},
	{"ok-EdDSA", "ok-alg-EdDSA", OK, NULL},
	{"ok-EdDSA-curve-448", "ok-alg-EdDSA", OK, NULL},
	{"ok-Ed25519", "ok-alg-EdDSA", OK, NULL},
	{"ok-EdDSA", "ok-alg-Ed25519", OK, NULL},
	{"ok-ES256", "ok-use-and-key_ops", OK, NULL},
	{"ok-ES256-s-begins-with-zero", NULL, OK, NULL},
	{"ok-RS256-signature-begins-with-zero", NULL, OK, NULL},
	{"changed-after-signing", NULL, NO_KEY, no_sig},
	{"wrong-at_hash-of-another-alg", NULL, NO, "at_hash is not that"},

	{"SRV-120-alg-none-empty-signature", NULL, NO, "part 3 is empty"},
	{"SRV-120-alg-none-capital-empty-signature", NULL, NO, "part 3 is empty"},
	{"SRV-120-alg-none-mixed-empty-signature", NULL, NO, "part 3 is empty"},
	{"SRV-120-alg-none-signed-RS256", NULL, NO, no_alg},
	{"SRV-120-alg-none-capital-signed-RS256", NULL, NO, no_alg},
	{"SRV-120-alg-none-mixed-signed-RS256", NULL, NO, no_alg},
	{"SRV-120-RS256-empty-signature", NULL, NO, "part 3 is empty"},
	{"SRV-120-RS256-one-zero-octet", NULL, NO_KEY, no_sig},

	{"SRV-121-HS256-with-PEM", NULL, NO, no_alg},
	{"SRV-121-HS256-with-PEM-no-newline", NULL, NO, no_alg},
	{"SRV-121-HS256-with-PEM-PKCS1", NULL, NO, no_alg},
	{"SRV-121-HS256-with-DER", NULL, NO, no_alg},
	{"SRV-121-HS256-with-DER-PKCS1", NULL, NO, no_alg},
	{"SRV-121-HS256-with-JWK-text", NULL, NO, no_alg},
	{"SRV-121-HS256-with-JWK-n", NULL, NO, no_alg},
	{"SRV-121-HS256-with-modulus", NULL, NO, no_alg},
	{"SRV-121-HS256-with-empty", NULL, NO, no_alg},
	{"SRV-121-HS384-with-PEM", NULL, NO, no_alg},
	{"SRV-121-HS512-with-PEM", NULL, NO, no_alg},
	{"SRV-121-oct", "SRV-121-oct", NO, no_alg},

	{"SRV-122-RS256-under-kid-of-EC", NULL, NO_KEY, no_fit},
	{"SRV-122-ES256-under-kid-of-RSA", NULL, NO_KEY, no_fit},
	{"SRV-122-PS256-under-kid-of-Ed25519", NULL, NO_KEY, no_fit},
	{"SRV-122-EdDSA-under-kid-of-RSA", NULL, NO_KEY, no_fit},
	{"SRV-122-Ed448-name-Ed25519-key", NULL, NO_KEY, no_fit},

	{"SRV-123-alg-trailing-blank", NULL, NO, no_alg},
	{"SRV-123-alg-array", NULL, NO, no_alg},
	{"SRV-123-alg-number", NULL, NO, no_alg},
	{"SRV-123-alg-null", NULL, NO, no_alg},
	{"SRV-123-alg-empty", NULL, NO, no_alg},
	{"SRV-123-alg-lower-case", NULL, NO, no_alg},
	{"SRV-123-alg-list", NULL, NO, no_alg},
	{"SRV-123-alg-object", NULL, NO, no_alg},
	{"SRV-123-alg-RS1", NULL, NO, no_alg},
	{"SRV-123-alg-ES256K", NULL, NO, no_alg},
	{"SRV-123-alg-prefix", NULL, NO, no_alg},
	{"SRV-123-alg-longer", NULL, NO, no_alg},
	{"SRV-123-alg-missing", NULL, NO, no_alg},
	{"SRV-123-alg-twice", NULL, NO, json},

	{"SRV-124-r0-s0", NULL, NO_KEY, no_sig},
	{"SRV-124-r0", NULL, NO_KEY, no_sig},
	{"SRV-124-s0", NULL, NO_KEY, no_sig},
	{"SRV-124-r-is-n", NULL, NO_KEY, no_sig},
	{"SRV-124-s-is-n", NULL, NO_KEY, no_sig},
	{"SRV-124-r-s-are-n", NULL, NO_KEY, no_sig},
	{"SRV-124-r-s-all-ones", NULL, NO_KEY, no_sig},
	{"SRV-124-r-s-1", NULL, NO_KEY, no_sig},
	{"SRV-124-swapped", NULL, NO_KEY, no_sig},
	{"SRV-124-63-octets", NULL, NO_KEY, no_sig},
	{"SRV-124-65-octets-zero-before", NULL, NO_KEY, no_sig},
	{"SRV-124-65-octets-zero-between", NULL, NO_KEY, no_sig},
	{"SRV-124-66-octets", NULL, NO_KEY, no_sig},
	{"SRV-124-DER", NULL, NO_KEY, no_sig},
	{"SRV-124-ES512-r-plus-n", NULL, NO_KEY, no_sig},
	{"SRV-124-ES512-s-plus-n", NULL, NO_KEY, no_sig},

	{"SRV-125-ES256", NULL, OK, NULL}, /* so that the rows below fail for their keys alone */
	{"SRV-125-ES256", "SRV-125-off-curve", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-zero-zero", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-y-is-zero", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-x-31-octets", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-x-33-octets", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-y-33-octets", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-split-elsewhere", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-y-missing", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-x-not-a-string", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-x-with-padding", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-curve-names-P-384", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-curve-unknown", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-curve-lower-case", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-curve-missing", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-kty-OKP", NO_KEY, no_usable},
	{"SRV-125-ES256", "SRV-125-kty-lower-case", NO_KEY, no_usable},
	{"SRV-125-short-x", "ok-short-x", OK, NULL},
	{"SRV-125-short-x", "SRV-125-short-x", NO_KEY, no_usable},
	{"SRV-125-ES512", NULL, OK, NULL},
	{"SRV-125-ES512", "SRV-125-x-plus-p", NO_KEY, no_usable},
	{"SRV-125-ES384-by-P-256", NULL, NO_KEY, no_fit},
	{"SRV-125-EdDSA", NULL, OK, NULL},
	{"SRV-125-EdDSA", "SRV-125-Ed25519-31-octets", NO_KEY, no_usable},
	{"SRV-125-EdDSA", "SRV-125-Ed25519-33-octets", NO_KEY, no_usable},
	{"SRV-125-EdDSA", "SRV-125-Ed25519-empty-octets", NO_KEY, no_usable},
	{"SRV-125-EdDSA", "SRV-125-Ed25519-named-X25519", NO_KEY, no_usable},
	{"SRV-125-EdDSA", "SRV-125-Ed25519-named-Ed448", NO_KEY, no_usable},
	{"ok-Ed448", "SRV-125-Ed448-56-octets", NO_KEY, no_usable},
	{"ok-Ed448", "SRV-125-Ed448-58-octets", NO_KEY, no_usable},

	{"SRV-126-512-bits", "SRV-126-512-bits", NO_KEY, no_usable},
	{"SRV-126-1024-bits", "SRV-126-1024-bits", NO_KEY, no_usable},
	{"SRV-126-1024-bits-and-zeros", "SRV-126-1024-bits-and-zeros", NO_KEY, no_usable},
	{"SRV-126-2047-bits", "SRV-126-2047-bits", NO_KEY, no_usable},
	{"ok-2048-bits-and-a-zero", "ok-2048-bits-and-a-zero", OK, NULL},
	{"ok-8192-bits", "ok-8192-bits", OK, NULL},
	{"SRV-126-8193-bits", "SRV-126-8193-bits", NO_KEY, no_usable},
	{"SRV-126-16384-bits", "SRV-126-16384-bits", NO_KEY, no_usable},
	{"SRV-126-e-0", "SRV-126-e-0", NO_KEY, no_usable},
	{"SRV-126-e-1", "SRV-126-e-1", NO_KEY, no_usable},
	{"SRV-126-e-2", "SRV-126-e-2", NO_KEY, no_usable},
	{"ok-e-3", "ok-e-3", OK, NULL},
	{"ok-e-2-to-32-minus-1", "ok-e-2-to-32-minus-1", OK, NULL},
	{"SRV-126-e-2-to-32-plus-1", "SRV-126-e-2-to-32-plus-1", NO_KEY, no_usable},
	{"SRV-126-e-2048-bits", "SRV-126-e-2048-bits", NO_KEY, no_usable},
	{"SRV-126-e-missing", "SRV-126-e-missing", NO_KEY, no_usable},
	{"SRV-126-n-missing", "SRV-126-n-missing", NO_KEY, no_usable},
	{"SRV-126-n-even", "SRV-126-n-even", NO_KEY, no_usable},
	{"SRV-126-n-a-number", "SRV-126-n-a-number", NO_KEY, no_usable},
	{"SRV-126-n-not-base64url", "SRV-126-n-not-base64url", NO_KEY, no_usable},

	{"SRV-127-slack-8-FF", NULL, NO_KEY, no_sig},
	{"SRV-127-slack-1-octet", NULL, NO_KEY, no_sig},
	{"SRV-127-wrong-OID", NULL, NO_KEY, no_sig},
	{"SRV-127-SHA-1", NULL, NO_KEY, no_sig},
	{"SRV-127-SHA-512-under-RS256", NULL, NO_KEY, no_sig},
	{"SRV-127-no-DigestInfo", NULL, NO_KEY, no_sig},
	{"SRV-127-no-NULL", NULL, NO_KEY, no_sig},
	{"SRV-127-junk-parameters", NULL, NO_KEY, no_sig},
	{"SRV-127-fill-not-FF", NULL, NO_KEY, no_sig},
	{"SRV-127-block-type-2", NULL, NO_KEY, no_sig},
	{"SRV-127-block-type-0", NULL, NO_KEY, no_sig},
	{"SRV-127-PSS-under-RS256", NULL, NO_KEY, no_sig},
	{"SRV-127-PKCS1-under-PS256", NULL, NO_KEY, no_sig},
	{"SRV-127-PSS-salt-0", NULL, NO_KEY, no_sig},
	{"SRV-127-PSS-salt-20", NULL, NO_KEY, no_sig},
	{"SRV-127-PSS-salt-33", NULL, NO_KEY, no_sig},
	{"SRV-127-PSS-salt-longest", NULL, NO_KEY, no_sig},
	{"SRV-127-PSS-MGF1-SHA-1", NULL, NO_KEY, no_sig},
	{"SRV-127-PSS-MGF1-SHA-512", NULL, NO_KEY, no_sig},
	{"SRV-127-PSS-SHA-384-under-PS256", NULL, NO_KEY, no_sig},
	{"SRV-127-255-octets", NULL, NO_KEY, no_sig},
	{"SRV-127-257-octets", NULL, NO_KEY, no_sig},
	{"SRV-127-s-plus-n", NULL, NO_KEY, no_sig},

	{"SRV-128-kid-path", NULL, NO_KEY, no_fit},
	{"SRV-128-kid-SQL", NULL, NO_KEY, no_fit},
	{"SRV-128-kid-percent", NULL, NO_KEY, no_fit},
	{"SRV-128-kid-empty", NULL, NO_KEY, no_fit},
	{"SRV-128-kid-prefix", NULL, NO_KEY, no_fit},
	{"SRV-128-kid-upper-case", NULL, NO_KEY, no_fit},
	{"SRV-128-kid-number", NULL, NO, kid},
	{"SRV-128-kid-null", NULL, NO, kid},
	{"SRV-128-kid-array", NULL, NO, kid},
	{"SRV-128-kid-missing", "one-p256", OK, NULL},
	{"SRV-128-kid-missing", "SRV-128-two-candidates", NO_KEY, no_fit},

	{"SRV-129-kid-same", "SRV-129-right-key-second", OK, NULL},
	{"SRV-129-kid-same", "SRV-129-right-key-fourth", OK, NULL},
	{"SRV-129-kid-same", "SRV-129-right-key-fifth", NO_KEY, no_sig},
	{"SRV-129-kid-same", "SRV-129-right-key-after-other-types", OK, NULL},

	{"SRV-130-jku-of-another", NULL, NO_KEY, no_sig},
	{"SRV-130-x5u-of-another", NULL, NO_KEY, no_sig},
	{"SRV-130-jwk-of-another", NULL, NO_KEY, no_sig},
	{"SRV-130-x5c-of-another", NULL, NO_KEY, no_sig},
	{"SRV-130-x5t-of-another", NULL, NO_KEY, no_sig},
	{"SRV-130-x5t-S256-of-another", NULL, NO_KEY, no_sig},
	{"ok-jku-ignored", NULL, OK, NULL},
	{"ok-x5u-ignored", NULL, OK, NULL},
	{"ok-jwk-ignored", NULL, OK, NULL},
	{"ok-x5c-ignored", NULL, OK, NULL},
	{"ok-x5t-ignored", NULL, OK, NULL},
	{"ok-x5t-S256-ignored", NULL, OK, NULL},

	{"SRV-131-crit-exp", NULL, NO, "header has crit"},
	{"SRV-131-crit-empty", NULL, NO, "header has crit"},
	{"SRV-131-crit-null", NULL, NO, "header has crit"},
	{"SRV-131-crit-b64", NULL, NO, "header has crit"},
	{"SRV-131-b64-false", NULL, NO, "header has b64"},
	{"SRV-131-b64-true", NULL, NO, "header has b64"},
	{"SRV-131-zip", NULL, NO, "header has zip"},
	{"SRV-131-zip-null", NULL, NO, "header has zip"},
	{"SRV-131-cty", NULL, NO, "header has cty"},
	{"SRV-131-cty-empty", NULL, NO, "header has cty"},

	{"SRV-132-typ-at+jwt", NULL, NO, typ},
	{"SRV-132-typ-logout+jwt", NULL, NO, typ},
	{"SRV-132-typ-dpop+jwt", NULL, NO, typ},
	{"SRV-132-typ-secevent+jwt", NULL, NO, typ},
	{"SRV-132-typ-token-introspection+jwt", NULL, NO, typ},
	{"SRV-132-typ-client-authentication+jwt", NULL, NO, typ},
	{"SRV-132-typ-application_at+jwt", NULL, NO, typ},
	{"SRV-132-typ-JWE", NULL, NO, typ},
	{"SRV-132-typ-JWT-blank", NULL, NO, typ},
	{"SRV-132-typ-empty", NULL, NO, typ},
	{"SRV-132-typ-null", NULL, NO, typ},
	{"SRV-132-typ-array", NULL, NO, typ},
	{"ok-typ-lower-case", NULL, OK, NULL},
	{"ok-typ-title-case", NULL, OK, NULL},
	{"ok-typ-application", NULL, OK, NULL},
	{"ok-typ-application-upper-case", NULL, OK, NULL},
	{"ok-typ-absent", NULL, OK, NULL},

	{"SRV-133-JWE", NULL, NO, jwe},
	{"SRV-133-JWE-empty-parts", NULL, NO, jwe},
	{"SRV-133-JSON-flattened", NULL, NO, three},
	{"SRV-133-JSON-general", NULL, NO, three},
	{"SRV-133-1-part", NULL, NO, three},
	{"SRV-133-2-parts", NULL, NO, three},
	{"SRV-133-4-parts", NULL, NO, three},
	{"SRV-133-dot-at-end", NULL, NO, three},
	{"SRV-133-dot-at-start", NULL, NO, three},
	{"SRV-133-percent", NULL, NO, three},
	{"SRV-133-dots-only", NULL, NO, "part 1 is empty"},
	{"SRV-133-empty-header", NULL, NO, "part 1 is empty"},
	{"SRV-133-empty-payload", NULL, NO, "part 2 is empty"},
	{"SRV-133-blank-before", NULL, NO, spelling},
	{"SRV-133-blank-after", NULL, NO, spelling},
	{"SRV-133-blank-signed-too", NULL, NO, spelling},
	{"SRV-133-newline-after", NULL, NO, spelling},
	{"SRV-133-newline-inside", NULL, NO, spelling},
	{"SRV-133-CRLF-after", NULL, NO, spelling},
	{"SRV-133-tab-inside", NULL, NO, spelling},
	{"SRV-133-Bearer", NULL, NO, spelling},
	{"SRV-133-quoted", NULL, NO, spelling},
	{"SRV-133-padding-in-signature", NULL, NO, spelling},
	{"SRV-133-padding-in-header", NULL, NO, spelling},
	{"SRV-133-plus-or-slash", NULL, NO, spelling},

	{"SRV-134-trailing-bits-in-header", NULL, NO, spelling},
	{"SRV-134-trailing-bits-in-payload", NULL, NO, spelling},
	{"SRV-134-trailing-bits-in-signature", NULL, NO, spelling},
	{"SRV-134-length-4n-plus-1", NULL, NO, spelling},

	{"SRV-135-our-key-another-iss", NULL, NO, "is not the configured issuer"},
	{"SRV-136-another-issuer", NULL, NO_KEY, no_sig},
	{"SRV-136-another-issuer-own-kid", NULL, NO_KEY, no_fit},
	{"SRV-136-another-key-our-iss", NULL, NO_KEY, no_sig},

	{"SRV-30-payload-not-JSON", NULL, NO, json},
	{"SRV-30-payload-truncated", NULL, NO, json},
	{"SRV-30-payload-trailing-bytes", NULL, NO, json},
	{"SRV-31-payload-array", NULL, NO, "payload: JSON document is not an object"},
	{"SRV-31-header-array", NULL, NO, "header: JSON document is not an object"},
	{"SRV-32-payload-deep", NULL, NO, "payload: JSON nested deeper than 32"},
	{"SRV-34-payload-sub-twice", NULL, NO, json},
	{"SRV-35-payload-NUL", NULL, NO, json},
	{"SRV-36-payload-bad-UTF-8", NULL, NO, json},
	{"SRV-36-header-bad-UTF-8", NULL, NO, json},
	{"SRV-37-payload-BOM", NULL, OK, NULL},

	{"ok-ES256", "SRV-151-private-EC", OK, NULL}, /* JWK-6: ignored, remarked */
	{"ok-RS256", "SRV-151-private-RSA", OK, NULL},
	{"ok-ES256", "SRV-151-use-enc", NO_KEY, no_usable},
	{"ok-ES256", "SRV-151-key_ops-sign", NO_KEY, no_usable},
	{"ok-ES256", "SRV-151-alg-ES384", NO_KEY, no_usable},
	{"ok-RS256", "SRV-151-alg-of-encryption", NO_KEY, no_usable},
	{"ok-RS256", "SRV-151-alg-PS256-only", NO_KEY, no_fit},
	{"ok-ES256", "SRV-151-oct", NO_KEY, no_usable},
};

/* IDT-25: neither a claim nor a piece of the token in the log of a login that failed early. */
static void expect_silent(const char *name, const char *token, const struct po_fault *f)
{
	const char *payload = strchr(token, '.');

	if (strstr(f->text, SUBJECT))
		fail_msg("%s: the fault names the subject: %s", name, f->text);
	for (; payload && strlen(payload) >= 12; payload += 12) {
		char piece[13];

		memcpy(piece, payload, 12);
		piece[12] = '\0';
		if (strstr(f->text, piece))
			fail_msg("%s: the fault quotes the token: %s", name, f->text);
	}
}

static void expect_row(const struct row *row)
{
	struct po_identity who = {.claim_count = 77}; /* a mark: untouched unless OK */
	struct po_fault f = {0};
	struct world w;
	size_t len;
	char *token = data_read("jwt", row->token, "jwt", NULL);
	char *jwks = data_read("jwks", row->jwks ? row->jwks : "good", "json", &len);
	enum po_verify verdict;

	world_init(&w, ANY_ALG, keys_of(jwks, len));
	verdict = verify(&w, token, &who, &f);
	if ((int)verdict != row->verdict)
		fail_msg("%s with %s: verdict %d: %s", row->token, row->jwks ? row->jwks : "good",
			 (int)verdict, f.text);
	if (verdict == PO_VERIFY_OK) {
		assert_string_equal(who.issuer, ISSUER);
		assert_string_equal(who.subject, SUBJECT);
		assert_true(po_identity_valid(&who, &w.request, &f));
		po_identity_free(&who);
	} else {
		if (f.code != PO_E_TOKEN || !strstr(f.text, row->fault))
			fail_msg("%s: %s", row->token, f.text);
		expect_silent(row->token, token, &f);
		assert_null(who.issuer);
		assert_int_equal(who.claim_count, 77);
	}
	world_free(&w);
	free(jwks);
	free(token);
}

static void every_token_gets_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect_row(&rows[i]);
}

static void every_token_is_in_the_table(void **state)
{
	static const char elsewhere[] = "SRV-123-alg-not-configured.jwt"; /* below */
	char path[1024];
	DIR *dir;

	(void)state;
	snprintf(path, sizeof(path), "%s/jwt", data_dir());
	dir = opendir(path);
	assert_non_null(dir);
	for (struct dirent *d; (d = readdir(dir));) {
		bool found = d->d_name[0] == '.' || strcmp(d->d_name, elsewhere) == 0;

		for (size_t i = 0; i < COUNT(rows) && !found; i++)
			found = strncmp(d->d_name, rows[i].token, strlen(rows[i].token)) == 0 &&
				strcmp(d->d_name + strlen(rows[i].token), ".jwt") == 0;
		if (!found)
			fail_msg("%s is in no row", d->d_name);
	}
	closedir(dir);
}

/* Without keys, form and header are still judged: what is wrong for good is not fetched for. */
static void without_keys_newer_ones_may_help(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_identity who = {0};
		struct po_fault f = {0};
		struct world w;
		char *token = data_read("jwt", rows[i].token, "jwt", NULL);
		enum po_verify verdict;

		world_init(&w, ANY_ALG, NULL);
		verdict = verify(&w, token, &who, &f);
		if (verdict == PO_VERIFY_OK)
			fail_msg("%s: accepted without a key", rows[i].token);
		if (rows[i].verdict != NO && verdict != PO_VERIFY_NO_KEY)
			fail_msg("%s: %s", rows[i].token, f.text);
		assert_int_equal(f.code, PO_E_TOKEN);
		assert_null(who.issuer);
		world_free(&w);
		free(token);
	}
}

/* SRV-150 */
static void an_empty_set_may_be_renewed(void **state)
{
	char *token = data_read("jwt", "ok-ES256", "jwt", NULL);
	struct po_identity who = {0};
	struct po_fault f = {0};
	struct world w;

	(void)state;
	world_init(&w, ANY_ALG, keys_of("{\"keys\":[]}", 11));
	assert_int_equal(verify(&w, token, &who, &f), PO_VERIFY_NO_KEY);
	assert_non_null(strstr(f.text, no_usable));
	world_free(&w);
	free(token);
}

/* IDT-4: what the list does not name is refused for good, though the signature is right. */
static void the_list_of_algorithms_decides(void **state)
{
	static const struct {
		const char *algs;
		const char *token;
		const char *fault; /* NULL = accepted */
	} cases[] = {
		{DEFAULT_ALGS, "ok-RS256", NULL},
		{DEFAULT_ALGS, "ok-PS512", NULL},
		{DEFAULT_ALGS, "ok-ES384", NULL},
		{DEFAULT_ALGS, "ok-EdDSA", NULL},
		{DEFAULT_ALGS, "ok-EdDSA-curve-448", NULL},
		{DEFAULT_ALGS, "ok-Ed25519", NULL},
		{DEFAULT_ALGS, "ok-Ed448", "alg Ed448 is not allowed"},
		{DEFAULT_ALGS, "SRV-121-HS256-with-PEM", no_alg},
		{DEFAULT_ALGS, "SRV-120-alg-none-signed-RS256", no_alg},
		{"ES256", "SRV-123-alg-not-configured", "alg RS256 is not allowed"},
		{"RS384 RS512 PS256", "SRV-123-alg-not-configured", "alg RS256 is not allowed"},
		{"RS256", "SRV-123-alg-not-configured", NULL},
		{"RS256", "ok-PS256", "alg PS256 is not allowed"},
		{"EdDSA", "ok-Ed25519", "alg Ed25519 is not allowed"},
		{"", "ok-RS256", "alg RS256 is not allowed"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct po_identity who = {0};
		struct po_fault f = {0};
		struct world w;
		size_t len;
		char *jwks = data_read("jwks", "good", "json", &len);
		char *token = data_read("jwt", cases[i].token, "jwt", NULL);
		enum po_verify verdict;

		world_init(&w, cases[i].algs, keys_of(jwks, len));
		verdict = verify(&w, token, &who, &f);
		if (verdict != (cases[i].fault ? PO_VERIFY_FAILED : PO_VERIFY_OK) ||
		    (cases[i].fault && !strstr(f.text, cases[i].fault)))
			fail_msg("\"%s\", %s: %s", cases[i].algs, cases[i].token, f.text);
		po_identity_free(&who);
		world_free(&w);
		free(token);
		free(jwks);
	}
}

/* Claims, signed on the spot. */

#define HEADER "{\"alg\":\"EdDSA\",\"kid\":\"rfc8037\"}"
#define BASE                                                                                       \
	"\"iss\":\"" ISSUER "\",\"aud\":\"ssh-login\",\"iat\":1799999995,\"exp\":1800000300"
#define WITH(x)   "{" BASE ",\"sub\":\"f1c8e2d4\"" x "}"
#define CLAIM(x)  WITH(",\"c\":" x)
#define NOT_SUB(x) "{" BASE x "}"

/* One row of 13.5 for each claim: the rows of test_id_token, through the whole way. */
static const struct {
	const char *name;
	const char *claims;
	const char *fault; /* NULL = accepted */
} claim_rows[] = {
	{"a right token", WITH(""), NULL},
	{"SRV-135 iss with a slash", "{\"iss\":\"" ISSUER "/\",\"sub\":\"a\"}", "configured issuer"},
	{"SRV-137 aud another",
	 "{\"iss\":\"" ISSUER "\",\"aud\":\"mail\",\"sub\":\"a\",\"iat\":1799999995,"
	 "\"exp\":1800000300}",
	 "aud does not contain the client"},
	{"SRV-138 azp another", WITH(",\"azp\":\"mail\""), "azp is not the client"},
	{"SRV-139 exp past",
	 "{\"iss\":\"" ISSUER "\",\"aud\":\"ssh-login\",\"sub\":\"a\",\"iat\":1799999900,"
	 "\"exp\":1799999940}",
	 "expired 60 s ago"},
	{"SRV-140 iat before the flow",
	 "{\"iss\":\"" ISSUER "\",\"aud\":\"ssh-login\",\"sub\":\"a\",\"iat\":1799999879,"
	 "\"exp\":1800000300}",
	 "iat is 61 s before this login"},
	{"SRV-141 nbf future", WITH(",\"nbf\":1800000061"), "not valid for another 61 s"},
	{"SRV-142 sub missing", NOT_SUB(""), "sub is missing"},
	{"SRV-142 sub with NUL", NOT_SUB(",\"sub\":\"alice\\u0000x\""), "not acceptable as JSON"},
	{"SRV-143 sub is the client", NOT_SUB(",\"sub\":\"ssh-login\""), "sub is the client"},
	{"SRV-143 idtyp app", WITH(",\"idtyp\":\"app\""), "idtyp is app"},
	{"SRV-144 a nonce that was not sent", WITH(",\"nonce\":\"x\""), NULL},
	{"SRV-145 at_hash wrong", WITH(",\"at_hash\":\"AAAAAAAAAAAAAAAAAAAAAA\""), "at_hash"},
	{"SRV-145 at_hash right, of SHA-512",
	 WITH(",\"at_hash\":\"_--wlo-U7kUlvA-ymEMLJX7wH9yj3JYbC93xDGz125c\""), NULL},
	{"SRV-145 at_hash of SHA-256", WITH(",\"at_hash\":\"F_Yjo-aImZ2ZJ6uhm5AUVA\""), "at_hash"},
	{"SRV-149 __proto__", WITH(",\"__proto__\":{\"sub\":\"root\"}"), NULL},
};

static void every_claim_is_judged_after_the_signature(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(claim_rows); i++) {
		char *token = token_signed(HEADER, claim_rows[i].claims);
		char *forged = token_unsigned(HEADER, claim_rows[i].claims);
		struct po_identity who = {0};
		struct po_fault f = {0};
		struct world w;
		enum po_verify verdict;

		world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, strlen(RFC8037_JWKS)));
		verdict = verify(&w, token, &who, &f);
		if (verdict != (claim_rows[i].fault ? PO_VERIFY_FAILED : PO_VERIFY_OK) ||
		    (claim_rows[i].fault && !strstr(f.text, claim_rows[i].fault)))
			fail_msg("%s: %s", claim_rows[i].name, f.text);
		po_identity_free(&who);

		/* IDT-25: without the signature, none of these claims is even read */
		assert_int_equal(verify(&w, forged, &who, &f), PO_VERIFY_NO_KEY);
		assert_non_null(strstr(f.text, no_sig));
		world_free(&w);
		free(forged);
		free(token);
	}
}

#define TEN(x)    x x x x x x x x x x
#define S250      TEN(TEN("ab")) TEN("abcde")

/*
 * The claim "c", or what the name says, read in one way. Of lists the rules name "admins", "ops"
 * and "a b". want: its kind; for a string, boolean, integer or list (joined by '|') its value.
 */
static const struct {
	const char *name;
	const char *claim;
	enum po_claim_read read;
	const char *claims;
	enum po_claim_kind kind;
	const char *value;
} reads[] = {
	{"string", "c", PO_READ_VALUE, CLAIM("\"alice\""), PO_CLAIM_STRING, "alice"},
	{"UTF-8 string", "c", PO_READ_VALUE, CLAIM("\"alic\xc3\xa9\""), PO_CLAIM_STRING,
	 "alic\xc3\xa9"},
	{"blanks only stay blanks", "c", PO_READ_VALUE, CLAIM("\"  \""), PO_CLAIM_STRING, "  "},
	{"string of 255 bytes", "c", PO_READ_VALUE, CLAIM("\"" S250 "12345\""), PO_CLAIM_STRING,
	 S250 "12345"},
	{"SRV-186 string of 256 bytes", "c", PO_READ_VALUE, CLAIM("\"" S250 "123456\""),
	 PO_CLAIM_INVALID, NULL},
	{"SRV-182 newline", "c", PO_READ_VALUE, CLAIM("\"a\\nb\""), PO_CLAIM_INVALID, NULL},
	{"C1 control", "c", PO_READ_VALUE, CLAIM("\"a\\u009bb\""), PO_CLAIM_INVALID, NULL},
	{"SRV-185 empty", "c", PO_READ_VALUE, CLAIM("\"\""), PO_CLAIM_ABSENT, NULL},
	{"SRV-185 null", "c", PO_READ_VALUE, CLAIM("null"), PO_CLAIM_ABSENT, NULL},
	{"absent", "c", PO_READ_VALUE, WITH(""), PO_CLAIM_ABSENT, NULL},
	{"SRV-185 array with one string", "c", PO_READ_VALUE, CLAIM("[\"alice\"]"),
	 PO_CLAIM_INVALID, NULL},
	{"object", "c", PO_READ_VALUE, CLAIM("{\"c\":\"alice\"}"), PO_CLAIM_INVALID, NULL},
	{"integer", "c", PO_READ_VALUE, CLAIM("1000"), PO_CLAIM_INTEGER, "1000"},
	{"largest integer", "c", PO_READ_VALUE, CLAIM("9223372036854775807"), PO_CLAIM_INTEGER,
	 "9223372036854775807"},
	{"negative integer", "c", PO_READ_VALUE, CLAIM("-1"), PO_CLAIM_INTEGER, "-1"},
	{"real, which could be rounded", "c", PO_READ_VALUE, CLAIM("1000.0"), PO_CLAIM_INVALID, NULL},
	{"true", "c", PO_READ_VALUE, CLAIM("true"), PO_CLAIM_BOOLEAN, "true"},
	{"false", "c", PO_READ_VALUE, CLAIM("false"), PO_CLAIM_BOOLEAN, "false"},
	{"SRV-146 auth_time", "auth_time", PO_READ_VALUE, WITH(",\"auth_time\":1799999990"),
	 PO_CLAIM_INTEGER, "1799999990"},
	{"SRV-146 auth_time missing", "auth_time", PO_READ_VALUE, WITH(""), PO_CLAIM_ABSENT, NULL},
	{"SRV-147 acr", "acr", PO_READ_VALUE, WITH(",\"acr\":\"urn:mace:gold\""), PO_CLAIM_STRING,
	 "urn:mace:gold"},
	{"SRV-147 acr of another type", "acr", PO_READ_VALUE, WITH(",\"acr\":[\"2\"]"),
	 PO_CLAIM_INVALID, NULL},
	{"SRV-147 amr of another type", "amr", PO_READ_LIST, WITH(",\"amr\":5"), PO_CLAIM_INVALID,
	 NULL},
	{"SRV-148 email_verified true", "email_verified", PO_READ_VALUE,
	 WITH(",\"email_verified\":true"), PO_CLAIM_BOOLEAN, "true"},
	{"SRV-148 email_verified false", "email_verified", PO_READ_VALUE,
	 WITH(",\"email_verified\":false"), PO_CLAIM_BOOLEAN, "false"},
	{"SRV-148 email_verified a string", "email_verified", PO_READ_VALUE,
	 WITH(",\"email_verified\":\"yes\""), PO_CLAIM_STRING, "yes"},
	{"SRV-148 email_verified a number", "email_verified", PO_READ_VALUE,
	 WITH(",\"email_verified\":1"), PO_CLAIM_INTEGER, "1"},
	{"SRV-148 email_verified absent", "email_verified", PO_READ_VALUE, WITH(""),
	 PO_CLAIM_ABSENT, NULL},
	{"IDN-12 name with colons and slashes", "https://example.org/name", PO_READ_VALUE,
	 WITH(",\"https://example.org/name\":\"x\""), PO_CLAIM_STRING, "x"},
	{"IDN-12 name with dots", "a.b", PO_READ_VALUE, WITH(",\"a.b\":\"x\",\"a\":{\"b\":\"y\"}"),
	 PO_CLAIM_STRING, "x"},
	{"IDN-12 pointer", "/a/b", PO_READ_VALUE, WITH(",\"a\":{\"b\":\"y\"},\"/a/b\":\"x\""),
	 PO_CLAIM_STRING, "y"},
	{"IDN-12 pointer, a step missing", "/a/c", PO_READ_VALUE, WITH(",\"a\":{\"b\":\"y\"}"),
	 PO_CLAIM_ABSENT, NULL},
	{"IDN-12 pointer into an array", "/a/0", PO_READ_VALUE, WITH(",\"a\":[\"y\"]"),
	 PO_CLAIM_ABSENT, NULL},
	{"IDN-12 pointer with escapes", "/x~1y/p~0q", PO_READ_VALUE,
	 WITH(",\"x/y\":{\"p~q\":\"z\"}"), PO_CLAIM_STRING, "z"},
	{"a wanted iss", "iss", PO_READ_VALUE, WITH(""), PO_CLAIM_STRING, ISSUER},

	{"list", "c", PO_READ_LIST, CLAIM("[\"users\",\"ops\",\"admins\"]"), PO_CLAIM_LIST,
	 "ops|admins"},
	{"only named values cross", "c", PO_READ_LIST, CLAIM("[\"users\",\"Ops\",\"op\",\"ops \"]"),
	 PO_CLAIM_LIST, ""},
	{"a value twice crosses once", "c", PO_READ_LIST, CLAIM("[\"ops\",\"x\",\"ops\"]"),
	 PO_CLAIM_LIST, "ops"},
	{"empty list", "c", PO_READ_LIST, CLAIM("[]"), PO_CLAIM_LIST, ""},
	{"empty member", "c", PO_READ_LIST, CLAIM("[\"\",\"ops\"]"), PO_CLAIM_LIST, "ops"},
	{"string as a list of one", "c", PO_READ_LIST, CLAIM("\"ops\""), PO_CLAIM_LIST, "ops"},
	{"other string as a list of one", "c", PO_READ_LIST, CLAIM("\"users\""), PO_CLAIM_LIST, ""},
	{"IDN-13 string with commas is not split", "c", PO_READ_LIST, CLAIM("\"ops,admins\""),
	 PO_CLAIM_LIST, ""},
	{"IDN-13 string with blanks is not split", "c", PO_READ_LIST, CLAIM("\"a b\""),
	 PO_CLAIM_LIST, "a b"},
	{"empty string", "c", PO_READ_LIST, CLAIM("\"\""), PO_CLAIM_ABSENT, NULL},
	{"string with a newline", "c", PO_READ_LIST, CLAIM("\"ops\\n\""), PO_CLAIM_INVALID, NULL},
	{"list absent", "c", PO_READ_LIST, WITH(""), PO_CLAIM_ABSENT, NULL},
	{"list null", "c", PO_READ_LIST, CLAIM("null"), PO_CLAIM_ABSENT, NULL},
	{"SRV-149 with a number", "c", PO_READ_LIST, CLAIM("[\"ops\",5]"), PO_CLAIM_INVALID, NULL},
	{"SRV-149 with null", "c", PO_READ_LIST, CLAIM("[\"ops\",null]"), PO_CLAIM_INVALID, NULL},
	{"SRV-149 nested", "c", PO_READ_LIST, CLAIM("[[\"ops\"]]"), PO_CLAIM_INVALID, NULL},
	{"SRV-149 with an object", "c", PO_READ_LIST, CLAIM("[\"ops\",{}]"), PO_CLAIM_INVALID, NULL},
	{"IDN-13 object is no list", "c", PO_READ_LIST, CLAIM("{\"ops\":1}"), PO_CLAIM_INVALID, NULL},
	{"number is no list", "c", PO_READ_LIST, CLAIM("5"), PO_CLAIM_INVALID, NULL},
	{"boolean is no list", "c", PO_READ_LIST, CLAIM("true"), PO_CLAIM_INVALID, NULL},
	{"LIM-10 a member of 255 bytes", "c", PO_READ_LIST, CLAIM("[\"ops\",\"" S250 "12345\"]"),
	 PO_CLAIM_LIST, "ops"},
	{"LIM-10 a member of 256 bytes", "c", PO_READ_LIST, CLAIM("[\"ops\",\"" S250 "123456\"]"),
	 PO_CLAIM_INVALID, NULL},

	{"words", "c", PO_READ_WORDS, CLAIM("\"users ops admins\""), PO_CLAIM_LIST, "ops|admins"},
	{"words with blanks around", "c", PO_READ_WORDS, CLAIM("\"  ops   admins \""), PO_CLAIM_LIST,
	 "ops|admins"},
	{"blanks only are no words", "c", PO_READ_WORDS, CLAIM("\"   \""), PO_CLAIM_LIST, ""},
	{"words are not split at commas", "c", PO_READ_WORDS, CLAIM("\"ops,admins\""),
	 PO_CLAIM_LIST, ""},
	{"words are not split at tabs", "c", PO_READ_WORDS, CLAIM("\"ops\\tadmins\""),
	 PO_CLAIM_LIST, ""},
	{"one word", "c", PO_READ_WORDS, CLAIM("\"ops\""), PO_CLAIM_LIST, "ops"},
	{"no words", "c", PO_READ_WORDS, CLAIM("\"\""), PO_CLAIM_ABSENT, NULL},
	{"array is no words", "c", PO_READ_WORDS, CLAIM("[\"ops\"]"), PO_CLAIM_INVALID, NULL},
	{"LIM-10 a word of 255 bytes", "c", PO_READ_WORDS, CLAIM("\"ops " S250 "12345\""),
	 PO_CLAIM_LIST, "ops"},
	{"LIM-10 a word of 256 bytes", "c", PO_READ_WORDS, CLAIM("\"ops " S250 "123456\""),
	 PO_CLAIM_INVALID, NULL},

	{"keys", "c", PO_READ_KEYS, CLAIM("{\"users\":{},\"ops\":{\"1\":\"x\"}}"), PO_CLAIM_LIST,
	 "ops"},
	{"keys of an empty object", "c", PO_READ_KEYS, CLAIM("{}"), PO_CLAIM_LIST, ""},
	{"keys, whatever their values", "c", PO_READ_KEYS, CLAIM("{\"ops\":false,\"admins\":null}"),
	 PO_CLAIM_LIST, "ops|admins"},
	{"array has no keys", "c", PO_READ_KEYS, CLAIM("[\"ops\"]"), PO_CLAIM_INVALID, NULL},
	{"string has no keys", "c", PO_READ_KEYS, CLAIM("\"ops\""), PO_CLAIM_INVALID, NULL},
	{"keys absent", "c", PO_READ_KEYS, WITH(""), PO_CLAIM_ABSENT, NULL},
	{"LIM-10 a key of 255 bytes", "c", PO_READ_KEYS, CLAIM("{\"ops\":1,\"" S250 "12345\":1}"),
	 PO_CLAIM_LIST, "ops"},
	{"LIM-10 a key of 256 bytes", "c", PO_READ_KEYS, CLAIM("{\"ops\":1,\"" S250 "123456\":1}"),
	 PO_CLAIM_INVALID, NULL},
};

static void add_want(struct po_request *r, const char *name, enum po_claim_read read)
{
	struct po_claim_want *want = po_request_add_want(r, name, read);

	assert_non_null(want);
	if (read == PO_READ_VALUE)
		return;
	assert_true(po_list_add(&want->values, "admins"));
	assert_true(po_list_add(&want->values, "ops"));
	assert_true(po_list_add(&want->values, "a b"));
}

/* The members of a list in any order are the same list: the order is the document's business. */
static bool same_list(const struct po_list *l, const char *joined)
{
	char *copy = strdup(joined);
	char *rest = copy;
	size_t n = 0;
	bool same = true;
	char *one;

	assert_non_null(copy);
	while ((one = strsep(&rest, "|")))
		if (*one) {
			same = same && po_list_has(l, one);
			n++;
		}
	free(copy);
	return same && n == l->count;
}

static bool same_value(const struct po_claim *c, const char *value)
{
	char digits[32];

	switch (c->kind) {
	case PO_CLAIM_ABSENT:
	case PO_CLAIM_INVALID:
		return !value && !c->string && c->list.count == 0;
	case PO_CLAIM_STRING:
		return strcmp(c->string, value) == 0;
	case PO_CLAIM_INTEGER:
		snprintf(digits, sizeof(digits), "%lld", (long long)c->integer);
		return strcmp(digits, value) == 0;
	case PO_CLAIM_BOOLEAN:
		return strcmp(c->boolean ? "true" : "false", value) == 0;
	case PO_CLAIM_LIST:
		return same_list(&c->list, value);
	}
	return false;
}

static void wanted_claims_cross_as_what_they_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(reads); i++) {
		char *token = token_signed(HEADER, reads[i].claims);
		struct po_identity who = {0};
		struct po_fault f = {0};
		struct world w;

		world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, strlen(RFC8037_JWKS)));
		add_want(&w.request, reads[i].claim, reads[i].read);
		if (verify(&w, token, &who, &f) != PO_VERIFY_OK)
			fail_msg("%s: %s", reads[i].name, f.text);
		assert_int_equal(who.claim_count, 1);
		if (who.claims[0].kind != reads[i].kind ||
		    !same_value(&who.claims[0], reads[i].value))
			fail_msg("%s: kind %d", reads[i].name, (int)who.claims[0].kind);
		if (!po_identity_valid(&who, &w.request, &f))
			fail_msg("%s: %s", reads[i].name, f.text);
		/* what was there but of no use is worth a line; a plain absence is not (JSN-6) */
		assert_int_equal(w.notes, reads[i].kind == PO_CLAIM_INVALID);
		po_identity_free(&who);
		world_free(&w);
		free(token);
	}
}

/* n members (of an array, of a text, of an object), the last of them "ops". */
static char *many_members(size_t n, enum po_claim_read read)
{
	struct po_buf b;

	po_buf_init(&b, 1 << 20);
	po_buf_add_str(&b, "{" BASE ",\"sub\":\"a\",\"c\":");
	po_buf_add_str(&b, read == PO_READ_LIST ? "[" : read == PO_READ_KEYS ? "{" : "\"");
	for (size_t i = 1; i < n; i++)
		po_buf_addf(&b,
			    read == PO_READ_LIST   ? "\"g%zu\","
			    : read == PO_READ_KEYS ? "\"g%zu\":0,"
						   : "g%zu ",
			    i);
	po_buf_add_str(&b, read == PO_READ_LIST   ? "\"ops\"]}"
			   : read == PO_READ_KEYS ? "\"ops\":0}}"
						  : "ops\"}");
	assert_false(b.failed);
	return po_buf_take(&b);
}

/* LIM-10, SRV-149 */
static void lists_have_at_most_1000_members(void **state)
{
	static const enum po_claim_read ways[] = {PO_READ_LIST, PO_READ_WORDS, PO_READ_KEYS};
	static const struct {
		size_t n;
		enum po_claim_kind kind;
	} sizes[] = {{1, PO_CLAIM_LIST},
		     {999, PO_CLAIM_LIST},
		     {1000, PO_CLAIM_LIST},
		     {1001, PO_CLAIM_INVALID},
		     {9000, PO_CLAIM_INVALID}};

	(void)state;
	for (size_t i = 0; i < COUNT(ways) * COUNT(sizes); i++) {
		enum po_claim_read way = ways[i / COUNT(sizes)];
		char *claims = many_members(sizes[i % COUNT(sizes)].n, way);
		char *token = token_signed(HEADER, claims);
		struct po_identity who = {0};
		struct po_fault f = {0};
		struct world w;

		world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, strlen(RFC8037_JWKS)));
		add_want(&w.request, "c", way);
		if (verify(&w, token, &who, &f) != PO_VERIFY_OK)
			fail_msg("%zu members: %s", sizes[i % COUNT(sizes)].n, f.text);
		if (who.claims[0].kind != sizes[i % COUNT(sizes)].kind)
			fail_msg("%zu members read as %d", sizes[i % COUNT(sizes)].n, (int)way);
		assert_int_equal(who.claims[0].list.count, who.claims[0].kind == PO_CLAIM_LIST);
		po_identity_free(&who);
		world_free(&w);
		free(token);
		free(claims);
	}
}

/* One identity has one claim for each want, in their order, also where nothing was found. */
static void claims_keep_the_order_of_the_wants(void **state)
{
	char *token = token_signed(HEADER, WITH(",\"x\":\"1\",\"y\":2,\"g\":[\"ops\"]"));
	struct po_identity who = {0};
	struct po_fault f = {0};
	struct world w;

	(void)state;
	world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, strlen(RFC8037_JWKS)));
	add_want(&w.request, "y", PO_READ_VALUE);
	add_want(&w.request, "none", PO_READ_VALUE);
	add_want(&w.request, "g", PO_READ_LIST);
	add_want(&w.request, "x", PO_READ_VALUE);
	add_want(&w.request, "g", PO_READ_VALUE);
	assert_int_equal(verify(&w, token, &who, &f), PO_VERIFY_OK);
	assert_int_equal(who.claim_count, 5);
	assert_int_equal(who.claims[0].kind, PO_CLAIM_INTEGER);
	assert_int_equal(who.claims[1].kind, PO_CLAIM_ABSENT);
	assert_int_equal(who.claims[2].kind, PO_CLAIM_LIST);
	assert_int_equal(who.claims[3].kind, PO_CLAIM_STRING);
	assert_int_equal(who.claims[4].kind, PO_CLAIM_INVALID);
	assert_string_equal(who.subject, "f1c8e2d4");
	po_identity_free(&who);
	world_free(&w);
	free(token);
}

/* IDT-26 */
static void distributed_claims_are_absent_and_remarked(void **state)
{
	char *token = token_signed(HEADER, WITH(",\"_claim_names\":{\"groups\":\"src1\"},"
						"\"_claim_sources\":{\"src1\":{\"endpoint\":"
						"\"https://graph.example/ops\"}}"));
	struct po_identity who = {0};
	struct po_fault f = {0};
	struct world w;

	(void)state;
	world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, strlen(RFC8037_JWKS)));
	add_want(&w.request, "groups", PO_READ_LIST);
	add_want(&w.request, "roles", PO_READ_LIST);
	assert_int_equal(verify(&w, token, &who, &f), PO_VERIFY_OK);
	assert_int_equal(who.claims[0].kind, PO_CLAIM_ABSENT);
	assert_int_equal(who.claims[1].kind, PO_CLAIM_ABSENT);
	assert_int_equal(w.notes, 1);
	assert_non_null(strstr(w.last_note, "groups"));
	assert_null(strstr(w.last_note, "graph.example"));
	po_identity_free(&who);
	world_free(&w);
	free(token);
}

/* LIM-7 through the whole way: a token of exactly so many bytes, rightly signed. */
static char *token_of(size_t len)
{
	size_t pad = len / 4 * 3 - 400;

	for (int blanks = 0; blanks < 4; blanks++) {
		char *header = NULL;
		char *claims = NULL;
		char *token;

		assert_true(asprintf(&header, HEADER "%*s", blanks, "") > 0);
		for (size_t p = pad; p < pad + 400; p++) {
			size_t body;

			assert_true(asprintf(&claims, WITH(",\"p\":\"%0*d\""), (int)p, 0) > 0);
			body = (strlen(claims) * 4 + 2) / 3;
			if ((strlen(header) * 4 + 2) / 3 + body + 2 + 86 == len)
				break;
			free(claims);
			claims = NULL;
		}
		token = claims ? token_signed(header, claims) : NULL;
		free(header);
		free(claims);
		if (token)
			return token;
	}
	fail_msg("no token of %zu bytes", len);
	return NULL;
}

static void a_token_of_128_kib_is_read(void **state)
{
	char *most = token_of(PO_LIMIT_TOKEN);
	char *more = token_of(PO_LIMIT_TOKEN + 1);
	struct po_identity who = {0};
	struct po_fault f = {0};
	struct world w;

	(void)state;
	assert_int_equal(strlen(most), PO_LIMIT_TOKEN);
	assert_int_equal(strlen(more), PO_LIMIT_TOKEN + 1);
	world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, strlen(RFC8037_JWKS)));
	if (verify(&w, most, &who, &f) != PO_VERIFY_OK)
		fail_msg("%s", f.text);
	po_identity_free(&who);
	assert_int_equal(verify(&w, more, &who, &f), PO_VERIFY_FAILED);
	assert_non_null(strstr(f.text, "longer than 131072 bytes"));
	world_free(&w);
	free(more);
	free(most);
}

/* A token answer without access token cannot satisfy an at_hash, and needs none (IDT-21). */
static void without_access_token_at_hash_fails(void **state)
{
	char *with = token_signed(HEADER, WITH(",\"at_hash\":\"AAAA\""));
	char *without = token_signed(HEADER, WITH(""));
	struct po_identity who = {0};
	struct po_fault f = {0};
	struct world w;
	struct po_identity_input in;

	(void)state;
	world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, strlen(RFC8037_JWKS)));
	in = (struct po_identity_input){.request = &w.request,
					.algs = &w.algs,
					.jwks = w.jwks,
					.id_token = with,
					.started = NOW - 60,
					.now = NOW};
	assert_int_equal(po_identity_verify(&in, &who, NULL, &f), PO_VERIFY_FAILED);
	assert_non_null(strstr(f.text, "at_hash"));
	in.id_token = without;
	assert_int_equal(po_identity_verify(&in, &who, NULL, &f), PO_VERIFY_OK);
	po_identity_free(&who);
	in.id_token = NULL;
	assert_int_equal(po_identity_verify(&in, &who, NULL, &f), PO_VERIFY_FAILED);
	assert_int_equal(f.code, PO_E_TOKEN);
	world_free(&w);
	free(without);
	free(with);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_token_gets_its_verdict),
		cmocka_unit_test(every_token_is_in_the_table),
		cmocka_unit_test(without_keys_newer_ones_may_help),
		cmocka_unit_test(an_empty_set_may_be_renewed),
		cmocka_unit_test(the_list_of_algorithms_decides),
		cmocka_unit_test(every_claim_is_judged_after_the_signature),
		cmocka_unit_test(wanted_claims_cross_as_what_they_are),
		cmocka_unit_test(lists_have_at_most_1000_members),
		cmocka_unit_test(claims_keep_the_order_of_the_wants),
		cmocka_unit_test(distributed_claims_are_absent_and_remarked),
		cmocka_unit_test(a_token_of_128_kib_is_read),
		cmocka_unit_test(without_access_token_at_hash_fails),
	};

	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
