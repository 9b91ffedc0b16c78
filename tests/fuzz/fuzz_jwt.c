/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as an ID token. An input that begins with 's' holds the records header, claims and
 * access token, which are signed here; any other is a token as it stands, held against the keys of
 * the unit tests. Promises: no token is accepted that nobody signed; what is accepted satisfies
 * OIDC Core section 3.1.3.7; what crosses to the module is what was signed; no fault holds a token.
 */
#include "fuzz_jwt.h"
#include "base64.h"
#include "fuzz_known.h"

static void try_token(const char *token, const char *access_token, const struct po_jwks *keys)
{
	const struct po_note note = {fuzz_take_note, NULL};
	struct po_identity_input in = {.jwks = keys, .id_token = token, .now = FUZZ_NOW};
	struct po_identity who = {.issuer = NULL};
	struct po_fault f = {0};
	struct po_request r;
	struct po_list algs = {0};

	fuzz_jwt_request(&r);
	must(po_list_add_words(&algs, FUZZ_ALGS, 12));
	in.request = &r;
	in.algs = &algs;
	in.access_token = access_token;
	in.started = FUZZ_NOW - 60;
	if (po_identity_verify(&in, &who, &note, &f) == PO_VERIFY_OK) {
		const char *payload = token + strcspn(token, ".") + 1;
		struct po_json *claims;
		struct po_buf text;

		must(keys == signer || was_signed(token));
		po_buf_init(&text, PO_LIMIT_TOKEN);
		must(po_base64url_decode(&text, payload, strcspn(payload, ".")));
		claims = fuzz_json_load(text.data, text.len);
		must(claims);
		fuzz_jwt_check_claims(claims);
		fuzz_jwt_check_identity(&r, &who, claims);
		po_json_free(claims);
		po_buf_free(&text);
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
	free(token);
	free(access_token);
	free(claims);
	free(header);
	return 0;
}
