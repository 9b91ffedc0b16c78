/* SPDX-License-Identifier: BSD-2-Clause */
/* The claims that make an ID token genuine and ours (IDT-10 to IDT-17, 21, 22, 24). */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "id_token.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * now is 1800000000, the login began 100 s ago, the skew is 60 s, "partner" is a trusted audience;
 * the left half of the hash is the octets 00 01 02 03, "AAECAw".
 */
#define NOW     1800000000
#define STARTED (NOW - 100)
#define ISS     "\"iss\":\"https://sso.example.org/realms/main\""
#define SUB     "\"sub\":\"f1c8e2d4\""
#define AUD     "\"aud\":\"ssh-login\""
#define IAT     "\"iat\":1799999995"
#define EXP     "\"exp\":1800000300"

/* A right token but for one claim, which the row spells (or leaves out). */
#define WITHOUT_ISS(x)  "{" SUB "," AUD "," IAT "," EXP x "}"
#define WITHOUT_AUD(x)  "{" ISS "," SUB "," IAT "," EXP x "}"
#define WITHOUT_EXP(x)  "{" ISS "," SUB "," AUD "," IAT x "}"
#define WITHOUT_IAT(x)  "{" ISS "," SUB "," AUD "," EXP x "}"
#define WITHOUT_SUB(x)  "{" ISS "," AUD "," IAT "," EXP x "}"
#define WITHOUT_DATE(x) "{" ISS "," SUB "," AUD x "}"
#define ALL(x)          "{" ISS "," SUB "," AUD "," IAT "," EXP x "}"

static const unsigned char hash_octets[] = {0, 1, 2, 3};

struct row {
	const char *name;
	const char *claims;
	const char *fault; /* part of it; NULL = accepted */
};

static bool check(const char *name, const char *text, bool loose, bool access_token,
                  struct po_fault *f)
{
	char *trusted[] = {(char[]){"partner"}};
	char issuer[] = "https://sso.example.org/realms/main";
	char client[] = "ssh-login";
	struct po_request request = {.issuer = issuer,
	                             .client_id = client,
	                             .trusted_audiences = {trusted, 1},
	                             .clock_skew_s = 60,
	                             .iat_loose = loose};
	struct po_json *claims = po_json_load(text, strlen(text), PO_E_TOKEN, f);
	struct po_buf hash;
	bool ok;

	if (!claims)
		fail_msg("%s: not JSON: %s", name, f->text);
	po_buf_init(&hash, sizeof(hash_octets));
	assert_true(po_buf_add(&hash, hash_octets, sizeof(hash_octets)));
	ok = po_id_token_check(claims,
	                       &(struct po_id_token_terms){&request, access_token ? &hash : NULL,
	                                                   NULL, NULL, STARTED, NOW, false},
	                       f);
	po_buf_free(&hash);
	po_json_free(claims);
	return ok;
}

static void expect(const struct row *row, bool loose, bool access_token)
{
	struct po_fault f = {0};
	bool ok = check(row->name, row->claims, loose, access_token, &f);

	if (ok != !row->fault)
		fail_msg("%s: %s", row->name, ok ? "accepted" : f.text);
	if (ok)
		return;
	if (!strstr(f.text, row->fault))
		fail_msg("%s: %s", row->name, f.text);
	assert_int_equal(f.code, PO_E_TOKEN);
	assert_memory_equal(f.text, "ID token: ", 10);
	for (const char *p = f.text; *p; p++)
		if (*p < 0x20 || *p > 0x7e)
			fail_msg("%s: the fault is not printable", row->name);
}

#define OTHER_ISS "is not the configured issuer"

static const struct row issuers[] = {
        {"a right token", ALL(""), NULL},
        {"SRV-135 missing", WITHOUT_ISS(""), "iss is missing"},
        {"SRV-135 null", WITHOUT_ISS(",\"iss\":null"), "iss is missing or no string"},
        {"SRV-135 number", WITHOUT_ISS(",\"iss\":1"), "iss is missing or no string"},
        {"SRV-135 array", WITHOUT_ISS(",\"iss\":[\"https://sso.example.org/realms/main\"]"),
         "iss is missing or no string"},
        {"SRV-135 empty", WITHOUT_ISS(",\"iss\":\"\""), OTHER_ISS},
        {"SRV-135 trailing slash", WITHOUT_ISS(",\"iss\":\"https://sso.example.org/realms/main/\""),
         OTHER_ISS},
        {"SRV-135 shorter", WITHOUT_ISS(",\"iss\":\"https://sso.example.org/realms/mai\""),
         OTHER_ISS},
        {"SRV-135 other realm", WITHOUT_ISS(",\"iss\":\"https://sso.example.org/realms/Main\""),
         OTHER_ISS},
        {"SRV-135 other host", WITHOUT_ISS(",\"iss\":\"https://evil.example.org/realms/main\""),
         "iss 'https://evil.example.org/realms/main' is not the configured issuer"},
        {"SRV-135 upper-case host", WITHOUT_ISS(",\"iss\":\"https://SSO.example.org/realms/main\""),
         OTHER_ISS},
        {"SRV-135 http", WITHOUT_ISS(",\"iss\":\"http://sso.example.org/realms/main\""), OTHER_ISS},
        {"SRV-135 port 443", WITHOUT_ISS(",\"iss\":\"https://sso.example.org:443/realms/main\""),
         OTHER_ISS},
        {"SRV-135 blank after", WITHOUT_ISS(",\"iss\":\"https://sso.example.org/realms/main \""),
         OTHER_ISS},
        {"SRV-135 without scheme", WITHOUT_ISS(",\"iss\":\"sso.example.org/realms/main\""),
         OTHER_ISS},
        {"a newline in it stays one line", WITHOUT_ISS(",\"iss\":\"a\\nb\\u001b[2J\""),
         "iss 'a\\x0Ab\\x1B[2J' is not"},
};

#define NO_CLIENT "aud does not contain the client"
#define AUD_FORM  "aud is missing or neither a string nor an array of them"
#define AUD_OF(x) WITHOUT_AUD(",\"aud\":" x)
#define AZP       ",\"azp\":\"ssh-login\""

static const struct row audiences[] = {
        {"array of one", AUD_OF("[\"ssh-login\"]"), NULL},
        {"array of one with azp", AUD_OF("[\"ssh-login\"]" AZP), NULL},
        {"SRV-137 missing", WITHOUT_AUD(""), AUD_FORM},
        {"SRV-137 null", AUD_OF("null"), AUD_FORM},
        {"SRV-137 number", AUD_OF("5"), AUD_FORM},
        {"SRV-137 object", AUD_OF("{\"ssh-login\":true}"), AUD_FORM},
        {"SRV-137 another client", AUD_OF("\"mail\""), NO_CLIENT},
        {"SRV-137 upper case", AUD_OF("\"SSH-login\""), NO_CLIENT},
        {"SRV-137 longer", AUD_OF("\"ssh-login2\""), NO_CLIENT},
        {"SRV-137 shorter", AUD_OF("\"ssh-logi\""), NO_CLIENT},
        {"SRV-137 blank after", AUD_OF("\"ssh-login \""), NO_CLIENT},
        {"SRV-137 words", AUD_OF("\"ssh-login mail\""), NO_CLIENT},
        {"SRV-137 empty string", AUD_OF("\"\""), NO_CLIENT},
        {"SRV-137 empty array", AUD_OF("[]"), NO_CLIENT},
        {"SRV-137 array of another", AUD_OF("[\"mail\"]"), NO_CLIENT},
        {"SRV-137 trusted, but not ours", AUD_OF("\"partner\""), NO_CLIENT},
        {"SRV-137 array of the trusted, but not ours", AUD_OF("[\"partner\"]"), NO_CLIENT},
        {"SRV-137 nested", AUD_OF("[[\"ssh-login\"]]"), AUD_FORM},
        {"SRV-137 ours and a number", AUD_OF("[\"ssh-login\",1]" AZP), AUD_FORM},
        {"SRV-137 ours and null", AUD_OF("[\"ssh-login\",null]" AZP), AUD_FORM},
        {"SRV-137 ours and an unknown", AUD_OF("[\"ssh-login\",\"mail\"]" AZP),
         "aud has 'mail', which is not trusted"},
        {"SRV-137 an unknown and ours", AUD_OF("[\"mail\",\"ssh-login\"]" AZP),
         "aud has 'mail', which is not trusted"},
        {"SRV-137 ours, trusted and an unknown", AUD_OF("[\"ssh-login\",\"partner\",\"x\"]" AZP),
         "aud has 'x', which is not trusted"},
        {"SRV-137 ours and empty", AUD_OF("[\"ssh-login\",\"\"]" AZP), "aud has '', which"},
        {"IDT-11 ours and a trusted one", AUD_OF("[\"partner\",\"ssh-login\"]" AZP), NULL},
        {"IDT-12 several, azp absent", AUD_OF("[\"ssh-login\",\"partner\"]"),
         "several audiences, but no azp"},
        {"IDT-12 ours twice, azp absent", AUD_OF("[\"ssh-login\",\"ssh-login\"]"),
         "several audiences, but no azp"},
        {"SRV-138 azp ours", ALL(AZP), NULL},
        {"SRV-138 azp another", ALL(",\"azp\":\"mail\""), "azp is not the client"},
        {"SRV-138 azp another, aud an array", AUD_OF("[\"ssh-login\"],\"azp\":\"partner\""),
         "azp is not the client"},
        {"SRV-138 azp null", ALL(",\"azp\":null"), "azp is not the client"},
        {"SRV-138 azp empty", ALL(",\"azp\":\"\""), "azp is not the client"},
        {"SRV-138 azp an array", ALL(",\"azp\":[\"ssh-login\"]"), "azp is not the client"},
};

#define EXP_OF(x)   WITHOUT_EXP(",\"exp\":" x)
#define IAT_OF(x)   WITHOUT_IAT(",\"iat\":" x)
#define NBF_OF(x)   ALL(",\"nbf\":" x)
#define DATES(i, e) WITHOUT_DATE(",\"iat\":" i ",\"exp\":" e)
#define NO_EXP      "exp is missing or no date"
#define NO_IAT      "iat is missing or no date"

/* Each border of IDT-13 to IDT-15 on both sides. */
static const struct row dates[] = {
        {"SRV-139 exp missing", WITHOUT_EXP(""), NO_EXP},
        {"SRV-139 exp null", EXP_OF("null"), NO_EXP},
        {"SRV-139 exp a string", EXP_OF("\"1800000300\""), NO_EXP},
        {"SRV-139 exp true", EXP_OF("true"), NO_EXP},
        {"SRV-139 exp an array", EXP_OF("[1800000300]"), NO_EXP},
        {"SRV-139 exp negative", EXP_OF("-1"), NO_EXP},
        {"SRV-139 exp smallest integer", EXP_OF("-9223372036854775808"), NO_EXP},
        {"SRV-139 exp zero", EXP_OF("0"), "expired 1800000000 s ago"},
        {"SRV-139 exp 10^300", EXP_OF("1e300"), NO_EXP},
        {"SRV-139 exp 2^53", EXP_OF("9007199254740992"), NULL},
        {"SRV-139 exp 2^53 + 1", EXP_OF("9007199254740993"), NO_EXP},
        {"SRV-139 exp largest integer", EXP_OF("9223372036854775807"), NO_EXP},
        {"SRV-139 exp in milliseconds is no fault of ours", EXP_OF("1800000300000"), NULL},
        {"SRV-139 exp past", DATES("1799999905", "1799999930"), "expired 70 s ago"},
        {"IDT-13 exp + skew is now", DATES("1799999905", "1799999940"), "expired 60 s ago"},
        {"IDT-13 exp + skew is now + 1", DATES("1799999905", "1799999941"), NULL},
        {"IDT-13 exp with a fraction is rounded down", DATES("1799999905", "1799999940.9"),
         "expired 60 s ago"},
        {"exp a whole real", EXP_OF("1800000300.0"), NULL},
        {"exp with an exponent", EXP_OF("1.8000003e9"), NULL},
        {"SRV-139 exp before iat", DATES("1800000030", "1800000029"), "exp is before iat"},
        {"SRV-139 exp equal to iat", DATES("1800000030", "1800000030"), NULL},
        {"IDT-14 iat missing", WITHOUT_IAT(""), NO_IAT},
        {"IDT-14 iat null", IAT_OF("null"), NO_IAT},
        {"IDT-14 iat a string", IAT_OF("\"1799999995\""), NO_IAT},
        {"IDT-14 iat negative", IAT_OF("-1799999995"), NO_IAT},
        {"IDT-14 iat 10^300", IAT_OF("1e300"), NO_IAT},
        {"SRV-140 iat now + skew", IAT_OF("1800000060"), NULL},
        {"SRV-140 iat now + skew + 1", IAT_OF("1800000061"), "iat is 61 s in the future"},
        {"SRV-140 iat now + skew + 0.1", IAT_OF("1800000060.1"), "iat is 61 s in the future"},
        {"SRV-140 iat in milliseconds", DATES("1799999995000", "1800000300000"), "in the future"},
        {"SRV-140 iat start - skew", IAT_OF("1799999840"), NULL},
        {"SRV-140 iat start - skew - 1", IAT_OF("1799999839"), "iat is 61 s before this login"},
        {"SRV-140 iat start - skew - 0.1", IAT_OF("1799999839.9"), "iat is 61 s before this login"},
        {"SRV-140 iat yesterday", IAT_OF("1799913600"), "before this login"},
        {"IDT-15 nbf now", NBF_OF("1800000000"), NULL},
        {"SRV-141 nbf now + skew", NBF_OF("1800000060"), NULL},
        {"SRV-141 nbf now + skew + 1", NBF_OF("1800000061"), "not valid for another 61 s"},
        {"SRV-141 nbf now + skew + 0.1", NBF_OF("1800000060.1"), "not valid for another 61 s"},
        {"SRV-141 nbf a string", NBF_OF("\"1799999995\""), "nbf is no date"},
        {"SRV-141 nbf null", NBF_OF("null"), "nbf is no date"},
        {"SRV-141 nbf 10^300", NBF_OF("1e300"), "nbf is no date"},
        {"SRV-141 nbf long ago", NBF_OF("0"), NULL},
};

/* IDT-14, iat_check = loose: a day, and the future as ever. */
static const struct row loose_dates[] = {
        {"iat start - skew - 1", IAT_OF("1799999839"), NULL},
        {"iat a day ago", IAT_OF("1799913600"), NULL},
        {"iat a day and the skew ago", IAT_OF("1799913540"), NULL},
        {"iat a day, the skew and 1 s ago", IAT_OF("1799913539"), "iat is 61 s older than a day"},
        {"iat now + skew + 1", IAT_OF("1800000061"), "iat is 61 s in the future"},
        {"iat missing", WITHOUT_IAT(""), NO_IAT},
        {"exp past", DATES("1799913600", "1799913700"), "expired"},
};

#define SUB_OF(x) WITHOUT_SUB(",\"sub\":" x)
#define NO_SUB    "sub is missing or not 1 to 255 printable ASCII characters"
#define TEN(x)    x x x x x x x x x x
#define S250      TEN(TEN("ab")) TEN("abcde")

static const struct row subjects[] = {
        {"SRV-142 missing", WITHOUT_SUB(""), NO_SUB},
        {"SRV-142 null", SUB_OF("null"), NO_SUB},
        {"SRV-142 empty", SUB_OF("\"\""), NO_SUB},
        {"SRV-142 number", SUB_OF("1000"), NO_SUB},
        {"SRV-142 array", SUB_OF("[\"f1c8e2d4\"]"), NO_SUB},
        {"SRV-142 255 characters", SUB_OF("\"" S250 "12345\""), NULL},
        {"SRV-142 256 characters", SUB_OF("\"" S250 "123456\""), NO_SUB},
        {"SRV-142 300 characters", SUB_OF("\"" S250 TEN("abcde") "\""), NO_SUB},
        {"SRV-142 newline", SUB_OF("\"alice\\nroot\""), NO_SUB},
        {"SRV-142 tab", SUB_OF("\"alice\\troot\""), NO_SUB},
        {"SRV-142 DEL", SUB_OF("\"alice\\u007f\""), NO_SUB},
        {"SRV-142 escape sequence", SUB_OF("\"\\u001b[2J\""), NO_SUB},
        {"SRV-142 not ASCII", SUB_OF("\"alic\xc3\xa9\""), NO_SUB},
        {"SRV-142 Cyrillic", SUB_OF("\"\xd0\xb0lice\""), NO_SUB},
        {"SRV-142 zero width", SUB_OF("\"alice\\u200b\""), NO_SUB},
        {"a blank inside", SUB_OF("\"auth0|5f7c 8ec7\""), NULL},
        {"one character", SUB_OF("\"0\""), NULL},
        {"the other case of the client", SUB_OF("\"SSH-LOGIN\""), NULL},
        {"SRV-143 sub is the client", SUB_OF("\"ssh-login\""), "sub is the client"},
        {"SRV-143 idtyp app", ALL(",\"idtyp\":\"app\""), "idtyp is app"},
        {"SRV-143 idtyp user", ALL(",\"idtyp\":\"user\""), NULL},
};

#define NO_HASH "at_hash is not that of the access token"

static const struct row hashes[] = {
        {"at_hash right", ALL(",\"at_hash\":\"AAECAw\""), NULL},
        {"at_hash absent", ALL(""), NULL},
        {"SRV-145 other octets", ALL(",\"at_hash\":\"AAECBA\""), NO_HASH},
        {"SRV-145 shorter", ALL(",\"at_hash\":\"AAEC\""), NO_HASH},
        {"SRV-145 longer", ALL(",\"at_hash\":\"AAECAwQ\""), NO_HASH},
        {"SRV-145 much longer", ALL(",\"at_hash\":\"AAECAwQFBgcICQoLDA0ODw\""), NO_HASH},
        {"SRV-145 empty", ALL(",\"at_hash\":\"\""), NO_HASH},
        {"SRV-145 padded", ALL(",\"at_hash\":\"AAECAw==\""), NO_HASH},
        {"SRV-145 other trailing bits", ALL(",\"at_hash\":\"AAECAx\""), NO_HASH},
        {"SRV-145 other case", ALL(",\"at_hash\":\"aaecaw\""), NO_HASH},
        {"SRV-145 null", ALL(",\"at_hash\":null"), NO_HASH},
        {"SRV-145 number", ALL(",\"at_hash\":10203"), NO_HASH},
        {"SRV-145 array", ALL(",\"at_hash\":[\"AAECAw\"]"), NO_HASH},
};

/* Claims of other features and flows: judged by others, or by nobody. */
static const struct row ignored[] = {
        {"SRV-144 nonce, which was not sent", ALL(",\"nonce\":\"n-0S6_WzA2Mj\""), NULL},
        {"IDT-22 c_hash", ALL(",\"c_hash\":\"wrong\""), NULL},
        {"IDT-22 s_hash", ALL(",\"s_hash\":5"), NULL},
        {"IDT-28 auth_time", ALL(",\"auth_time\":0"), NULL},
        {"IDT-28 acr", ALL(",\"acr\":\"0\""), NULL},
        {"IDT-28 amr", ALL(",\"amr\":null"), NULL},
        {"IDT-28 email_verified", ALL(",\"email\":\"a@b\",\"email_verified\":false"), NULL},
        {"SRV-149 __proto__", ALL(",\"__proto__\":{\"iss\":\"x\"}"), NULL},
        {"SRV-143 idtyp of another type", ALL(",\"idtyp\":5"), NULL},
};

static void expect_all(const struct row *rows, size_t count, bool loose)
{
	for (size_t i = 0; i < count; i++)
		expect(&rows[i], loose, true);
}

static void the_issuer_is_ours(void **state)
{
	(void)state;
	expect_all(issuers, COUNT(issuers), false);
}

static void the_audience_is_us(void **state)
{
	(void)state;
	expect_all(audiences, COUNT(audiences), false);
}

static void the_dates_fit_this_login(void **state)
{
	(void)state;
	expect_all(dates, COUNT(dates), false);
}

static void loose_dates_fit_a_day(void **state)
{
	(void)state;
	expect_all(loose_dates, COUNT(loose_dates), true);
}

static void the_subject_is_a_person(void **state)
{
	(void)state;
	expect_all(subjects, COUNT(subjects), false);
}

static void at_hash_is_that_of_the_access_token(void **state)
{
	static const struct row without = {"no access token", ALL(",\"at_hash\":\"AAECAw\""),
	                                   NO_HASH};

	(void)state;
	expect_all(hashes, COUNT(hashes), false);
	expect(&without, false, false);
	expect(&issuers[0], false, false);
}

static void other_claims_are_not_judged_here(void **state)
{
	(void)state;
	expect_all(ignored, COUNT(ignored), false);
}

/* IDT-17: what was sent must come back, or need not come at all. */
static void a_nonce_that_was_sent_is_compared(void **state)
{
	static const struct {
		enum po_nonce option;
		const char *sent, *claims;
		bool ok;
	} rows[] = {
	        {PO_NONCE_OPTIONAL, "n-1", ALL(",\"nonce\":\"n-1\""), true},
	        {PO_NONCE_OPTIONAL, "n-1", ALL(""), true},
	        {PO_NONCE_OPTIONAL, "n-1", ALL(",\"nonce\":\"n-2\""), false},
	        {PO_NONCE_OPTIONAL, "n-1", ALL(",\"nonce\":\"n-11\""), false},
	        {PO_NONCE_OPTIONAL, "n-1", ALL(",\"nonce\":null"), false},
	        {PO_NONCE_OPTIONAL, "1", ALL(",\"nonce\":1"), false},
	        {PO_NONCE_REQUIRED, "n-1", ALL(",\"nonce\":\"n-1\""), true},
	        {PO_NONCE_REQUIRED, "n-1", ALL(""), false},
	        {PO_NONCE_REQUIRED, "n-1", ALL(",\"nonce\":\"\""), false},
	};
	char issuer[] = "https://sso.example.org/realms/main";
	char client[] = "ssh-login";

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_request request = {.issuer = issuer,
		                             .client_id = client,
		                             .clock_skew_s = 60,
		                             .nonce = rows[i].option};
		struct po_id_token_terms terms = {&request, NULL, NULL, rows[i].sent,
		                                  STARTED,  NOW,  false};
		struct po_fault f = {0};
		struct po_json *claims =
		        po_json_load(rows[i].claims, strlen(rows[i].claims), PO_E_TOKEN, &f);

		if (po_id_token_check(claims, &terms, &f) != rows[i].ok)
			fail_msg("row %zu: %s", i, f.text);
		assert_true(rows[i].ok || strstr(f.text, "nonce"));
		po_json_free(claims);
	}
}

/* IDN-7, 12.1: what `iss` may be besides the issuer, and what it may not. */
static void other_issuers_are_those_that_are_listed(void **state)
{
#define OF(iss, more) \
	"{\"iss\":\"https://login.example/" iss "\"," SUB "," AUD "," IAT "," EXP more "}"
	static const struct {
		const char *shared; /* NULL: the aliases count */
		const char *claims;
		bool ok;
	} rows[] = {
	        {"organizations/v2.0", OF("t-1/v2.0", ",\"tid\":\"t-1\""), true},
	        {"common/v2.0", OF("t-2/v2.0", ",\"tid\":\"t-2\""), true},
	        {"organizations/v2.0", OF("t-3/v2.0", ",\"tid\":\"t-3\""), false},
	        {"organizations/v2.0", OF("t-1/v2.0", ",\"tid\":\"t-2\""), false},
	        {"organizations/v2.0", OF("t-1/v2.0", ""), false},
	        {"organizations/v2.0", OF("t-1/v2.0", ",\"tid\":[\"t-1\"]"), false},
	        {"organizations/v2.0", OF("organizations/v2.0", ",\"tid\":\"t-1\""), false},
	        {"organizations/v2.0", OF("{tenantid}/v2.0", ",\"tid\":\"{tenantid}\""), false},
	        {"organizations/v2.0", OF("alias", ",\"tid\":\"t-1\""), false},
	        {NULL, OF("alias", ""), true},
	        {NULL, OF("alias2", ""), false},
	        {NULL, OF("t-1/v2.0", ",\"tid\":\"t-1\""), false},
	};
	char *tenants[] = {(char[]){"t-1"}, (char[]){"t-2"}};
	char *aliases[] = {(char[]){"https://login.example/alias"}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char issuer[100];
		char client[] = "ssh-login";
		struct po_request request = {
		        .issuer = issuer, .client_id = client, .iss_aliases = {aliases, 1}};
		struct po_id_token_terms terms = {&request, NULL, NULL, NULL, STARTED, NOW, false};
		struct po_fault f = {0};
		struct po_json *claims =
		        po_json_load(rows[i].claims, strlen(rows[i].claims), PO_E_TOKEN, &f);

		snprintf(issuer, sizeof(issuer), "https://login.example/%s",
		         rows[i].shared ? rows[i].shared : "x");
		if (rows[i].shared)
			request.tenants = (struct po_list){tenants, 2};
		if (po_id_token_check(claims, &terms, &f) != rows[i].ok)
			fail_msg("row %zu: %s", i, f.text);
		assert_true(rows[i].ok || strstr(f.text, "iss "));
		po_json_free(claims);
	}
#undef OF
}

/* The clock's failure value (po_clock_wall) lets nothing pass, and overflows nothing. */
static void a_broken_clock_accepts_nothing(void **state)
{
	static const int64_t clocks[] = {INT64_MAX, 0, -1, INT64_C(1) << 60};
	char issuer[] = "https://sso.example.org/realms/main";
	char client[] = "ssh-login";
	struct po_request request = {.issuer = issuer, .client_id = client, .clock_skew_s = 300};
	static const char *const tokens[] = {ALL(""), EXP_OF("9007199254740992"),
	                                     DATES("9007199254740992", "9007199254740992")};

	(void)state;
	for (size_t i = 0; i < COUNT(clocks) * COUNT(tokens) * 2; i++) {
		const char *text = tokens[i % COUNT(tokens)];
		int64_t clock = clocks[i / COUNT(tokens) % COUNT(clocks)];
		struct po_id_token_terms terms = {&request, NULL, NULL, NULL, clock, clock, false};
		struct po_fault f = {0};
		struct po_json *claims = po_json_load(text, strlen(text), PO_E_TOKEN, &f);

		request.iat_loose = i >= COUNT(clocks) * COUNT(tokens);
		if (po_id_token_check(claims, &terms, &f))
			fail_msg("accepted at %lld: %s", (long long)clock, text);
		po_json_free(claims);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_issuer_is_ours),
	        cmocka_unit_test(the_audience_is_us),
	        cmocka_unit_test(the_dates_fit_this_login),
	        cmocka_unit_test(loose_dates_fit_a_day),
	        cmocka_unit_test(the_subject_is_a_person),
	        cmocka_unit_test(at_hash_is_that_of_the_access_token),
	        cmocka_unit_test(other_claims_are_not_judged_here),
	        cmocka_unit_test(a_nonce_that_was_sent_is_compared),
	        cmocka_unit_test(other_issuers_are_those_that_are_listed),
	        cmocka_unit_test(a_broken_clock_accepts_nothing),
	};

	return cmocka_run_group_tests_name("id_token", tests, NULL, NULL);
}
