/* SPDX-License-Identifier: BSD-2-Clause */
/* Form and header of a token (IDT-1 to IDT-9), its signature (JWK-7), the hash of IDT-21. */
#include "jose.h"

#include <openssl/err.h>

#include "jws.h"
#include "po_list.h"

/* Every name that an administrator could write: what cannot be verified is refused all the same. */
#define ANY_ALG                                                                      \
	"RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519 Ed448 " \
	"none HS256 HS384 HS512 ES256K RS1"

static struct po_list algs_of(const char *words)
{
	struct po_list l = {0};

	assert_true(po_list_add_words(&l, words, 64));
	return l;
}

/* Signatures that others computed. */
static const struct {
	const char *name;
	const char *alg;
	const char *jwks;
	const char *token;
} published[] = {
        {"RFC 7515 appendix A.2", "RS256",
         "{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":"
         "\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1"
         "Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSH"
         "SXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_"
         "I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"}]}",
         "eyJhbGciOiJSUzI1NiJ9."
         "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
         "cnVlfQ."
         "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W"
         "2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkS"
         "jtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnv"
         "Wh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"},
        {"RFC 7515 appendix A.3", "ES256",
         "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
         "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
         "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}",
         "eyJhbGciOiJFUzI1NiJ9."
         "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
         "cnVlfQ."
         "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
        {"RFC 7515 appendix A.4", "ES512",
         "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-521\","
         "\"x\":\"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxc"
         "WceqwQGk\","
         "\"y\":\"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf6"
         "3e3kyMj2\"}]}",
         "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA."
         "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7Xdt"
         "AG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_"
         "Jn"},
        {"RFC 8037 appendix A.4", "EdDSA", RFC8037_JWKS,
         "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
         "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
};

/* Changes one bit of each octet in turn: nothing but the original may verify. */
static void expect_every_octet_to_count(const struct po_jws *j, const struct po_jwk *key,
                                        const char *name)
{
	char *input = strndup(j->input, j->input_len);
	struct po_jws changed = *j;

	assert_non_null(input);
	for (size_t i = 0; i < j->signature.len; i++) {
		j->signature.data[i] ^= 0x10;
		if (po_jws_verify(j, key))
			fail_msg("%s: verifies with octet %zu of the signature changed", name, i);
		j->signature.data[i] ^= 0x10;
	}
	changed.input = input;
	for (size_t i = 0; i < j->input_len; i++) {
		input[i] ^= 0x01;
		if (po_jws_verify(&changed, key))
			fail_msg("%s: verifies with octet %zu of the input changed", name, i);
		input[i] ^= 0x01;
	}
	assert_true(po_jws_verify(&changed, key));
	changed.input_len--;
	assert_false(po_jws_verify(&changed, key));
	changed = *j;
	changed.signature.len--;
	assert_false(po_jws_verify(&changed, key));
	changed.signature.len = 0;
	assert_false(po_jws_verify(&changed, key));
	free(input);
}

static void published_signatures_verify_and_changed_ones_do_not(void **state)
{
	struct po_list algs = algs_of(ANY_ALG);

	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		const struct po_jwk *keys[PO_LIMIT_CANDIDATE_KEYS];
		struct po_jwks *s = keys_of(published[i].jwks, strlen(published[i].jwks));
		struct po_fault f = {0};
		struct po_jws j;

		if (!po_jws_open(&j, PO_JWS_ID_TOKEN, published[i].token, &algs, &f))
			fail_msg("%s: %s", published[i].name, f.text);
		assert_string_equal(j.alg->name, published[i].alg);
		assert_null(j.kid);
		assert_int_equal(po_jwks_candidates(s, j.alg, NULL, keys), 1);
		if (!po_jws_verify(&j, keys[0]))
			fail_msg("%s does not verify", published[i].name);
		expect_every_octet_to_count(&j, keys[0], published[i].name);
		po_jws_free(&j);
		po_jwks_free(s);
	}
	po_list_free(&algs);
}

static const char *const all_algs[] = {"RS256", "RS384", "RS512", "PS256", "PS384",   "PS512",
                                       "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448"};
static const char *const all_kids[] = {"rsa", "p256", "p384", "p521", "ed25519", "ed448"};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A key of the set good.json by its kid, whatever algorithm asks. */
static const struct po_jwk *key_of(const struct po_jwks *s, const char *kid)
{
	const struct po_jwk *keys[PO_LIMIT_CANDIDATE_KEYS];

	for (size_t i = 0; i < COUNT(all_algs); i++)
		if (po_jwks_candidates(s, po_alg_find(all_algs[i]), kid, keys) == 1)
			return keys[0];
	fail_msg("no key %s", kid);
	return NULL;
}

/* JWK-7: twelve tokens, every algorithm that a header could have claimed, every key. */
static void only_the_right_key_and_algorithm_verify(void **state)
{
	struct po_list algs = algs_of(ANY_ALG);
	struct po_jwks *s = keys_of_file("good");

	(void)state;
	for (size_t t = 0; t < COUNT(all_algs); t++) {
		char name[40];
		struct po_fault f = {0};
		struct po_jws j;
		char *token;

		snprintf(name, sizeof(name), "ok-%s", all_algs[t]);
		token = data_read("jwt", name, "jwt", NULL);
		if (!po_jws_open(&j, PO_JWS_ID_TOKEN, token, &algs, &f))
			fail_msg("%s: %s", name, f.text);
		for (size_t a = 0; a < COUNT(all_algs); a++) {
			/* EdDSA is either of its curves: RFC 9864 */
			bool same = t == a || (t >= 9 && a == 9) || (t == 9 && a == 10);

			j.alg = po_alg_find(all_algs[a]);
			for (size_t k = 0; k < COUNT(all_kids); k++) {
				bool right = same && strcmp(j.kid, all_kids[k]) == 0;

				if (po_jws_verify(&j, key_of(s, all_kids[k])) != right)
					fail_msg("%s as %s with key %s", name, all_algs[a],
					         all_kids[k]);
			}
		}
		po_jws_free(&j);
		free(token);
	}
	po_jwks_free(s);
	po_list_free(&algs);
}

/* What a bad signature leaves in libcrypto's queue, libcurl would take for its own error. */
static void failures_leave_no_error_behind(void **state)
{
	static const char *const tokens[] = {"SRV-124-r-is-n",     "SRV-124-r-s-1",
	                                     "SRV-127-PSS-salt-0", "SRV-127-block-type-2",
	                                     "SRV-127-255-octets", "changed-after-signing"};
	struct po_list algs = algs_of(ANY_ALG);
	struct po_jwks *s = keys_of_file("good");

	(void)state;
	for (size_t i = 0; i < COUNT(tokens); i++) {
		char *token = data_read("jwt", tokens[i], "jwt", NULL);
		struct po_fault f = {0};
		struct po_jws j;

		if (!po_jws_open(&j, PO_JWS_ID_TOKEN, token, &algs, &f))
			fail_msg("%s: %s", tokens[i], f.text);
		if (po_jws_verify(&j, key_of(s, j.kid)))
			fail_msg("%s verifies", tokens[i]);
		if (ERR_peek_error() != 0)
			fail_msg("%s leaves an error", tokens[i]);
		po_jws_free(&j);
		free(token);
	}
	po_jwks_free(s);
	po_list_free(&algs);
}

#define PLAIN "{\"alg\":\"ES256\"}"

/* Headers: NULL = accepted, else what the fault says. */
static const struct {
	const char *name;
	const char *header;
	const char *fault;
} headers[] = {
        {"alg alone", PLAIN, NULL},
        {"typ JWT", "{\"alg\":\"ES256\",\"typ\":\"JWT\"}", NULL},
        {"IDT-6 typ jWt", "{\"alg\":\"ES256\",\"typ\":\"jWt\"}", NULL},
        {"IDT-6 typ application/jwt", "{\"alg\":\"ES256\",\"typ\":\"application/JWT\"}", NULL},
        {"unknown members", "{\"alg\":\"ES256\",\"x\":{\"alg\":\"none\"},\"iss\":\"y\"}", NULL},
        {"IDT-7 jku", "{\"alg\":\"ES256\",\"jku\":\"https://a.example/\"}", NULL},
        {"IDT-7 jwk", "{\"alg\":\"ES256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}", NULL},
        {"IDT-7 x5u", "{\"alg\":\"ES256\",\"x5u\":\"file:///etc/passwd\"}", NULL},
        {"IDT-7 x5c", "{\"alg\":\"ES256\",\"x5c\":[1,null]}", NULL},
        {"IDT-7 x5t", "{\"alg\":\"ES256\",\"x5t\":1,\"x5t#S256\":2}", NULL},
        {"blanks in the JSON", "\n{ \"alg\" : \"ES256\" }\r\n", NULL},
        {"SRV-120 none", "{\"alg\":\"none\"}", "alg is missing or names no acceptable"},
        {"SRV-120 None", "{\"alg\":\"None\"}", "alg is missing or names no acceptable"},
        {"SRV-120 nOnE", "{\"alg\":\"nOnE\"}", "alg is missing or names no acceptable"},
        {"SRV-121 HS256", "{\"alg\":\"HS256\"}", "alg is missing or names no acceptable"},
        {"SRV-121 HS512", "{\"alg\":\"HS512\"}", "alg is missing or names no acceptable"},
        {"SRV-123 blank", "{\"alg\":\"RS256 \"}", "alg is missing or names no acceptable"},
        {"SRV-123 lower case", "{\"alg\":\"es256\"}", "alg is missing or names no acceptable"},
        {"SRV-123 array", "{\"alg\":[\"RS256\"]}", "alg is missing or names no acceptable"},
        {"SRV-123 number", "{\"alg\":256}", "alg is missing or names no acceptable"},
        {"SRV-123 null", "{\"alg\":null}", "alg is missing or names no acceptable"},
        {"SRV-123 empty", "{\"alg\":\"\"}", "alg is missing or names no acceptable"},
        {"SRV-123 missing", "{}", "alg is missing or names no acceptable"},
        {"SRV-123 other case of the name", "{\"ALG\":\"ES256\"}", "alg is missing"},
        {"SRV-123 twice", "{\"alg\":\"ES256\",\"alg\":\"ES256\"}",
         "header: not acceptable as JSON"},
        {"ES256K", "{\"alg\":\"ES256K\"}", "alg is missing or names no acceptable"},
        {"RS1", "{\"alg\":\"RS1\"}", "alg is missing or names no acceptable"},
        {"SRV-131 crit", "{\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1}", "header has crit"},
        {"SRV-131 crit empty", "{\"alg\":\"ES256\",\"crit\":[]}", "header has crit"},
        {"SRV-131 crit null", "{\"alg\":\"ES256\",\"crit\":null}", "header has crit"},
        {"SRV-131 b64 false", "{\"alg\":\"ES256\",\"b64\":false}", "header has b64"},
        {"SRV-131 b64 true", "{\"alg\":\"ES256\",\"b64\":true}", "header has b64"},
        {"SRV-131 zip", "{\"alg\":\"ES256\",\"zip\":\"DEF\"}", "header has zip"},
        {"SRV-131 cty", "{\"alg\":\"ES256\",\"cty\":\"JWT\"}", "header has cty"},
        {"SRV-132 at+jwt", "{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}", "typ is not JWT"},
        {"SRV-132 AT+JWT", "{\"alg\":\"ES256\",\"typ\":\"AT+JWT\"}", "typ is not JWT"},
        {"SRV-132 logout+jwt", "{\"alg\":\"ES256\",\"typ\":\"logout+jwt\"}", "typ is not JWT"},
        {"SRV-132 empty", "{\"alg\":\"ES256\",\"typ\":\"\"}", "typ is not JWT"},
        {"SRV-132 null", "{\"alg\":\"ES256\",\"typ\":null}", "typ is not JWT"},
        {"SRV-132 number", "{\"alg\":\"ES256\",\"typ\":1}", "typ is not JWT"},
        {"SRV-132 longer", "{\"alg\":\"ES256\",\"typ\":\"JWT;v=1\"}", "typ is not JWT"},
        {"SRV-128 kid number", "{\"alg\":\"ES256\",\"kid\":1}", "kid is not a string"},
        {"SRV-128 kid null", "{\"alg\":\"ES256\",\"kid\":null}", "kid is not a string"},
        {"SRV-128 kid array", "{\"alg\":\"ES256\",\"kid\":[\"a\"]}", "kid is not a string"},
        {"SRV-35 kid with NUL", "{\"alg\":\"ES256\",\"kid\":\"a\\u0000b\"}",
         "not acceptable as JSON"},
        {"SRV-36 bad UTF-8", "{\"alg\":\"ES256\",\"x\":\"\xc0\xaf\"}", "not acceptable as JSON"},
        {"SRV-30 no JSON", "alg=ES256", "header: not acceptable as JSON"},
        {"SRV-30 trailing bytes", PLAIN "x", "header: not acceptable as JSON"},
        {"SRV-31 array", "[" PLAIN "]", "header: JSON document is not an object"},
        {"SRV-31 string", "\"ES256\"", "header: not acceptable as JSON"},
        {"SRV-32 deep",
         "{\"alg\":\"ES256\",\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]]}",
         "header: JSON nested deeper than 32"},
        {"blank", " ", "header: "},
};

static void headers_are_judged(void **state)
{
	struct po_list algs = algs_of(ANY_ALG);

	(void)state;
	for (size_t i = 0; i < COUNT(headers); i++) {
		char *token = token_unsigned(headers[i].header, "{\"sub\":\"secret-payload\"}");
		struct po_jws j = {.kid = token}; /* any mark: it must stay when the call fails */
		struct po_fault f = {0};
		bool ok = po_jws_open(&j, PO_JWS_ID_TOKEN, token, &algs, &f);

		if (ok != !headers[i].fault)
			fail_msg("%s: %s", headers[i].name, ok ? "accepted" : f.text);
		if (!ok && (f.code != PO_E_TOKEN || !strstr(f.text, headers[i].fault)))
			fail_msg("%s: %s", headers[i].name, f.text);
		if (!ok)
			assert_ptr_equal(j.kid, token);
		else
			po_jws_free(&j);
		free(token);
	}
	po_list_free(&algs);
}

/* SRV-133, SRV-134; H is {"alg":"ES256"}, P is {"sub":1}, both whole groups plus a rest. */
#define H "eyJhbGciOiJFUzI1NiJ9"
#define P "eyJzdWIiOjF9"

static const struct {
	const char *name;
	const char *token;
	const char *fault; /* NULL = accepted */
} forms[] = {
        {"three parts", H "." P ".AA", NULL},
        {"nothing at all", NULL, "there is none"},
        {"empty", "", "there is none"},
        {"one part", H, "not of three parts"},
        {"two parts", H "." P, "not of three parts"},
        {"four parts", H "." P ".AA.AA", "not of three parts"},
        {"JWE", H "." P ".AA.AA.AA", "encrypted tokens are not supported"},
        {"JWE with empty parts", H "....", "encrypted tokens are not supported"},
        {"six parts", H ".....", "not of three parts"},
        {"dots only", "..", "part 1 is empty"},
        {"no header", "." P ".AA", "part 1 is empty"},
        {"no payload", H "..AA", "part 2 is empty"},
        {"SRV-120 no signature", H "." P ".", "part 3 is empty"},
        {"JSON", "{\"payload\":\"" P "\"}", "not of three parts"},
        {"JSON with dots", "{\"a.b.c\":\"" P "\"}", "the header is not canonical"},
        {"blank before", " " H "." P ".AA", "the header is not canonical"},
        {"blank after", H "." P ".AA ", "the signature is not canonical"},
        {"newline after", H "." P ".AA\n", "the signature is not canonical"},
        {"newline inside", H "." P "\n.AA", "the payload is not canonical"},
        {"padding", H "." P ".AA==", "the signature is not canonical"},
        {"plus", H "." P ".A+AA", "the signature is not canonical"},
        {"slash", H "." P ".A/AA", "the signature is not canonical"},
        {"above ASCII", H "." P ".\xc3\xa9", "the signature is not canonical"},
        {"SRV-134 bits after the signature", H "." P ".AB", "the signature is not canonical"},
        {"SRV-134 bits after two octets", H "." P ".AAB", "the signature is not canonical"},
        {"SRV-134 bits after the payload", H ".e31.AA", "the payload is not canonical"},
        {"SRV-134 bits after the header", "e31." P ".AA", "the header is not canonical"},
        {"length 4n + 1", H "." P ".AAAAA", "the signature is not canonical"},
};

static void forms_are_judged(void **state)
{
	struct po_list algs = algs_of(ANY_ALG);

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		struct po_fault f = {0};
		struct po_jws j;
		bool ok = po_jws_open(&j, PO_JWS_ID_TOKEN, forms[i].token, &algs, &f);

		if (ok != !forms[i].fault)
			fail_msg("%s: %s", forms[i].name, ok ? "accepted" : f.text);
		if (!ok && (f.code != PO_E_TOKEN || !strstr(f.text, forms[i].fault)))
			fail_msg("%s: %s", forms[i].name, f.text);
		if (ok)
			po_jws_free(&j);
	}
	po_list_free(&algs);
}

static void the_parts_are_handed_out(void **state)
{
	struct po_list algs = algs_of("ES256");
	const char *token = "eyJhbGciOiJFUzI1NiIsImtpZCI6IiJ9." P ".AAEC";
	struct po_fault f = {0};
	struct po_jws j;

	(void)state;
	assert_true(po_jws_open(&j, PO_JWS_ID_TOKEN, token, &algs, &f));
	assert_string_equal(j.alg->name, "ES256");
	assert_string_equal(j.kid, ""); /* there, though empty: not the same as absent (JWK-3) */
	assert_ptr_equal(j.input, token);
	assert_int_equal(j.input_len, strlen(token) - strlen(".AAEC"));
	assert_string_equal(po_buf_str(&j.payload), "{\"sub\":1}");
	assert_int_equal(j.signature.len, 3);
	assert_memory_equal(j.signature.data, "\0\1\2", 3);
	po_jws_free(&j);
	po_jws_free(&j);
	po_jws_free(NULL);
	po_list_free(&algs);
}

/* IDT-4: the list decides, not what the program could do. */
static void only_listed_algorithms_are_taken(void **state)
{
	static const struct {
		const char *algs;
		bool ok;
	} rows[] = {{"ES256", true},   {"RS256 ES256", true}, {"RS256 RS384", false},
	            {"", false},       {"es256", false},      {"ES25", false},
	            {"ES256K", false}, {"ES2560", false},     {"EdDSA Ed25519", false}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_list algs = algs_of(rows[i].algs);
		struct po_fault f = {0};
		struct po_jws j;

		if (po_jws_open(&j, PO_JWS_ID_TOKEN, H "." P ".AA", &algs, &f) != rows[i].ok)
			fail_msg("algs \"%s\"", rows[i].algs);
		if (rows[i].ok)
			po_jws_free(&j);
		else
			assert_string_equal(f.text, "ID token: alg ES256 is not allowed");
		po_list_free(&algs);
	}
}

/* IDT-6, USI-6, INT-3, RFC 9068 section 4: what is said to be something else is not it. */
static void typ_fits_what_the_token_is_for(void **state)
{
	static const struct {
		const char *typ; /* JSON; NULL = missing */
		bool id_token, access_token;
	} rows[] = {
	        {NULL, true, false},
	        {"\"JWT\"", true, false},
	        {"\"jwt\"", true, false},
	        {"\"application/jwt\"", true, false},
	        {"\"APPLICATION/Jwt\"", true, false},
	        {"\"at+jwt\"", false, true},
	        {"\"AT+JWT\"", false, true},
	        {"\"application/at+jwt\"", false, true},
	        {"\"text/at+jwt\"", false, false},
	        {"\"application/application/jwt\"", false, false},
	        {"\"application/\"", false, false},
	        {"\"at+jwt \"", false, false},
	        {"\"at\"", false, false},
	        {"\"logout+jwt\"", false, false},
	        {"\"\"", false, false},
	        {"null", false, false},
	        {"5", false, false},
	        {"[\"at+jwt\"]", false, false},
	};
	struct po_list algs = algs_of("ES256");

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const bool ok[] = {[PO_JWS_ID_TOKEN] = rows[i].id_token,
		                   [PO_JWS_USERINFO] = rows[i].id_token,
		                   [PO_JWS_ACCESS_TOKEN] = rows[i].access_token};
		char *header = NULL;
		char *token;

		assert_true(asprintf(&header, "{\"alg\":\"ES256\"%s%s}",
		                     rows[i].typ ? ",\"typ\":" : "",
		                     rows[i].typ ? rows[i].typ : "") > 0);
		token = token_unsigned(header, "{}");
		for (unsigned kind = 0; kind < COUNT(ok); kind++) {
			const char *name = po_jws_name((enum po_jws_kind)kind);
			struct po_fault f = {0};
			struct po_jws j;

			if (po_jws_open(&j, (enum po_jws_kind)kind, token, &algs, &f) != ok[kind])
				fail_msg("%s as %s: %s", header, name, f.text);
			if (ok[kind])
				po_jws_free(&j);
			else if (strncmp(f.text, name, strlen(name)) != 0 ||
			         !strstr(f.text, "typ is not "))
				fail_msg("%s as %s: %s", header, name, f.text);
		}
		free(token);
		free(header);
	}
	po_list_free(&algs);
}

/* IDT-8, SRV-128 */
static void a_kid_has_at_most_256_bytes(void **state)
{
	static const struct {
		size_t len;
		bool ok;
	} rows[] = {{255, true}, {256, true}, {257, false}, {90000, false}, {1 << 20, false}};
	struct po_list algs = algs_of("ES256");

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *kid = malloc(rows[i].len + 1);
		char *header = NULL;
		struct po_fault f = {0};
		struct po_jws j;
		char *token;

		assert_non_null(kid);
		memset(kid, 'k', rows[i].len);
		kid[rows[i].len] = '\0';
		assert_true(asprintf(&header, "{\"alg\":\"ES256\",\"kid\":\"%s\"}", kid) > 0);
		token = token_unsigned(header, "{}");
		if (po_jws_open(&j, PO_JWS_ID_TOKEN, token, &algs, &f) != rows[i].ok)
			fail_msg("kid of %zu bytes: %s", rows[i].len, f.text);
		if (rows[i].ok) {
			assert_string_equal(j.kid, kid);
			po_jws_free(&j);
		}
		free(token);
		free(header);
		free(kid);
	}
	po_list_free(&algs);
}

/* LIM-7 */
static void a_token_has_at_most_128_kib(void **state)
{
	struct po_list algs = algs_of("ES256");
	const size_t most = PO_LIMIT_TOKEN;
	const size_t head = strlen(H "." P ".");
	char *token = malloc(most + 2);
	struct po_fault f = {0};
	struct po_jws j;

	(void)state;
	assert_non_null(token);
	assert_int_equal(most, 131072);
	assert_int_equal((most - head) % 4, 2); /* so that the signature may end there */
	memcpy(token, H "." P ".", head);
	memset(token + head, 'A', most + 1 - head);
	token[most] = '\0';
	assert_true(po_jws_open(&j, PO_JWS_ID_TOKEN, token, &algs, &f));
	po_jws_free(&j);
	token[most] = 'A';
	token[most + 1] = '\0';
	assert_false(po_jws_open(&j, PO_JWS_ID_TOKEN, token, &algs, &f));
	assert_string_equal(f.text, "ID token: longer than 131072 bytes");
	free(token);
	po_list_free(&algs);
}

#define ACCESS_TOKEN "dNZX1hEZ9wBCzNL40Upu646bdzQA.wfgvmE8VxjAudsnJc08sWJg-T~k"

/* IDT-21: OIDC Core appendix A.3 has the first; the others were computed with Python's hashlib. */
static const struct {
	const char *alg;
	const char *kid;
	const char *text;
	const char *hash;
} hashes[] = {
        {"RS256", "rsa", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ"},
        {"RS256", "rsa", ACCESS_TOKEN, "F_Yjo-aImZ2ZJ6uhm5AUVA"},
        {"RS384", "rsa", ACCESS_TOKEN, "3VLXKqyHNSxLvigW7RHHOatgBOJNfCTz"},
        {"RS512", "rsa", ACCESS_TOKEN, "_--wlo-U7kUlvA-ymEMLJX7wH9yj3JYbC93xDGz125c"},
        {"PS256", "rsa", ACCESS_TOKEN, "F_Yjo-aImZ2ZJ6uhm5AUVA"},
        {"PS384", "rsa", ACCESS_TOKEN, "3VLXKqyHNSxLvigW7RHHOatgBOJNfCTz"},
        {"PS512", "rsa", ACCESS_TOKEN, "_--wlo-U7kUlvA-ymEMLJX7wH9yj3JYbC93xDGz125c"},
        {"ES256", "p256", ACCESS_TOKEN, "F_Yjo-aImZ2ZJ6uhm5AUVA"},
        {"ES384", "p384", ACCESS_TOKEN, "3VLXKqyHNSxLvigW7RHHOatgBOJNfCTz"},
        {"ES512", "p521", ACCESS_TOKEN, "_--wlo-U7kUlvA-ymEMLJX7wH9yj3JYbC93xDGz125c"},
        {"EdDSA", "ed25519", ACCESS_TOKEN, "_--wlo-U7kUlvA-ymEMLJX7wH9yj3JYbC93xDGz125c"},
        {"Ed25519", "ed25519", ACCESS_TOKEN, "_--wlo-U7kUlvA-ymEMLJX7wH9yj3JYbC93xDGz125c"},
        {"EdDSA", "ed448", ACCESS_TOKEN,
         "8EqDgA7vNDnJCDMNHeVonRv_XANP7gO5B6PbfBdmCcEtBRZzoXoP0hYHGTUylcHHbMh1V96gUbh0"},
        {"Ed448", "ed448", ACCESS_TOKEN,
         "8EqDgA7vNDnJCDMNHeVonRv_XANP7gO5B6PbfBdmCcEtBRZzoXoP0hYHGTUylcHHbMh1V96gUbh0"},
        {"RS256", "rsa", "", "47DEQpj8HBSa-_TImW-5JA"},
};

static void the_left_half_of_the_hash(void **state)
{
	struct po_jwks *s = keys_of_file("good");

	(void)state;
	for (size_t i = 0; i < COUNT(hashes); i++) {
		struct po_buf b;
		char *text;

		po_buf_init(&b, 64);
		assert_true(po_jws_half_hash(po_alg_find(hashes[i].alg), key_of(s, hashes[i].kid),
		                             hashes[i].text, &b));
		text = b64url(b.data, b.len);
		if (strcmp(text, hashes[i].hash) != 0)
			fail_msg("%s: %s", hashes[i].alg, text);
		free(text);
		po_buf_free(&b);
		po_buf_init(&b, 1);
		assert_false(po_jws_half_hash(po_alg_find(hashes[i].alg), key_of(s, hashes[i].kid),
		                              hashes[i].text, &b));
		po_buf_free(&b);
	}
	po_jwks_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(published_signatures_verify_and_changed_ones_do_not),
	        cmocka_unit_test(only_the_right_key_and_algorithm_verify),
	        cmocka_unit_test(failures_leave_no_error_behind),
	        cmocka_unit_test(headers_are_judged),
	        cmocka_unit_test(forms_are_judged),
	        cmocka_unit_test(the_parts_are_handed_out),
	        cmocka_unit_test(only_listed_algorithms_are_taken),
	        cmocka_unit_test(typ_fits_what_the_token_is_for),
	        cmocka_unit_test(a_kid_has_at_most_256_bytes),
	        cmocka_unit_test(a_token_has_at_most_128_kib),
	        cmocka_unit_test(the_left_half_of_the_hash),
	};

	return cmocka_run_group_tests_name("jws", tests, NULL, NULL);
}
