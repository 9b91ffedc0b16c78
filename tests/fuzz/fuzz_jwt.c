/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as an ID token. An input that begins with 's' holds the records header, claims and
 * access token, which are signed here; any other is a token as it stands, held against the keys of
 * the unit tests. Promises: no token is accepted that nobody signed, nor a second spelling of one
 * that was; what is accepted satisfies OIDC Core section 3.1.3.7; what crosses to the module is
 * what was signed; no fault holds a token.
 */
#include "fuzz_jwt.h"
#include "base64.h"
#include "fuzz_known.h"

struct jwt_input {
	const struct po_request *request;
	const struct po_list *algs;
	const struct po_jwks *jwks;
	const char *id_token;
	const char *access_token;
};

/* What identify.c does with an ID token, keys apart. */
static bool verify(const struct jwt_input *in, struct po_identity *who, struct po_fault *f)
{
	const struct po_note note = {fuzz_take_note, NULL};
	const struct po_signed_terms terms = {PO_JWS_ID_TOKEN, in->algs, in->jwks};
	const struct po_moments at = {FUZZ_NOW - 60, FUZZ_NOW};
	struct po_signed s = {.key = NULL};
	struct po_facts facts = {.issuer = in->request->issuer};
	bool ok = po_signed_open(&terms, in->id_token, &s, f) == PO_VERIFY_OK &&
	          po_id_token_verify(&s, in->request, in->access_token, NULL, &at, f);

	if (ok) {
		facts.first = s.claims;
		facts.subject = po_json_string(po_json_get(s.claims, "sub"));
		ok = po_identity_read(in->request, &facts, who, &note, f);
	}
	po_signed_free(&s);
	return ok;
}

/* The decoder takes the one spelling of some bytes, and nothing else. */
static void check_spelling(const char *text, size_t len)
{
	char *exact = fuzz_exactly(text, len);
	struct po_buf bytes;
	struct po_buf again;

	po_buf_init(&bytes, 4 << 20);
	po_buf_init(&again, 8 << 20);
	if (po_base64url_decode(&bytes, exact, len)) {
		fuzz_b64url(&again, bytes.data, bytes.len);
		must(again.len == len && memcmp(po_buf_str(&again), text, len) == 0);
	}
	po_buf_free(&again);
	po_buf_free(&bytes);
	free(exact);
}

/* One part of a token that was accepted, as JSON; its text is read on up to the dot. */
static struct po_json *read_part(const char *text)
{
	struct po_json *doc;
	struct po_buf bytes;

	po_buf_init(&bytes, PO_LIMIT_TOKEN);
	must(po_base64url_decode(&bytes, text, strcspn(text, ".")));
	doc = fuzz_json_load(bytes.data, bytes.len);
	must(doc);
	po_buf_free(&bytes);
	return doc;
}

static void check_accepted(const struct jwt_input *in, struct po_identity *who)
{
	const char *payload = in->id_token + strcspn(in->id_token, ".") + 1;
	const char *signature = payload + strcspn(payload, ".") + 1;
	struct po_json *header = read_part(in->id_token);
	struct po_json *claims = read_part(payload);
	const struct po_json *hash = po_json_get(claims, "at_hash");

	must(in->jwks == signer || was_signed(in->id_token));
	check_spelling(in->id_token, strcspn(in->id_token, "."));
	check_spelling(payload, strcspn(payload, "."));
	check_spelling(signature, strlen(signature));
	fuzz_jwt_check_header(header);
	fuzz_jwt_check_claims(claims);
	fuzz_jwt_check_identity(in->request, who, claims);
	if (hash && in->jwks == signer)
		must(in->access_token && po_json_string(hash) &&
		     fuzz_jwt_is_hash(po_json_string(hash), in->access_token));
	po_json_free(claims);
	po_json_free(header);
}

/* Any other last character spells another signature, or the same one a second time. */
static void try_spellings(const struct jwt_input *in)
{
	struct jwt_input other = *in;
	size_t len = strlen(in->id_token);
	char *token = strdup(in->id_token);

	must(token);
	other.id_token = token;
	for (unsigned bit = 0; bit < 6; bit++) {
		struct po_identity who = {.issuer = NULL};
		struct po_fault f = {0};

		token[len - 1] = fuzz_b64url_flip(in->id_token[len - 1], bit);
		must(!verify(&other, &who, &f));
	}
	free(token);
}

static void try_token(const char *token, const char *access_token, const struct po_jwks *keys)
{
	struct po_identity who = {.issuer = NULL};
	struct po_list algs = {0};
	struct po_fault f = {0};
	struct po_request r;
	const struct jwt_input in = {&r, &algs, keys, token, access_token};

	fuzz_jwt_request(&r);
	must(po_list_add_words(&algs, FUZZ_ALGS, 12));
	if (verify(&in, &who, &f)) {
		check_accepted(&in, &who);
		try_spellings(&in);
	} else {
		fuzz_check_fault(&f);
		must(f.code == PO_E_TOKEN && !who.issuer && !who.subject && !who.claims);
		must(strlen(token) < 32 || !strstr(f.text, token));
	}
	po_identity_free(&who);
	po_list_free(&algs);
	po_request_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool make = size > 0 && data[0] == 's';
	struct fuzz_input in = {data + make, size - make};
	size_t header_len = 0;
	size_t claims_len = 0;
	char *header = fuzz_record(&in, &header_len);
	char *claims = make ? fuzz_record(&in, &claims_len) : NULL;
	char *access_token = claims ? fuzz_record(&in, NULL) : NULL;
	char *token = claims ? fuzz_sign(header, header_len, claims, claims_len) : NULL;

	if (token)
		try_token(token, access_token, signer);
	else if (header)
		try_token(header, FUZZ_ACCESS_TOKEN, published);
	if (header)
		check_spelling(header, header_len);
	free(token);
	free(access_token);
	free(claims);
	free(header);
	return 0;
}
