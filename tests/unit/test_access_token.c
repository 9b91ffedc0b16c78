/* SPDX-License-Identifier: BSD-2-Clause */
/* The claims of a JWT access token (INT-3, RFC 9068 sections 2.2 and 4). */
#include "table.h"

#include "access_token.h"

/* now is 1800000000, the login began 100 s ago, the skew is 60 s. */
#define NOW  1800000000
#define ISS  "\"iss\":\"https://sso.example.org\""
#define AUD  ",\"aud\":\"https://web01.example/\""
#define SUB  ",\"sub\":\"f1c8\""
#define CID  ",\"client_id\":\"ssh\""
#define JTI  ",\"jti\":\"4711\""
#define TIME ",\"iat\":1799999995,\"exp\":1800000300"
#define ALL  "{" ISS AUD SUB CID JTI TIME "}"

#define NO_AUD  "aud does not contain 'https://web01.example/'"
#define NO_FORM "aud is missing or neither a string nor an array"

static const struct {
	const char *claims;
	const char *fault; /* NULL = accepted */
} rows[] = {
        {ALL, NULL},
        {"{" ISS SUB CID JTI TIME ",\"aud\":[\"other\",\"https://web01.example/\"]}", NULL},
        {"{" ISS AUD SUB CID JTI TIME ",\"nbf\":1800000000,\"scope\":\"login\"}", NULL},
        /* every member that RFC 9068 requires */
        {"{\"x\":1" AUD SUB CID JTI TIME "}", "iss is missing"},
        {"{" ISS SUB CID JTI TIME "}", NO_FORM},
        {"{" ISS AUD CID JTI TIME "}", "sub is missing"},
        {"{" ISS AUD SUB JTI TIME "}", "client_id is not the client"},
        {"{" ISS AUD SUB CID TIME "}", "jti is missing"},
        {"{" ISS AUD SUB CID JTI ",\"exp\":1800000300}", "iat is missing"},
        {"{" ISS AUD SUB CID JTI ",\"iat\":1799999995}", "exp is missing"},
        /* for this host */
        {"{" ISS SUB CID JTI TIME ",\"aud\":\"ssh\"}", NO_AUD},
        {"{" ISS SUB CID JTI TIME ",\"aud\":[\"ssh\"]}", NO_AUD},
        {"{" ISS SUB CID JTI TIME ",\"aud\":[]}", NO_AUD},
        {"{" ISS SUB CID JTI TIME ",\"aud\":\"\"}", NO_AUD},
        {"{" ISS SUB CID JTI TIME ",\"aud\":\"https://web01.example\"}", NO_AUD},
        {"{" ISS SUB CID JTI TIME ",\"aud\":\"https://WEB01.example/\"}", NO_AUD},
        {"{" ISS SUB CID JTI TIME ",\"aud\":[\"https://web01.example/\",5]}", NO_FORM},
        {"{" ISS SUB CID JTI TIME ",\"aud\":{\"https://web01.example/\":1}}", NO_FORM},
        {"{" ISS SUB CID JTI TIME ",\"aud\":null}", NO_FORM},
        /* by this client, about a person, now */
        {"{" ISS AUD SUB JTI TIME ",\"client_id\":\"mail\"}", "client_id is not the client"},
        {"{" ISS AUD SUB JTI TIME ",\"azp\":\"ssh\"}", "client_id is not the client"},
        {"{" ISS AUD SUB CID TIME ",\"jti\":\"\"}", "jti is missing or no text"},
        {"{" ISS AUD SUB CID TIME ",\"jti\":4711}", "jti is missing or no text"},
        {"{" ISS AUD CID JTI TIME ",\"sub\":\"ssh\"}", "sub is the client"},
        {"{" ISS AUD SUB CID JTI TIME ",\"idtyp\":\"app\"}", "idtyp is app"},
        {"{" ISS AUD SUB CID JTI ",\"iat\":1799999000,\"exp\":1800000300}", "before this login"},
        {"{" ISS AUD SUB CID JTI ",\"iat\":1799999900,\"exp\":1799999940}", "expired 60 s ago"},
        {"{" ISS AUD SUB CID JTI TIME ",\"nbf\":1800000061}", "not valid for another 61 s"},
};

static bool check(const char *text, char *audience, char *resource, struct po_fault *f)
{
	char issuer[] = "https://sso.example.org";
	char client[] = "ssh";
	const struct po_request r = {.issuer = issuer,
	                             .client_id = client,
	                             .resource = resource,
	                             .access_token_audience = audience,
	                             .clock_skew_s = 60};
	const struct po_moments at = {NOW - 100, NOW};
	struct po_json *claims = po_json_load(text, strlen(text), PO_E_TOKEN, f);
	bool ok;

	if (!claims)
		fail_msg("%s: not JSON: %s", text, f->text);
	ok = po_access_token_check(claims, &r, &at, f);
	po_json_free(claims);
	return ok;
}

static void every_member_of_rfc_9068_counts(void **state)
{
	char audience[] = "https://web01.example/";
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_fault f = {.code = PO_OK};

		t.row = rows[i].claims;
		ROW(&t, check(rows[i].claims, audience, NULL, &f) == !rows[i].fault);
		ROW_NUMBER(&t, f.code, rows[i].fault ? PO_E_TOKEN : PO_OK);
		ROW(&t, !rows[i].fault || (strncmp(f.text, "access token: ", 14) == 0 &&
		                           strstr(f.text, rows[i].fault)));
	}
	table_end(&t);
}

/* EXT-3: what was asked for is the audience, unless another name is configured. */
static void the_audience_is_the_resource_unless_told_otherwise(void **state)
{
	char web01[] = "https://web01.example/";
	char other[] = "urn:hosts";
	struct po_fault f;

	(void)state;
	assert_true(check(ALL, NULL, web01, &f));
	assert_true(check(ALL, web01, other, &f));
	assert_false(check(ALL, other, web01, &f));
	assert_false(check(ALL, NULL, other, &f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_member_of_rfc_9068_counts),
	        cmocka_unit_test(the_audience_is_the_resource_unless_told_otherwise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
