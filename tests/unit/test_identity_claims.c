/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Claims through the whole way: SRV-135 to SRV-149 in tokens signed on the spot, and what crosses
 * to the module (IDN-12, IDN-13, LIM-7, LIM-10).
 */
#include "identity_world.h"

#define HEADER     "{\"alg\":\"EdDSA\",\"kid\":\"rfc8037\"}"
#define BASE       "\"iss\":\"" ISSUER "\",\"aud\":\"ssh-login\",\"iat\":1799999995,\"exp\":1800000300"
#define WITH(x)    "{" BASE ",\"sub\":\"f1c8e2d4\"" x "}"
#define CLAIM(x)   WITH(",\"c\":" x)
#define NOT_SUB(x) "{" BASE x "}"

/* One row of 13.5 for each claim: the rows of test_id_token, through the whole way. */
static const struct {
	const char *name;
	const char *claims;
	const char *fault; /* NULL = accepted */
} claim_rows[] = {
        {"a right token", WITH(""), NULL},
        {"SRV-135 iss with a slash", "{\"iss\":\"" ISSUER "/\",\"sub\":\"a\"}",
         "configured issuer"},
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
        {"SRV-145 at_hash right, of SHA-256 (Glewlwyd signs so with EdDSA)",
         WITH(",\"at_hash\":\"F_Yjo-aImZ2ZJ6uhm5AUVA\""), NULL},
        {"SRV-145 at_hash of SHA-384", WITH(",\"at_hash\":\"3VLXKqyHNSxLvigW7RHHOatgBOJNfCTz\""),
         "at_hash"},
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

		world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, sizeof(RFC8037_JWKS) - 1));
		verdict = verify(&w, token, &who, &f);
		if (verdict != (claim_rows[i].fault ? PO_VERIFY_FAILED : PO_VERIFY_OK) ||
		    (claim_rows[i].fault && !strstr(f.text, claim_rows[i].fault)))
			fail_msg("%s: %s", claim_rows[i].name, f.text);
		po_identity_free(&who);

		/* IDT-25: without the signature, none of these claims is even read */
		assert_int_equal(verify(&w, forged, &who, &f), PO_VERIFY_NO_KEY);
		assert_non_null(strstr(f.text, "signature does not verify"));
		world_free(&w);
		free(forged);
		free(token);
	}
}

#define TEN(x) x x x x x x x x x x
#define S250   TEN(TEN("ab")) TEN("abcde")

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
        {"real, which could be rounded", "c", PO_READ_VALUE, CLAIM("1000.0"), PO_CLAIM_INVALID,
         NULL},
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
        {"SRV-149 with an object", "c", PO_READ_LIST, CLAIM("[\"ops\",{}]"), PO_CLAIM_INVALID,
         NULL},
        {"IDN-13 object is no list", "c", PO_READ_LIST, CLAIM("{\"ops\":1}"), PO_CLAIM_INVALID,
         NULL},
        {"number is no list", "c", PO_READ_LIST, CLAIM("5"), PO_CLAIM_INVALID, NULL},
        {"boolean is no list", "c", PO_READ_LIST, CLAIM("true"), PO_CLAIM_INVALID, NULL},
        {"LIM-10 a member of 255 bytes", "c", PO_READ_LIST, CLAIM("[\"ops\",\"" S250 "12345\"]"),
         PO_CLAIM_LIST, "ops"},
        {"LIM-10 a member of 256 bytes", "c", PO_READ_LIST, CLAIM("[\"ops\",\"" S250 "123456\"]"),
         PO_CLAIM_INVALID, NULL},

        {"words", "c", PO_READ_WORDS, CLAIM("\"users ops admins\""), PO_CLAIM_LIST, "ops|admins"},
        {"words with blanks around", "c", PO_READ_WORDS, CLAIM("\"  ops   admins \""),
         PO_CLAIM_LIST, "ops|admins"},
        {"blanks only are no words", "c", PO_READ_WORDS, CLAIM("\"   \""), PO_CLAIM_LIST, ""},
        {"blanks do not count as words", "c", PO_READ_WORDS,
         CLAIM("\"ops" TEN(TEN(TEN("  "))) "admins\""), PO_CLAIM_LIST, "ops|admins"},
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

		world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, sizeof(RFC8037_JWKS) - 1));
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

		world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, sizeof(RFC8037_JWKS) - 1));
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
	world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, sizeof(RFC8037_JWKS) - 1));
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
	world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, sizeof(RFC8037_JWKS) - 1));
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
	world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, sizeof(RFC8037_JWKS) - 1));
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

	(void)state;
	world_init(&w, DEFAULT_ALGS, keys_of(RFC8037_JWKS, sizeof(RFC8037_JWKS) - 1));
	assert_int_equal(verify_with(&w, with, NULL, &who, &f), PO_VERIFY_FAILED);
	assert_non_null(strstr(f.text, "at_hash"));
	assert_int_equal(verify_with(&w, without, NULL, &who, &f), PO_VERIFY_OK);
	po_identity_free(&who);
	assert_int_equal(verify_with(&w, NULL, NULL, &who, &f), PO_VERIFY_FAILED);
	assert_int_equal(f.code, PO_E_TOKEN);
	world_free(&w);
	free(without);
	free(with);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_claim_is_judged_after_the_signature),
	        cmocka_unit_test(wanted_claims_cross_as_what_they_are),
	        cmocka_unit_test(lists_have_at_most_1000_members),
	        cmocka_unit_test(claims_keep_the_order_of_the_wants),
	        cmocka_unit_test(distributed_claims_are_absent_and_remarked),
	        cmocka_unit_test(a_token_of_128_kib_is_read),
	        cmocka_unit_test(without_access_token_at_hash_fails),
	};

	return cmocka_run_group_tests_name("identity_claims", tests, NULL, NULL);
}
