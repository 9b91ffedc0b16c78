/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The nouns: what the module refuses of what the worker sent (GEN-3), and that everything a noun
 * owns goes with it. Built with ASan: a leak or a second free fails the run.
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "po_types.h"

#define CODE64 "WDJBMJHTWDJBMJHTWDJBMJHTWDJBMJHTWDJBMJHTWDJBMJHTWDJBMJHTWDJBMJHT"

struct challenge_row {
	const char *name;
	const char *uri;
	const char *code;
	uint32_t expires_in_s;
	uint32_t qr_side;
	bool bits;
	bool valid;
};

#define URI  "https://sso.example.org/device"
#define CODE "WDJB-MJHT"

static const struct challenge_row challenges[] = {
        {"usual", URI, CODE, 300, 33, true, true},
        {"without a symbol", URI, CODE, 300, 0, false, true},
        {"longest code", URI, CODE64, 300, 0, false, true},
        {"one second left", URI, CODE, 1, 0, false, true},
        {"none left", URI, CODE, 0, 0, false, false},
        {"no URI", NULL, CODE, 300, 0, false, false},
        {"SRV-65 http", "http://sso.example.org/", CODE, 300, 0, false, false},
        {"SRV-66 user-info", "https://a@evil.example/", CODE, 300, 0, false, false},
        {"SRV-68 ESC in the URI", "https://h/\x1b[2J", CODE, 300, 0, false, false},
        {"no code", URI, NULL, 300, 0, false, false},
        {"SRV-62 empty code", URI, "", 300, 0, false, false},
        {"SRV-61 ESC in the code", URI, "W\x1b[2J", 300, 0, false, false},
        {"SRV-62 code of 65", URI, CODE64 "W", 300, 0, false, false},
        {"smallest symbol", URI, CODE, 300, 21, true, true},
        {"largest symbol", URI, CODE, 300, 73, true, true},
        {"symbol of no version below", URI, CODE, 300, 17, true, false},
        {"symbol of no version above", URI, CODE, 300, 77, true, false},
        {"symbol between versions", URI, CODE, 300, 34, true, false},
        {"symbol of one module", URI, CODE, 300, 1, true, false},
        {"symbol of 2^32 - 1 modules", URI, CODE, 300, UINT32_MAX, true, false},
        {"size without bits", URI, CODE, 300, 33, false, false},
        {"bits without a size", URI, CODE, 300, 0, true, false},
};

static char *copy_of(const char *s)
{
	return s ? strdup(s) : NULL;
}

static void challenges_are_judged_again(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(challenges); i++) {
		const struct challenge_row *row = &challenges[i];
		struct po_challenge c = {copy_of(row->uri), copy_of(row->code), row->expires_in_s,
		                         row->qr_side, NULL};
		struct po_fault f = {.code = PO_OK};

		t.row = row->name;
		if (row->bits)
			c.qr_bits = calloc(1, po_qr_bytes(PO_QR_SIDE_MAX));
		ROW(&t, po_challenge_valid(&c, &f) == row->valid);
		ROW_NUMBER(&t, f.code, row->valid ? PO_OK : PO_E_WORKER);
		if (c.qr_side > PO_QR_SIDE_MAX)
			c.qr_side = 0; /* what wire.c makes of it before it is freed */
		po_challenge_free(&c);
		po_challenge_free(&c); /* idempotent */
	}
	po_challenge_free(NULL);
	table_end(&t);
}

/* The request that the identities below answer: three values and a list. */
static void make_request(struct po_request *r)
{
	struct po_claim_want *want;

	*r = (struct po_request){.issuer = strdup("https://sso.example.org")};
	assert_non_null(po_request_add_want(r, "oid", PO_READ_VALUE));
	want = po_request_add_want(r, "groups", PO_READ_LIST);
	assert_non_null(want);
	assert_true(po_list_add(&want->values, "admins"));
	assert_true(po_list_add(&want->values, "ops"));
}

struct identity_row {
	const char *name;
	const char *issuer;
	const char *subject;
	size_t claim_count;
	struct po_claim first;
	enum po_claim_kind second;
	const char *member; /* of the second, if it is a list */
	bool valid;
};

#define ISS "https://sso.example.org"
#define STRING(text)                                     \
	{                                                \
		.kind = PO_CLAIM_STRING, .string = text, \
	}

static char value_ok[] = "5f";
static char value_empty[] = "";
static char value_escape[] = "a\x1b[2J";
static char value_not_utf8[] = "a\xff";

static const struct identity_row identities[] = {
        {"usual", ISS, "alice", 2, STRING(value_ok), PO_CLAIM_LIST, "ops", true},
        {"all absent", ISS, "alice", 2, {0}, PO_CLAIM_ABSENT, NULL, true},
        {"all of a wrong type",
         ISS,
         "a",
         2,
         {.kind = PO_CLAIM_INVALID},
         PO_CLAIM_INVALID,
         NULL,
         true},
        {"integer",
         ISS,
         "alice",
         2,
         {.kind = PO_CLAIM_INTEGER, .integer = -1},
         PO_CLAIM_ABSENT,
         NULL,
         true},
        {"boolean", ISS, "alice", 2, {.kind = PO_CLAIM_BOOLEAN}, PO_CLAIM_ABSENT, NULL, true},
        {"GEN-2 another issuer",
         "https://evil.example",
         "alice",
         2,
         {0},
         PO_CLAIM_ABSENT,
         NULL,
         false},
        {"DSC-4 issuer with a slash more", ISS "/", "alice", 2, {0}, PO_CLAIM_ABSENT, NULL, false},
        {"no issuer", NULL, "alice", 2, {0}, PO_CLAIM_ABSENT, NULL, false},
        {"IDT-16 no subject", ISS, NULL, 2, {0}, PO_CLAIM_ABSENT, NULL, false},
        {"IDT-16 empty subject", ISS, "", 2, {0}, PO_CLAIM_ABSENT, NULL, false},
        {"SRV-142 subject with a newline", ISS, "a\nb", 2, {0}, PO_CLAIM_ABSENT, NULL, false},
        {"a claim too few", ISS, "alice", 1, {0}, PO_CLAIM_ABSENT, NULL, false},
        {"a claim too many", ISS, "alice", 3, {0}, PO_CLAIM_ABSENT, NULL, false},
        {"no claims", ISS, "alice", 0, {0}, PO_CLAIM_ABSENT, NULL, false},
        {"empty string", ISS, "alice", 2, STRING(value_empty), PO_CLAIM_ABSENT, NULL, false},
        {"no string", ISS, "alice", 2, STRING(NULL), PO_CLAIM_ABSENT, NULL, false},
        {"ESC in a string", ISS, "alice", 2, STRING(value_escape), PO_CLAIM_ABSENT, NULL, false},
        {"string not UTF-8", ISS, "alice", 2, STRING(value_not_utf8), PO_CLAIM_ABSENT, NULL, false},
        {"list for a value",
         ISS,
         "alice",
         2,
         {.kind = PO_CLAIM_LIST},
         PO_CLAIM_ABSENT,
         NULL,
         false},
        {"string for a list", ISS, "alice", 2, {0}, PO_CLAIM_STRING, NULL, false},
        {"integer for a list", ISS, "alice", 2, {0}, PO_CLAIM_INTEGER, NULL, false},
        {"boolean for a list", ISS, "alice", 2, {0}, PO_CLAIM_BOOLEAN, NULL, false},
        {"LIM-20 a member nobody named", ISS, "alice", 2, {0}, PO_CLAIM_LIST, "root", false},
        {"LIM-20 a named one in capitals", ISS, "alice", 2, {0}, PO_CLAIM_LIST, "Ops", false},
        {"kind out of range",
         ISS,
         "alice",
         2,
         {.kind = (enum po_claim_kind)6},
         PO_CLAIM_ABSENT,
         NULL,
         false},
};

static void identities_are_what_was_asked_for(void **state)
{
	struct table t = {0};
	struct po_request r;

	(void)state;
	make_request(&r);
	for (size_t i = 0; i < COUNT(identities); i++) {
		const struct identity_row *row = &identities[i];
		struct po_identity id = {.issuer = copy_of(row->issuer),
		                         .subject = copy_of(row->subject)};
		struct po_fault f = {.code = PO_OK};

		t.row = row->name;
		assert_true(po_identity_set_claims(&id, row->claim_count));
		if (row->claim_count > 0) {
			id.claims[0] = row->first;
			id.claims[0].string = copy_of(row->first.string);
		}
		if (row->claim_count > 1)
			id.claims[1].kind = row->second;
		if (row->member)
			assert_true(po_list_add(&id.claims[1].list, row->member));
		ROW(&t, po_identity_valid(&id, &r, &f) == row->valid);
		ROW_NUMBER(&t, f.code, row->valid ? PO_OK : PO_E_WORKER);
		po_identity_free(&id);
		po_identity_free(&id);
	}
	po_identity_free(NULL);
	po_request_free(&r);
	table_end(&t);
}

/* PAM-45: what stands in the log in the subject's place is there when it was asked for only. */
static void the_hash_of_a_subject_is_one(void **state)
{
	static const struct {
		const char *name;
		const char *hash;
		bool wanted;
		bool valid;
	} rows[] = {
	        {"asked for", "4ace913314955c59", true, true},
	        {"not asked for, and not there", NULL, false, true},
	        {"not asked for", "4ace913314955c59", false, false},
	        {"not there", NULL, true, false},
	        {"empty", "", true, false},
	        {"a digit too few", "4ace913314955c5", true, false},
	        {"a digit too many", "4ace913314955c590", true, false},
	        {"more behind it", "4ace913314955c59 x", true, false},
	        {"the subject itself", "alice@example.or", true, false},
	        {"capitals", "4ACE913314955C59", true, false},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_request r = {.issuer = copy_of(ISS), .hash_subject = rows[i].wanted};
		struct po_identity id = {.issuer = copy_of(ISS),
		                         .subject = copy_of("alice"),
		                         .subject_hash = copy_of(rows[i].hash)};
		struct po_fault f = {.code = PO_OK};

		t.row = rows[i].name;
		ROW(&t, po_identity_valid(&id, &r, &f) == rows[i].valid);
		po_identity_free(&id);
		po_request_free(&r);
	}
	table_end(&t);
}

static void a_noun_owns_and_frees_everything(void **state)
{
	struct po_request r = {0};
	char *const all[] = {"a", "b", "c"};

	(void)state;
	make_request(&r);
	r.device_authorization_endpoint = strdup(all[0]);
	r.token_endpoint = strdup(all[0]);
	r.jwks_uri = strdup(all[0]);
	r.client_id = strdup(all[0]);
	r.scope = strdup(all[0]);
	r.ca_file = strdup(all[0]);
	assert_true(po_secret_set(&r.client_secret, "s", 1));
	for (size_t i = 0; i < COUNT(all); i++) {
		assert_true(po_list_add(&r.required_scopes, all[i]));
		assert_true(po_list_add(&r.endpoint_hosts, all[i]));
		assert_true(po_list_add(&r.endpoint_ports, all[i]));
		assert_true(po_list_add(&r.verification_hosts, all[i]));
		assert_true(po_list_add(&r.id_token_algs, all[i]));
		assert_true(po_list_add(&r.trusted_audiences, all[i]));
	}
	po_request_free(&r);
	assert_null(r.issuer);
	assert_null(r.client_secret.data);
	assert_null(r.wants);
	assert_int_equal(r.want_count, 0);
	po_request_free(&r);
	po_request_free(NULL);
	po_claim_free(NULL);
}

/* The picture as the wire carries it: row by row, most significant bit first. */
static void bits_of_a_symbol_are_numbered_row_by_row(void **state)
{
	unsigned char bits[56] = {0};
	const struct po_challenge c = {.qr_side = 21, .qr_bits = bits};

	(void)state;
	assert_int_equal(po_qr_bytes(0), 0);
	assert_int_equal(po_qr_bytes(1), 1);
	assert_int_equal(po_qr_bytes(21), 56);
	assert_int_equal(po_qr_bytes(73), 667);
	bits[0] = 0x80;
	bits[2] = 0x08;  /* bit 20: the last of the first row */
	bits[2] |= 0x04; /* bit 21: the first of the second */
	bits[55] = 0x80; /* bit 440: the last of all */
	for (uint32_t y = 0; y < 21; y++)
		for (uint32_t x = 0; x < 21; x++)
			assert_int_equal(po_qr_dark(&c, x, y),
			                 (x == 0 && y == 0) || (x == 20 && y == 0) ||
			                         (x == 0 && y == 1) || (x == 20 && y == 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(challenges_are_judged_again),
	        cmocka_unit_test(identities_are_what_was_asked_for),
	        cmocka_unit_test(the_hash_of_a_subject_is_one),
	        cmocka_unit_test(a_noun_owns_and_frees_everything),
	        cmocka_unit_test(bits_of_a_symbol_are_numbered_row_by_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
