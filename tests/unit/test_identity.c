/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From token to verdict: every row of SRV-120 to SRV-136 and SRV-150, 151, each as a token that is
 * right in everything but what its name says. What the claims decide: test_identity_claims.c.
 */
#include "identity_world.h"

#include <dirent.h>

enum { OK = PO_VERIFY_OK, NO_KEY = PO_VERIFY_NO_KEY, NO = PO_VERIFY_FAILED };

static const char no_alg[] = "alg is missing or names no acceptable algorithm";
static const char no_fit[] = "no key of the issuer fits alg";
static const char no_sig[] = "signature does not verify";
static const char no_usable[] = "the issuer publishes no usable key";
static const char three[] = "not of three parts";
static const char jwe[] = "encrypted tokens are not supported";
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
        {"SRV-124-65-octets-zero-after", NULL, NO_KEY, no_sig},
        {"SRV-124-66-octets", NULL, NO_KEY, no_sig},
        {"SRV-124-128-octets", NULL, NO_KEY, no_sig},
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
        {"ok-8192-bits-and-a-zero", "ok-8192-bits-and-a-zero", OK, NULL},
        {"SRV-126-8192-bits-and-two-zeros", "SRV-126-8192-bits-and-two-zeros", NO_KEY, no_usable},
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
	char *token = data_read("jwt", row->token, "jwt", NULL);
	enum po_verify verdict;

	world_init(&w, ANY_ALG, keys_of_file(row->jwks ? row->jwks : "good"));
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
		char *token = data_read("jwt", cases[i].token, "jwt", NULL);
		enum po_verify verdict;

		world_init(&w, cases[i].algs, keys_of_file("good"));
		verdict = verify(&w, token, &who, &f);
		if (verdict != (cases[i].fault ? PO_VERIFY_FAILED : PO_VERIFY_OK) ||
		    (cases[i].fault && !strstr(f.text, cases[i].fault)))
			fail_msg("\"%s\", %s: %s", cases[i].algs, cases[i].token, f.text);
		po_identity_free(&who);
		world_free(&w);
		free(token);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_token_gets_its_verdict),
	        cmocka_unit_test(every_token_is_in_the_table),
	        cmocka_unit_test(without_keys_newer_ones_may_help),
	        cmocka_unit_test(an_empty_set_may_be_renewed),
	        cmocka_unit_test(the_list_of_algorithms_decides),
	};

	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
