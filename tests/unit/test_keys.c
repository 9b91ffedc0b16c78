/* SPDX-License-Identifier: BSD-2-Clause */
/* The key table, tested from the table itself: every limit, every word, every default. */
#include "assign.h"

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const void *field_of(const struct po_config *c, const struct po_key *key)
{
	return (const char *)c + key->offset;
}

static bool set(struct po_config *c, const struct po_key *key, const char *value)
{
	struct po_fault f = {0};

	if (po_key_set(c, key, value, &f))
		return true;
	assert_int_equal(f.code, PO_E_CONFIG);
	assert_int_equal(strncmp(f.text, key->name, strlen(key->name)), 0);
	/* GEN-4: a secret in the wrong line must not get into the log */
	if (strlen(value) > 4 && strstr(f.text, value))
		fail_msg("%s repeats the value: %s", key->name, f.text);
	return false;
}

static unsigned long number_in(const struct po_config *c, const struct po_key *key)
{
	unsigned long number;
	uint32_t small;

	if (key->type == PO_KEY_U32) {
		memcpy(&small, field_of(c, key), sizeof(small));
		return small;
	}
	memcpy(&number, field_of(c, key), sizeof(number));
	return number;
}

static void number_row(const struct po_key *key, unsigned long number, bool ok)
{
	struct po_config c = {0};
	char text[32];

	snprintf(text, sizeof(text), "%lu", number);
	if (set(&c, key, text) != ok)
		fail_msg("%s = %s", key->name, text);
	assert_int_equal(number_in(&c, key), ok ? number : 0);
}

static void numbers_end_at_their_limits(void **state)
{
	static const char *const junk[] = {"-1",   "+50", "50 ",  " 50", "50s",
	                                   "0x50", "5e1", "50.0", ""};
	unsigned numbers = 0;

	(void)state;
	for (size_t i = 0; i < po_key_count(); i++) {
		const struct po_key *key = po_key_at(i);
		struct po_config c = {0};

		if (key->type != PO_KEY_NUMBER && key->type != PO_KEY_U32)
			continue;
		numbers++;
		assert_true(key->min < key->max);
		number_row(key, key->min, true);
		number_row(key, key->max, true);
		number_row(key, key->max + 1, false);
		if (key->min > 0)
			number_row(key, key->min - 1, false);
		for (size_t n = 0; n < sizeof(junk) / sizeof(junk[0]); n++)
			if (set(&c, key, junk[n]))
				fail_msg("%s = \"%s\"", key->name, junk[n]);
		assert_false(set(&c, key, "99999999999999999999999999"));
		assert_false(set(&c, key, "18446744073709551617"));
	}
	assert_int_equal(numbers, 11);
}

struct rate_case {
	const char *value;
	bool ok;
	uint32_t count, seconds;
};

/* PAM-41 */
static void rates_end_at_their_limits(void **state)
{
	static const struct rate_case cases[] = {
	        {"6/600", true, 6, 600},
	        {"1/1", true, 1, 1},
	        {"4096/86400", true, 4096, 86400},
	        {"none", true, 0, 0},
	        {"0/600", false, 0, 0},
	        {"4097/600", false, 0, 0},
	        {"6/0", false, 0, 0},
	        {"6/86401", false, 0, 0},
	        {"6", false, 0, 0},
	        {"", false, 0, 0},
	        {"/", false, 0, 0},
	        {"6/", false, 0, 0},
	        {"/600", false, 0, 0},
	        {"6/600/1", false, 0, 0},
	        {"6 / 600", false, 0, 0},
	        {"6/600s", false, 0, 0},
	        {"-6/600", false, 0, 0},
	        {"+6/600", false, 0, 0},
	        {"6/-600", false, 0, 0},
	        {"none/600", false, 0, 0},
	        {"6/none", false, 0, 0},
	        {"None", false, 0, 0},
	        {"00000006/600", false, 0, 0},
	        {"4294967302/600", false, 0, 0},
	        {"6/4294967896", false, 0, 0},
	};
	unsigned rates = 0;

	(void)state;
	for (size_t i = 0; i < po_key_count(); i++) {
		const struct po_key *key = po_key_at(i);

		if (key->type != PO_KEY_RATE)
			continue;
		rates++;
		for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
			struct po_config c = {0};
			const struct po_rate *rate = field_of(&c, key);

			if (set(&c, key, cases[n].value) != cases[n].ok ||
			    rate->count != cases[n].count || rate->seconds != cases[n].seconds)
				fail_msg("%s = %s", key->name, cases[n].value);
		}
	}
	assert_int_equal(rates, 3);
}

/* A limit that is switched off is 0; other numbers have no such word. */
static void none_is_no_limit(void **state)
{
	struct po_config c = {.limit_flows = 7};

	(void)state;
	assert_true(set(&c, po_key_at(po_key_find("limit_flows")), "none"));
	assert_int_equal(c.limit_flows, 0);
	assert_false(set(&c, po_key_at(po_key_find("max_wait")), "none"));
}

static unsigned index_in(const struct po_config *c, const struct po_key *key)
{
	unsigned index;
	bool flag;

	if (key->type == PO_KEY_FLAG) {
		memcpy(&flag, field_of(c, key), sizeof(flag));
		return flag;
	}
	memcpy(&index, field_of(c, key), sizeof(index));
	return index;
}

static void words_are_stored_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < po_key_count(); i++) {
		const struct po_key *key = po_key_at(i);
		struct po_config c = {0};
		char longer[64];

		if (key->type != PO_KEY_WORD && key->type != PO_KEY_FLAG)
			continue;
		for (unsigned n = 0; key->words[n]; n++) {
			if (!set(&c, key, key->words[n]) || index_in(&c, key) != n)
				fail_msg("%s = %s", key->name, key->words[n]);
			snprintf(longer, sizeof(longer), "%sx", key->words[n]);
			assert_false(set(&c, key, longer));
			snprintf(longer, sizeof(longer), "%c%s", key->words[n][0] - 'a' + 'A',
			         key->words[n] + 1);
			assert_false(set(&c, key, longer));
		}
		assert_false(set(&c, key, ""));
		assert_false(set(&c, key, "true"));
		assert_false(set(&c, key, "1"));
		if (key->type == PO_KEY_FLAG)
			assert_null(key->words[2]);
	}
}

/* The words of the enums that other files switch on. */
static void words_mean_their_enumerators(void **state)
{
	struct po_config c = {0};

	(void)state;
#define MEANS(name, word, expression)                                     \
	do {                                                              \
		assert_true(set(&c, po_key_at(po_key_find(name)), word)); \
		assert_true(expression);                                  \
	} while (0)
	MEANS("discovery", "oidc", c.provider.discovery == PO_DISCOVERY_OIDC);
	MEANS("discovery", "oauth", c.provider.discovery == PO_DISCOVERY_OAUTH);
	MEANS("discovery", "none", c.provider.discovery == PO_DISCOVERY_NONE);
	MEANS("client_auth", "auto", c.provider.client_auth == PO_AUTH_AUTO);
	MEANS("client_auth", "none", c.provider.client_auth == PO_AUTH_NONE);
	MEANS("client_auth", "basic", c.provider.client_auth == PO_AUTH_BASIC);
	MEANS("client_auth", "post", c.provider.client_auth == PO_AUTH_POST);
	MEANS("basic_encoding", "rfc", c.provider.basic_encoding == PO_BASIC_RFC);
	MEANS("basic_encoding", "raw", c.provider.basic_encoding == PO_BASIC_RAW);
	MEANS("send_client_id", "always", c.provider.send_client_id == PO_CLIENT_ID_ALWAYS);
	MEANS("send_client_id", "everywhere", c.provider.send_client_id == PO_CLIENT_ID_EVERYWHERE);
	MEANS("send_client_id", "unauthenticated",
	      c.provider.send_client_id == PO_CLIENT_ID_UNAUTHENTICATED);
	MEANS("iat_check", "loose", c.provider.iat_loose);
	MEANS("iat_check", "strict", !c.provider.iat_loose);
	MEANS("qr_content", "complete", c.provider.qr_content == PO_QR_COMPLETE);
	MEANS("qr_content", "plain", c.provider.qr_content == PO_QR_PLAIN);
	MEANS("display", "prompt", c.display == PO_DISPLAY_PROMPT);
	MEANS("display", "info", c.display == PO_DISPLAY_INFO);
	MEANS("display", "info+prompt", c.display == PO_DISPLAY_INFO_PROMPT);
	MEANS("qr", "none", c.qr == PO_QR_NONE);
	MEANS("qr", "utf8", c.qr == PO_QR_UTF8);
	MEANS("qr", "ascii", c.qr == PO_QR_ASCII);
	MEANS("qr", "auto", c.qr == PO_QR_AUTO);
	MEANS("unknown_user", "flow", c.unknown_user == PO_UNKNOWN_FLOW);
	MEANS("unknown_user", "deny_late", c.unknown_user == PO_UNKNOWN_DENY_LATE);
	MEANS("unknown_user", "deny", c.unknown_user == PO_UNKNOWN_DENY);
	MEANS("rate_limit_fail", "closed", !c.limits_open);
	MEANS("rate_limit_fail", "open", c.limits_open);
	MEANS("account", "optional", c.account == PO_ACCOUNT_OPTIONAL);
	MEANS("account", "require", c.account == PO_ACCOUNT_REQUIRE);
	MEANS("allow_root", "no", !c.allow_root);
	MEANS("allow_root", "yes", c.allow_root);
#undef MEANS
}

static const struct po_list *list_in(const struct po_config *c, const struct po_key *key)
{
	return (const struct po_list *)field_of(c, key);
}

/* Fills text with the same item so many times. */
static void repeat(char *text, size_t size, const char *item, unsigned times)
{
	size_t n = 0;

	for (unsigned i = 0; i < times; i++)
		n += (size_t)snprintf(text + n, size - n, "%s%s", i ? " " : "", item);
}

static const char *item_of(const struct po_key *key)
{
	if (key->value == PO_VALUE_PORT)
		return "8443";
	if (key->value == PO_VALUE_NETWORK)
		return "192.0.2.7";
	if (key->value == PO_VALUE_PIN)
		return "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
	if (key->value == PO_VALUE_PARAM)
		return "a=b";
	if (key->value == PO_VALUE_TENANT)
		return "9188040d-6c67-4c5b-b112-36a304b66dad";
	return key->value == PO_VALUE_ALG ? "ES256" : "x";
}

static void lists_are_bounded_and_checked(void **state)
{
	char text[4096];

	(void)state;
	for (size_t i = 0; i < po_key_count(); i++) {
		const struct po_key *key = po_key_at(i);
		struct po_config c = {0};

		if (key->type != PO_KEY_LIST)
			continue;
		repeat(text, sizeof(text), item_of(key), PO_LIMIT_LIST_OPTION);
		assert_true(set(&c, key, text));
		assert_int_equal(list_in(&c, key)->count, PO_LIMIT_LIST_OPTION);
		repeat(text, sizeof(text), item_of(key), PO_LIMIT_LIST_OPTION + 1);
		assert_false(set(&c, key, text));
		assert_int_equal(list_in(&c, key)->count, PO_LIMIT_LIST_OPTION);

		/* a new value replaces the old one */
		snprintf(text, sizeof(text), "%s,%s", item_of(key), item_of(key));
		assert_true(set(&c, key, text));
		assert_int_equal(list_in(&c, key)->count, 2);

		assert_false(set(&c, key, ","));
		assert_false(set(&c, key, ""));
		snprintf(text, sizeof(text), "%s \x01", item_of(key));
		assert_false(set(&c, key, text));
		if (key->empty) {
			snprintf(text, sizeof(text), "%s %s", item_of(key), key->empty);
			assert_false(set(&c, key, text));
			assert_int_equal(list_in(&c, key)->count, 2);
			assert_true(set(&c, key, key->empty));
		} else {
			assert_false(set(&c, key, "none"));
			po_key_clear(&c, key);
		}
		assert_int_equal(list_in(&c, key)->count, 0);
	}
}

static void texts_are_replaced_and_checked(void **state)
{
	const struct po_key *key = po_key_at(po_key_find("client_id"));
	struct po_config c = {0};

	(void)state;
	assert_true(set(&c, key, "first"));
	assert_true(set(&c, key, "second one"));
	assert_false(set(&c, key, "third\none"));
	assert_string_equal(c.provider.client_id, "second one");
	po_key_clear(&c, key);
	assert_null(c.provider.client_id);
	po_key_clear(&c, key);
}

/* The defaults of the table pass their own checks, and are those of protocol.md chapter 14. */
static void defaults_are_valid(void **state)
{
	struct po_config c = {0};

	(void)state;
	for (size_t i = 0; i < po_key_count(); i++)
		if (po_key_at(i)->initial && !set(&c, po_key_at(i), po_key_at(i)->initial))
			fail_msg("%s", po_key_at(i)->name);
	assert_int_equal(c.provider.clock_skew_s, PO_CLOCK_SKEW_DEFAULT_S);
	assert_int_equal(c.qr_columns, PO_QR_COLUMNS);
	assert_int_equal(c.qr_lines, PO_QR_LINES);
	assert_int_equal(c.max_wait_s, 100);
	assert_int_equal(c.max_uid, 4294967293UL);
	assert_int_equal(c.provider.id_token_algs.count, 11);
	assert_string_equal(c.provider.scope, "openid profile");
	assert_string_equal(c.identity_claim, "sub");
	assert_true(po_list_has(&c.refuse_services, "cron"));
	assert_true(po_list_has(&c.refuse_services, "atd"));
	assert_true(po_list_has(&c.refuse_services, "systemd-user"));
	assert_int_equal(c.skip_users.count, 0);
	assert_int_equal(c.system_accounts.count, 0);
	assert_int_equal(c.limit_source.count, 6);
	assert_int_equal(c.limit_source.seconds, 600);
	assert_int_equal(c.limit_user.count, 6);
	assert_int_equal(c.limit_user.seconds, 600);
	assert_int_equal(c.limit_global.count, 60);
	assert_int_equal(c.limit_global.seconds, 60);
	assert_int_equal(c.limit_flows, 50);
	assert_false(c.limits_open);
	assert_false(c.allow_root);
	assert_false(c.issuer_is_exclusive);
	assert_false(c.provider.iat_loose);
	assert_false(c.reveal_unknown);
	assert_false(c.nss_case_insensitive);
	assert_int_equal(c.email_domains.count, 0);
	for (size_t i = 0; i < po_key_count(); i++)
		po_key_clear(&c, po_key_at(i));
}

/* Bounds of chapter 14 that an administrator may not move. */
static void security_bounds_are_exact(void **state)
{
	static const struct {
		const char *key, *last, *beyond;
	} rows[] = {
	        {"clock_skew", "300", "301"},
	        {"max_wait", "900", "901"},
	        {"limit_flows", "4096", "4097"},
	        {"limit_source", "4096/86400", "4096/86401"},
	        {"max_uid", "4294967293", "4294967294"},
	};
	struct po_config c = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct po_key *key = po_key_at(po_key_find(rows[i].key));

		assert_true(set(&c, key, rows[i].last));
		assert_false(set(&c, key, rows[i].beyond));
	}
}

static void names_are_unique_and_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < po_key_count(); i++) {
		assert_int_equal(po_key_find(po_key_at(i)->name), i);
		assert_true(strlen(po_key_at(i)->name) < PO_LIMIT_CONFIG_NAME);
	}
	assert_int_equal(po_key_find("client_secret"), po_key_count());
	assert_int_equal(po_key_find("Issuer"), po_key_count());
	assert_int_equal(po_key_find(""), po_key_count());
}

static void checking_keeps_nothing(void **state)
{
	struct po_fault f = {0};

	(void)state;
	assert_true(po_key_check(po_key_at(po_key_find("skip_users")), "a b c", &f));
	assert_true(po_key_check(po_key_at(po_key_find("client_id")), "x", &f));
	assert_false(po_key_check(po_key_at(po_key_find("max_wait")), "x", &f));
	assert_string_equal(f.text, "max_wait: expected a number from 10 to 900");
	assert_false(po_key_check(po_key_at(po_key_find("limit_flows")), "0", &f));
	assert_string_equal(f.text, "limit_flows: expected a number from 1 to 4096, or none");
	assert_false(po_key_check(po_key_at(po_key_find("limit_user")), "6", &f));
	assert_string_equal(f.text, "limit_user: expected COUNT/SECONDS, 1 to 4096 in 1 to 86400, "
	                            "or none");
	assert_false(po_key_check(po_key_at(po_key_find("display")), "both", &f));
	assert_string_equal(f.text, "display: expected one of prompt, info, info+prompt");
	assert_false(po_key_check(po_key_at(po_key_find("endpoint_ports")), "443 x", &f));
	assert_string_equal(f.text, "endpoint_ports: expected a port from 1 to 65535 as item 2");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(numbers_end_at_their_limits),
	        cmocka_unit_test(rates_end_at_their_limits),
	        cmocka_unit_test(none_is_no_limit),
	        cmocka_unit_test(words_are_stored_in_order),
	        cmocka_unit_test(words_mean_their_enumerators),
	        cmocka_unit_test(lists_are_bounded_and_checked),
	        cmocka_unit_test(texts_are_replaced_and_checked),
	        cmocka_unit_test(defaults_are_valid),
	        cmocka_unit_test(security_bounds_are_exact),
	        cmocka_unit_test(names_are_unique_and_found),
	        cmocka_unit_test(checking_keeps_nothing),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
