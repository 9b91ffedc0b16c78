/* SPDX-License-Identifier: BSD-2-Clause */
/* What each task must bring along, and what it must not (doc/PROTOCOL.md 3.1). */
#include "wire_messages.h"

static bool task_decodes(enum po_task task, void (*change)(struct po_request *r))
{
	struct po_message m = {.kind = PO_KIND_REQUEST};
	struct po_message arrived;
	struct po_fault f;
	struct po_buf b;
	bool ok;

	make_verify(&m.request);
	m.request.task = task;
	change(&m.request);
	po_buf_init(&b, PO_LIMIT_MESSAGE);
	assert_true(po_wire_encode(&m, &b, &f));
	ok = po_wire_decode(b.data, b.len, &arrived, &f);
	po_message_free(&arrived);
	po_buf_free(&b);
	po_message_free(&m);
	return ok;
}

static void clear(char **text)
{
	free(*text);
	*text = NULL;
}

static void as_it_is(struct po_request *r)
{
	(void)r;
}

static void no_token(struct po_request *r)
{
	po_secret_free(&r->verify.token);
}

static void no_keys_and_no_issuer(struct po_request *r)
{
	clear(&r->verify.jwks);
	clear(&r->issuer);
}

static void signature_only(struct po_request *r)
{
	clear(&r->issuer);
	clear(&r->client_id);
	clear(&r->scope);
}

static void claims_for_nobody(struct po_request *r)
{
	r->verify.signature_only = false;
	clear(&r->client_id);
}

static void claims_of_nobody(struct po_request *r)
{
	r->verify.signature_only = false;
	clear(&r->issuer);
}

static void claims(struct po_request *r)
{
	r->verify.signature_only = false;
	clear(&r->scope);
	clear(&r->verify.jwks);
}

static void only_keys(struct po_request *r)
{
	no_token(r);
	r->verify.now = 0;
	r->verify.signature_only = false;
}

static void only_a_token(struct po_request *r)
{
	clear(&r->verify.jwks);
	r->verify.now = 0;
	r->verify.signature_only = false;
}

static void only_now(struct po_request *r)
{
	only_keys(r);
	clear(&r->verify.jwks);
	r->verify.now = 1;
}

static void only_ease(struct po_request *r)
{
	only_keys(r);
	clear(&r->verify.jwks);
	r->verify.signature_only = true;
}

static void nothing_to_verify(struct po_request *r)
{
	only_keys(r);
	clear(&r->verify.jwks);
}

/* A login that carried a token, or keys, or no wish for claims, would be a trap. */
static void tasks_have_what_they_need_and_no_more(void **state)
{
	static const struct {
		const char *name;
		enum po_task task;
		void (*change)(struct po_request *r);
		bool good;
	} rows[] = {
	        {"everything", PO_TASK_VERIFY, as_it_is, true},
	        {"the signature alone", PO_TASK_VERIFY, signature_only, true},
	        {"claims, keys from the issuer", PO_TASK_VERIFY, claims, true},
	        {"no token", PO_TASK_VERIFY, no_token, false},
	        {"keys of nobody", PO_TASK_VERIFY, no_keys_and_no_issuer, false},
	        {"no audience", PO_TASK_VERIFY, claims_for_nobody, false},
	        {"no issuer", PO_TASK_VERIFY, claims_of_nobody, false},
	        {"login", PO_TASK_LOGIN, nothing_to_verify, true},
	        {"login with a token", PO_TASK_LOGIN, as_it_is, false},
	        {"login with a token alone", PO_TASK_LOGIN, only_a_token, false},
	        {"login with keys", PO_TASK_LOGIN, only_keys, false},
	        {"login at another time", PO_TASK_LOGIN, only_now, false},
	        {"login without claims", PO_TASK_LOGIN, only_ease, false},
	        {"probe", PO_TASK_PROBE, nothing_to_verify, true},
	        {"probe with keys", PO_TASK_PROBE, only_keys, false},
	        {"no task", (enum po_task)0, nothing_to_verify, false},
	        {"one too many", (enum po_task)4, as_it_is, false},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].name;
		ROW(&t, task_decodes(rows[i].task, rows[i].change) == rows[i].good);
	}
	table_end(&t);
}

static void a_token_and_its_terms_arrive(void **state)
{
	struct po_message sent = {.kind = PO_KIND_REQUEST};
	struct po_message m;
	struct po_fault f;
	struct po_buf b;

	(void)state;
	make_verify(&sent.request);
	po_buf_init(&b, PO_LIMIT_MESSAGE);
	assert_true(po_wire_encode(&sent, &b, &f));
	assert_true(po_wire_decode(b.data, b.len, &m, &f));
	assert_string_equal(m.request.verify.token.data, "eyJ.e30.c2ln");
	assert_string_equal(m.request.verify.jwks, "{\"keys\":[]}");
	assert_true(m.request.verify.now == INT64_C(0x123456789a));
	assert_true(m.request.verify.signature_only);
	po_buf_free(&b);
	po_message_free(&m);
	po_message_free(&sent);
}

static void claims_are_there(void **state)
{
	static const unsigned char absent[] = {
	        PO_WIRE_VERSION, PO_KIND_CLAIMS, 0xff, 0xff, 0xff, 0xff};
	static const unsigned char empty[] = {PO_WIRE_VERSION, PO_KIND_CLAIMS, 0, 0, 0, 0};
	struct po_message m;
	struct po_fault f;

	(void)state;
	assert_false(po_wire_decode(absent, sizeof(absent), &m, &f));
	assert_true(po_wire_decode(empty, sizeof(empty), &m, &f));
	po_message_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(tasks_have_what_they_need_and_no_more),
	        cmocka_unit_test(a_token_and_its_terms_arrive),
	        cmocka_unit_test(claims_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
