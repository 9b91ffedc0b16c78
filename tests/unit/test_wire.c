/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages: what one side encodes the other reads back, and of anything else nothing is taken. Over
 * a socket: test_wire_socket.c.
 */
#include "wire_messages.h"

static void encode(enum po_kind kind, struct po_buf *out)
{
	struct po_message m;
	struct po_fault f;

	make_message(&m, kind);
	po_buf_init(out, PO_LIMIT_MESSAGE);
	assert_true(po_wire_encode(&m, out, &f));
	po_message_free(&m);
}

/* Encoding what was decoded gives the same bytes: no field is lost or changed places. */
static void what_is_sent_is_what_arrives(void **state)
{
	(void)state;
	for (enum po_kind kind = PO_KIND_REQUEST; kind <= PO_KIND_CLAIMS; kind++) {
		struct po_message m;
		struct po_fault f = {.code = PO_OK};
		struct po_buf one;
		struct po_buf two;

		encode(kind, &one);
		if (!po_wire_decode(one.data, one.len, &m, &f))
			fail_msg("kind %d: %s", (int)kind, f.text);
		assert_int_equal(m.kind, kind);
		po_buf_init(&two, PO_LIMIT_MESSAGE);
		assert_true(po_wire_encode(&m, &two, &f));
		assert_int_equal(one.len, two.len);
		assert_memory_equal(one.data, two.data, one.len);
		po_message_free(&m);
		po_message_free(&m);
		po_buf_free(&one);
		po_buf_free(&two);
	}
	po_message_free(NULL);
}

static void every_field_of_the_nouns_arrives(void **state)
{
	struct po_message m;
	struct po_fault f;
	struct po_buf b;

	(void)state;
	encode(PO_KIND_REQUEST, &b);
	assert_true(po_wire_decode(b.data, b.len, &m, &f));
	assert_int_equal(m.request.remaining_ms, 100000);
	assert_null(m.request.jwks_uri); /* absent stays absent, empty stays empty */
	assert_string_equal(m.request.ca_file, "");
	assert_string_equal(m.request.token_endpoint, "https://sso.example.org/token");
	assert_int_equal(m.request.identity_source, PO_FROM_API);
	assert_string_equal(m.request.userinfo_endpoint, "https://sso.example.org/userinfo");
	assert_string_equal(m.request.introspection_endpoint, "https://sso.example.org/introspect");
	assert_string_equal(m.request.api_endpoint, "https://api.example.org/user");
	assert_string_equal(m.request.subject_claim, "id");
	assert_string_equal(m.request.resource, "urn:host");
	assert_string_equal(m.request.access_token_audience, "web01");
	assert_int_equal(m.request.client_secret.len, sizeof(SECRET) + 1);
	assert_memory_equal(m.request.client_secret.data, SECRET "\0x", sizeof(SECRET) + 2);
	assert_int_equal(m.request.endpoint_hosts.count, 2);
	assert_string_equal(m.request.endpoint_hosts.items[1], "b.example");
	assert_int_equal(m.request.want_count, 2);
	assert_string_equal(m.request.wants[0].name, "/realm_access/roles");
	assert_int_equal(m.request.wants[0].read, PO_READ_KEYS);
	assert_string_equal(m.request.wants[0].values.items[1], "");
	assert_int_equal(m.request.client_auth, PO_AUTH_POST);
	assert_true(m.request.initial_poll && m.request.iat_loose);
	assert_int_equal(m.request.max_age_s, 900);
	assert_string_equal(m.request.acr_values.items[0], "gold");
	po_message_free(&m);
	po_buf_free(&b);
	encode(PO_KIND_IDENTITY, &b);
	assert_true(po_wire_decode(b.data, b.len, &m, &f));
	assert_true(m.identity.claims[3].integer == INT64_MIN + 7);
	assert_true(m.identity.claims[4].boolean);
	assert_string_equal(m.identity.claims[5].list.items[0], "ops");
	po_message_free(&m);
	po_buf_free(&b);
}

/* Copied to a block of its size, so that ASan sees a read beyond it. */
static bool decodes(const unsigned char *data, size_t len)
{
	unsigned char *copy = malloc(len ? len : 1);
	struct po_message m;
	struct po_fault f = {.code = PO_OK};
	bool ok;

	assert_non_null(copy);
	memcpy(copy, data, len);
	ok = po_wire_decode(copy, len, &m, &f);
	if (ok)
		po_message_free(&m);
	else
		assert_int_equal(f.code, PO_E_WORKER);
	free(copy);
	return ok;
}

static void no_part_of_a_message_is_a_message(void **state)
{
	(void)state;
	for (enum po_kind kind = PO_KIND_REQUEST; kind <= PO_KIND_CLAIMS; kind++) {
		struct po_buf b;

		encode(kind, &b);
		for (size_t len = 0; len < b.len; len++)
			if (decodes(b.data, len))
				fail_msg("kind %d is taken after %zu of %zu bytes", (int)kind, len,
				         b.len);
		assert_true(po_buf_add(&b, "", 1));
		assert_false(decodes(b.data, b.len)); /* trailing bytes */
		po_buf_free(&b);
	}
}

/* No crash, no leak, no bad read whatever one byte holds (run with ASan and UBSan). */
static void no_changed_byte_breaks_the_reader(void **state)
{
	static const unsigned char changes[] = {0x01, 0x02, 0x04, 0x40, 0x80, 0xff};
	unsigned refused = 0;

	(void)state;
	for (enum po_kind kind = PO_KIND_REQUEST; kind <= PO_KIND_CLAIMS; kind++) {
		struct po_buf b;

		encode(kind, &b);
		for (size_t i = 0; i < b.len; i++)
			for (size_t k = 0; k < COUNT(changes); k++) {
				b.data[i] ^= changes[k];
				refused += !decodes(b.data, b.len);
				b.data[i] ^= changes[k];
			}
		po_buf_free(&b);
	}
	assert_true(refused > 1000); /* lengths, kinds, versions, enums */
}

/* Messages spelt by hand: version 1, then the kind, then fields of big-endian numbers. */
#define ABSENT "\xff\xff\xff\xff"
#define ONE    "\0\0\0\1"
#define ZERO   "\0\0\0\0"
#define ISS    "\0\0\0\11https://h"
#define B(s)   s, sizeof(s) - 1

static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	bool ok;
} spelt[] = {
        {"PROCEED", B("\1\2"), true},
        {"PROCEED with a byte more", B("\1\2\0"), false},
        {"empty", B(""), false},
        {"version only", B("\1"), false},
        {"version 0", B("\0\2"), false},
        {"version 2", B("\2\2"), false},
        {"kind 0", B("\1\0"), false},
        {"kind 7", B("\1\7"), false},
        {"kind 255", B("\1\xff"), false},
        {"FAULT", B("\1\5\0\0\0\3\0\0\0\2no"), true},
        {"FAULT, code beyond the table", B("\1\5\0\0\0\x7f\0\0\0\2no"), false},
        {"FAULT, code of 2^31", B("\1\5\x80\0\0\0\0\0\0\2no"), false},
        {"FAULT without a text", B("\1\5\0\0\0\3" ABSENT), false},
        {"FAULT with a NUL in its text", B("\1\5\0\0\0\3\0\0\0\3a\0b"), false},
        {"FAULT, text longer than the message", B("\1\5\0\0\0\3\0\0\0\3no"), false},
        {"FAULT, text of 2^32 - 2 bytes", B("\1\5\0\0\0\3\xff\xff\xff\xfeno"), false},
        {"LOG", B("\1\6\0\0\0\0\0\0\0\2hi"), true},
        {"LOG, a warning", B("\1\6\0\0\0\1\0\0\0\2hi"), true},
        {"LOG of an unknown level", B("\1\6\0\0\0\2\0\0\0\2hi"), false},
        {"LOG without a text", B("\1\6\0\0\0\0" ABSENT), false},
        {"CHALLENGE without a symbol", B("\1\3" ISS "\0\0\0\1X\0\0\1\0" ZERO ABSENT), true},
        {"CHALLENGE, bits too few", B("\1\3" ISS "\0\0\0\1X\0\0\1\0\0\0\0\25\0\0\0\1x"), false},
        {"CHALLENGE, size without bits", B("\1\3" ISS "\0\0\0\1X\0\0\1\0\0\0\0\25" ABSENT), false},
        {"CHALLENGE, one bit without a size", B("\1\3" ISS "\0\0\0\1X\0\0\1\0" ZERO "\0\0\0\1x"),
         false},
        {"CHALLENGE, size of 2^32 - 1", B("\1\3" ISS "\0\0\0\1X\0\0\1\0" ABSENT ABSENT), false},
        {"CHALLENGE, size of 65536: squared it is 0",
         B("\1\3" ISS "\0\0\0\1X\0\0\1\0\0\1\0\0" ABSENT), false},
        {"IDENTITY without claims", B("\1\4" ISS "\0\0\0\1a" ABSENT ZERO), true},
        {"IDENTITY, more claims than bytes", B("\1\4" ISS "\0\0\0\1a" ABSENT "\0\0\0\2" ZERO),
         false},
        {"IDENTITY, 2^32 - 1 claims", B("\1\4" ISS "\0\0\0\1a" ABSENT ABSENT), false},
        {"IDENTITY, claim of unknown kind", B("\1\4" ISS "\0\0\0\1a" ABSENT ONE "\0\0\0\6"), false},
        {"IDENTITY, boolean 2", B("\1\4" ISS "\0\0\0\1a" ABSENT ONE "\0\0\0\4\0\0\0\2"), false},
        {"IDENTITY, boolean 1", B("\1\4" ISS "\0\0\0\1a" ABSENT ONE "\0\0\0\4" ONE), true},
        {"IDENTITY, list of 2^32 - 1", B("\1\4" ISS "\0\0\0\1a" ABSENT ONE "\0\0\0\5" ABSENT),
         false},
        {"IDENTITY, list with an absent item",
         B("\1\4" ISS "\0\0\0\1a" ABSENT ONE "\0\0\0\5" ONE ABSENT), false},
        {"IDENTITY, NUL in the subject", B("\1\4" ISS "\0\0\0\3a\0b" ZERO), false},
        {"REQUEST of nothing", B("\1\1"), false},
};

static void messages_spelt_by_hand(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(spelt); i++) {
		t.row = spelt[i].name;
		ROW(&t,
		    decodes((const unsigned char *)spelt[i].bytes, spelt[i].len) == spelt[i].ok);
	}
	table_end(&t);
}

/* The last code of the table is one, the number behind it is none; the table grows. */
static void fault_codes_end_with_the_table(void **state)
{
	(void)state;
	for (unsigned over = 0; over <= 1; over++) {
		struct po_buf b;

		po_buf_init(&b, 100);
		assert_true(po_buf_add(&b, "\1\5", 2) &&
		            po_buf_add_u32(&b, PO_CODE_COUNT - 1 + over) &&
		            po_buf_add(&b, "\0\0\0\2no", 6));
		assert_int_equal(decodes(b.data, b.len), !over);
		po_buf_free(&b);
	}
}

static void requests_without_their_core_are_refused(void **state)
{
	struct table t = {0};
	char *none = NULL;

	(void)state;
	for (int i = 0; i < 4; i++) {
		static const char *const names[] = {"issuer", "client_id", "scope", "task"};
		struct po_message m;
		struct po_fault f;
		struct po_buf b;
		char **field;

		t.row = names[i];
		make_message(&m, PO_KIND_REQUEST);
		field = i == 0   ? &m.request.issuer
		        : i == 1 ? &m.request.client_id
		        : i == 2 ? &m.request.scope
		                 : &none;
		free(*field);
		*field = NULL;
		if (i == 3)
			m.request.task = (enum po_task)0;
		po_buf_init(&b, PO_LIMIT_MESSAGE);
		assert_true(po_wire_encode(&m, &b, &f));
		ROW(&t, !decodes(b.data, b.len));
		po_buf_free(&b);
		po_message_free(&m);
	}
	table_end(&t);
}

static bool source_decodes(enum po_identity_source source, bool api, bool claim, bool resource,
                           bool audience)
{
	struct po_message m;
	struct po_fault f;
	struct po_buf b;
	char **fields[] = {&m.request.api_endpoint, &m.request.subject_claim, &m.request.resource,
	                   &m.request.access_token_audience};
	const bool kept[] = {api, claim, resource, audience};
	bool ok;

	make_message(&m, PO_KIND_REQUEST);
	m.request.identity_source = source;
	for (size_t i = 0; i < COUNT(fields); i++)
		if (!kept[i]) {
			free(*fields[i]);
			*fields[i] = NULL;
		}
	po_buf_init(&b, PO_LIMIT_MESSAGE);
	assert_true(po_wire_encode(&m, &b, &f));
	ok = decodes(b.data, b.len);
	po_buf_free(&b);
	po_message_free(&m);
	return ok;
}

/* The worker need not wonder what an API without an address would be. */
static void sources_without_what_they_need_are_refused(void **state)
{
	(void)state;
	assert_true(source_decodes(PO_FROM_API, true, true, false, false));
	assert_false(source_decodes(PO_FROM_API, false, true, true, true));
	assert_false(source_decodes(PO_FROM_API, true, false, true, true));
	assert_true(source_decodes(PO_FROM_ACCESS_TOKEN, false, false, true, false));
	assert_true(source_decodes(PO_FROM_ACCESS_TOKEN, false, false, false, true));
	assert_false(source_decodes(PO_FROM_ACCESS_TOKEN, true, true, false, false));
	assert_true(source_decodes(PO_FROM_ID_TOKEN, false, false, false, false));
	assert_true(source_decodes(PO_FROM_USERINFO, false, false, false, false));
	assert_true(source_decodes(PO_FROM_INTROSPECTION, false, false, false, false));
	assert_false(source_decodes((enum po_identity_source)5, true, true, true, true));
}

/* UIX-15: with all its bits, a symbol of version 15 is still too large to be taken. */
static void larger_symbols_than_any_are_refused(void **state)
{
	(void)state;
	for (uint32_t side = PO_QR_SIDE_MAX; side <= PO_QR_SIDE_MAX + 4; side += 4) {
		struct po_message m = {.kind = PO_KIND_CHALLENGE};
		struct po_fault f;
		struct po_buf b;

		m.challenge = (struct po_challenge){strdup("https://h/d"), strdup("X"), 300, side,
		                                    calloc(1, po_qr_bytes(side))};
		po_buf_init(&b, PO_LIMIT_MESSAGE);
		assert_true(po_wire_encode(&m, &b, &f));
		assert_int_equal(decodes(b.data, b.len), side <= PO_QR_SIDE_MAX);
		po_buf_free(&b);
		po_message_free(&m);
	}
}

static void fault_text_must_fit(void **state)
{
	(void)state;
	for (uint32_t n = PO_LIMIT_FAULT_TEXT - 1; n <= PO_LIMIT_FAULT_TEXT; n++) {
		struct po_buf b;

		po_buf_init(&b, PO_LIMIT_MESSAGE);
		po_buf_add(&b, "\1\5\0\0\0\3", 6);
		po_buf_add_u32(&b, n);
		for (uint32_t i = 0; i < n; i++)
			po_buf_add(&b, "x", 1);
		assert_int_equal(decodes(b.data, b.len), n < PO_LIMIT_FAULT_TEXT);
		po_buf_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_is_sent_is_what_arrives),
	        cmocka_unit_test(every_field_of_the_nouns_arrives),
	        cmocka_unit_test(no_part_of_a_message_is_a_message),
	        cmocka_unit_test(no_changed_byte_breaks_the_reader),
	        cmocka_unit_test(messages_spelt_by_hand),
	        cmocka_unit_test(fault_codes_end_with_the_table),
	        cmocka_unit_test(requests_without_their_core_are_refused),
	        cmocka_unit_test(sources_without_what_they_need_are_refused),
	        cmocka_unit_test(larger_symbols_than_any_are_refused),
	        cmocka_unit_test(fault_text_must_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
