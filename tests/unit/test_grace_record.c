/* SPDX-License-Identifier: BSD-2-Clause */
/* Records of approved logins as text (PAM-39): read back as written, or not at all; no token. */
#include "grace_record.h"

#include "table.h"

#include <stdio.h>

/* Texts that the product only reads. */
#define LENT(text) ((char *)(uintptr_t)(text))

static struct po_grace_record sample(const char *subject)
{
	struct po_grace_record r;

	po_grace_record_init(&r);
	r.account = strdup("alice");
	r.service = strdup("sshd");
	r.boot = strdup("0e6a-boot");
	r.since = 123456;
	r.address = strdup("192.0.2.1");
	r.caller = 4294967294U;
	r.owner = (struct po_process){4711, UINT64_C(18446744073709551615)};
	r.who.issuer = strdup("https://i");
	r.who.subject = strdup(subject);
	po_buf_add_str(&r.prior, "publickey ssh-ed25519 AAAA\n");
	po_buf_add(&r.asked, "a\0b", 3);
	assert_true(po_identity_set_claims(&r.who, 2));
	r.who.claims[0] = (struct po_claim){.kind = PO_CLAIM_STRING, .string = strdup("v\n1")};
	r.who.claims[1].kind = PO_CLAIM_ABSENT;
	return r;
}

static void write_file(struct po_buf *text, size_t records)
{
	po_buf_init(text, po_grace_limit());
	po_grace_write_head(text);
	for (size_t i = 0; i < records; i++) {
		struct po_grace_record r = sample("248289761001");

		assert_true(po_grace_write(text, &r));
		po_grace_record_free(&r);
	}
}

static void what_is_written_is_read(void **state)
{
	struct po_grace_list l = {.count = 0};
	const struct po_grace_record *r = &l.items[1];
	struct po_buf text;

	(void)state;
	write_file(&text, 2);
	assert_true(po_grace_read(&l, text.data, text.len));
	assert_int_equal(l.count, 2);
	assert_string_equal(r->account, "alice");
	assert_string_equal(r->service, "sshd");
	assert_string_equal(r->boot, "0e6a-boot");
	assert_int_equal(r->since, 123456);
	assert_string_equal(r->address, "192.0.2.1");
	assert_int_equal(r->caller, 4294967294U);
	assert_int_equal(r->owner.pid, 4711);
	assert_true(r->owner.start == UINT64_C(18446744073709551615));
	assert_string_equal(po_buf_str(&r->prior), "publickey ssh-ed25519 AAAA\n");
	assert_int_equal(r->asked.len, 3);
	assert_memory_equal(r->asked.data, "a\0b", 3);
	assert_string_equal(r->who.issuer, "https://i");
	assert_string_equal(r->who.subject, "248289761001");
	assert_int_equal(r->who.claim_count, 2);
	assert_string_equal(r->who.claims[0].string, "v\n1");
	assert_int_equal(r->who.claims[1].kind, PO_CLAIM_ABSENT);
	po_grace_list_free(&l);
	po_grace_list_free(&l);
	assert_int_equal(l.count, 0);
	po_buf_free(&text);
}

/* What an administrator sees: whose login, by which service, from where. */
static void an_administrator_can_read_it(void **state)
{
	static const char *const lines[] = {"pam_oauth grace 1\naccount alice\nservice sshd\nboot ",
	                                    "\naddress 192.0.2.1\n", "\npid 4711\n",
	                                    "\nsub 248289761001\n"};
	struct po_buf text;

	(void)state;
	write_file(&text, 1);
	for (size_t i = 0; i < COUNT(lines); i++)
		assert_non_null(strstr(po_buf_str(&text), lines[i]));
	po_buf_free(&text);
}

static void as_many_as_fit(void **state)
{
	struct po_grace_list l = {.count = 0};
	struct po_buf text;

	(void)state;
	write_file(&text, PO_GRACE_RECORDS);
	assert_true(po_grace_read(&l, text.data, text.len));
	assert_int_equal(l.count, PO_GRACE_RECORDS);
	po_grace_list_free(&l);
	po_buf_free(&text);
	write_file(&text, PO_GRACE_RECORDS + 1);
	assert_false(po_grace_read(&l, text.data, text.len));
	assert_int_equal(l.count, 0);
	po_buf_free(&text);
	write_file(&text, 0);
	assert_true(po_grace_read(&l, text.data, text.len));
	assert_int_equal(l.count, 0);
	po_buf_free(&text);
}

/* Cut anywhere, or with any byte changed to one that the format cannot hold, it is no record. */
static void a_damaged_file_is_none(void **state)
{
	struct po_buf text;
	struct po_buf copy;

	(void)state;
	write_file(&text, 1);
	for (size_t cut = 0; cut < text.len; cut++) {
		struct po_grace_list l = {.count = 0};
		bool empty = cut == strlen("pam_oauth grace 1\n");

		if (po_grace_read(&l, text.data, cut) != empty)
			fail_msg("cut at %zu", cut);
		assert_int_equal(l.count, 0);
	}
	po_buf_init(&copy, text.len);
	for (size_t i = 0; i < text.len; i++) {
		struct po_grace_list l = {.count = 0};

		po_buf_reset(&copy);
		po_buf_add(&copy, text.data, text.len);
		copy.data[i] = '\0';
		if (po_grace_read(&l, copy.data, copy.len))
			fail_msg("a NUL at %zu", i);
		assert_int_equal(l.count, 0);
	}
	po_buf_free(&copy);
	po_buf_free(&text);
}

static const struct {
	const char *name;
	const char *from;
	const char *to;
} changes[] = {
        {"another format", "grace 1", "grace 2"},
        {"of the future's future", "since 123456", "since 9223372036854775808"},
        {"before the boot", "since 123456", "since -1"},
        {"a pid of another size", "pid 4711", "pid 4294972007"},
        {"a caller of another size", "caller 4294967294", "caller 4294967296"},
        {"another person for the eye", "sub 248289761001", "sub 248289761002"},
        {"two names of a line", "service sshd", "service sshd\nservice sudo"},
        {"a line less", "service sshd\n", ""},
        {"a blank among the bytes", "prior 7075", "prior 7075 "},
        {"no identity", "\nidentity 01", "\nidentity 00"},
        {"a request for an identity", "\nidentity 0104", "\nidentity 0101"},
        {"a challenge for an identity", "\nidentity 0104", "\nidentity 0103"},
        {"PROCEED for an identity", "\nidentity 0104", "\nidentity 0102"},
        {"more bytes", "\nidentity 0104", "\nidentity 010400"},
};

static bool replace(const char *text, const char *from, const char *to, struct po_buf *out)
{
	const char *at = strstr(text, from);

	po_buf_init(out, po_grace_limit());
	return at && po_buf_add(out, text, (size_t)(at - text)) && po_buf_add_str(out, to) &&
	       po_buf_add_str(out, at + strlen(from));
}

static void what_was_tampered_with_is_none(void **state)
{
	struct table t = {.row = ""};
	struct po_buf text;

	(void)state;
	write_file(&text, 1);
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct po_grace_list l = {.count = 0};
		struct po_buf changed;

		t.row = changes[i].name;
		ROW(&t, replace(po_buf_str(&text), changes[i].from, changes[i].to, &changed));
		ROW(&t, !po_grace_read(&l, changed.data, changed.len));
		ROW_NUMBER(&t, l.count, 0);
		po_buf_free(&changed);
	}
	po_buf_free(&text);
	table_end(&t);
}

static void set(char **text, const char *value)
{
	free(*text);
	*text = strdup(value);
}

/* PAM_SERVICE is the application's word. */
static void no_line_can_be_smuggled_in(void **state)
{
	struct po_buf text;
	struct po_grace_record r = sample("a");

	(void)state;
	po_buf_init(&text, po_grace_limit());
	set(&r.service, "x\nservice sudo");
	assert_false(po_grace_write(&text, &r));
	set(&r.service, "");
	assert_false(po_grace_write(&text, &r));
	set(&r.service, "sshd");
	set(&r.account, "al\nice");
	assert_false(po_grace_write(&text, &r));
	set(&r.account, "alice");
	set(&r.who.subject, "a\nb");
	assert_false(po_grace_write(&text, &r));
	set(&r.who.subject, "a b");
	assert_true(po_grace_write(&text, &r));
	po_grace_record_free(&r);
	po_buf_free(&text);
}

/* More than is read back is not written; bytes have the bound that they are read with. */
static void sizes_are_bounded(void **state)
{
	struct po_grace_record r = sample("a");
	struct po_buf text;
	char *large = malloc(60000);

	(void)state;
	memset(large, 'x', 59999);
	large[59999] = '\0';
	assert_false(po_buf_add_str(&r.prior, large));
	po_buf_init(&text, po_grace_limit());
	set(&r.who.claims[0].string, large);
	assert_false(po_grace_write(&text, &r));
	po_grace_record_free(&r);
	po_buf_free(&text);
	free(large);
}

struct request_row {
	const char *name;
	const char *client_id;
	const char *scope;
	const char *acr;
	const char *acr2;
	const char *claim;
	enum po_claim_read read;
	const char *value;
	const char *value2;
};

static bool ask(const struct request_row *row, struct po_buf *out)
{
	struct po_request r = {.client_id = LENT(row->client_id), .scope = LENT(row->scope)};
	struct po_claim_want want = {.name = LENT(row->claim), .read = row->read};
	bool ok;

	if (row->acr)
		po_list_add(&r.acr_values, row->acr);
	if (row->acr2)
		po_list_add(&r.acr_values, row->acr2);
	if (row->value)
		po_list_add(&want.values, row->value);
	if (row->value2)
		po_list_add(&want.values, row->value2);
	r.wants = &want;
	r.want_count = row->claim ? 1 : 0;
	ok = po_grace_asked(&r, out);
	po_list_free(&r.acr_values);
	po_list_free(&want.values);
	return ok;
}

static const struct request_row requests[] = {
        {"plain", "c", "openid", NULL, NULL, "email", PO_READ_VALUE, NULL, NULL},
        {"another client", "d", "openid", NULL, NULL, "email", PO_READ_VALUE, NULL, NULL},
        {"another scope", "c", "openid x", NULL, NULL, "email", PO_READ_VALUE, NULL, NULL},
        {"shifted", "copenid", "", NULL, NULL, "email", PO_READ_VALUE, NULL, NULL},
        {"a level", "c", "openid", "a", NULL, "email", PO_READ_VALUE, NULL, NULL},
        {"two levels", "c", "openid", "a", "b", "email", PO_READ_VALUE, NULL, NULL},
        {"another order", "c", "openid", "b", "a", "email", PO_READ_VALUE, NULL, NULL},
        {"no claim", "c", "openid", NULL, NULL, NULL, PO_READ_VALUE, NULL, NULL},
        {"another claim", "c", "openid", NULL, NULL, "mail", PO_READ_VALUE, NULL, NULL},
        {"read otherwise", "c", "openid", NULL, NULL, "email", PO_READ_LIST, NULL, NULL},
        {"a member", "c", "openid", NULL, NULL, "email", PO_READ_LIST, "a", NULL},
        {"two members", "c", "openid", NULL, NULL, "email", PO_READ_LIST, "a", "b"},
};

/* Whatever differs in the request differs in its bytes, else they are the same. */
static void what_was_asked_is_told_apart(void **state)
{
	struct table t = {.row = ""};

	(void)state;
	for (size_t i = 0; i < COUNT(requests); i++)
		for (size_t k = 0; k < COUNT(requests); k++) {
			struct po_buf a;
			struct po_buf b;

			t.row = requests[i].name;
			ROW(&t, ask(&requests[i], &a) && ask(&requests[k], &b));
			ROW(&t, (a.len == b.len && memcmp(a.data, b.data, a.len) == 0) == (i == k));
			po_buf_free(&a);
			po_buf_free(&b);
		}
	table_end(&t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_is_written_is_read),
	        cmocka_unit_test(an_administrator_can_read_it),
	        cmocka_unit_test(as_many_as_fit),
	        cmocka_unit_test(a_damaged_file_is_none),
	        cmocka_unit_test(what_was_tampered_with_is_none),
	        cmocka_unit_test(no_line_can_be_smuggled_in),
	        cmocka_unit_test(sizes_are_bounded),
	        cmocka_unit_test(what_was_asked_is_told_apart),
	};

	return cmocka_run_group_tests_name("grace_record", tests, NULL, NULL);
}
