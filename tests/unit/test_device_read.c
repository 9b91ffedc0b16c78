/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer to a device authorization request (RFC 8628 section 3.2, chapters 2.2 and 13.3): what
 * is taken, what is refused, and what is only remarked on.
 */
#include "data.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

struct remarks {
	unsigned count;
	char last[600];
};

static void hear(void *ctx, enum po_remark level, const char *text)
{
	struct remarks *r = ctx;

	r->count += level == PO_REMARK_WARNING; /* the administrator must see these */
	snprintf(r->last, sizeof(r->last), "%s", text);
}

static bool read_body(const struct po_request *r, const char *body, size_t len,
                      struct po_device *out, struct remarks *heard, struct po_fault *f)
{
	const struct po_note note = {hear, heard};
	struct po_json *doc = po_json_load(body, len, PO_E_PROVIDER, f);
	bool ok = doc && po_device_read(r, doc, out, &note, f);

	po_json_free(doc);
	return ok;
}

static bool judge(const struct po_buf *content, struct po_fault *f)
{
	struct remarks heard = {0};
	struct po_request r = {0};
	struct po_device d = {0};
	bool ok = read_body(&r, po_buf_str(content), content->len, &d, &heard, f);

	po_device_free(&d);
	return ok;
}

static void judge_ok(struct table *t, const struct po_buf *content)
{
	struct po_fault f = {.code = PO_OK};

	ROW(t, judge(content, &f));
	ROW_TEXT(t, f.text, "");
}

static void judge_bad(struct table *t, const struct po_buf *content)
{
	struct po_fault f = {.code = PO_OK};

	ROW(t, !judge(content, &f));
	ROW_NUMBER(t, f.code, PO_E_PROVIDER);
}

static void good_answers_of_the_data_are_taken(void **state)
{
	struct table t = {0};

	(void)state;
	assert_in_range(data_walk("device/ok", &t, judge_ok), 25, 1000);
	table_end(&t);
}

static void bad_answers_of_the_data_are_refused(void **state)
{
	struct table t = {0};

	(void)state;
	assert_in_range(data_walk("device/bad", &t, judge_bad), 80, 1000);
	table_end(&t);
}

#define CORE                                                  \
	"\"device_code\":\"dc\",\"user_code\":\"WDJB-MJHT\"," \
	"\"verification_uri\":\"https://h.example/d\""

static const struct {
	const char *name;
	const char *members; /* after CORE */
	int64_t expires_in_s, interval_s;
	bool remark;
} times[] = {
        {"both", ",\"expires_in\":600,\"interval\":7", 600, 7, false},
        {"SRV-51 no lifetime", ",\"interval\":7", 300, 7, true},
        {"SRV-51 lifetime null", ",\"expires_in\":null,\"interval\":7", 300, 7, true},
        {"DEV-15 shortest", ",\"expires_in\":10,\"interval\":5", 10, 5, false},
        {"SRV-55 599.5", ",\"expires_in\":599.5,\"interval\":5", 599, 5, false},
        {"DEV-15 10.9", ",\"expires_in\":10.9,\"interval\":5", 10, 5, false},
        {"SRV-55 1.8e3 clamped", ",\"expires_in\":1.8e3,\"interval\":5", 900, 5, false},
        {"SRV-52 string of digits", ",\"expires_in\":\"600\",\"interval\":5", 600, 5, false},
        {"SRV-54 10^18", ",\"expires_in\":1000000000000000000,\"interval\":5", 900, 5, false},
        {"SRV-54 3e9", ",\"expires_in\":3e9,\"interval\":5", 900, 5, false},
        {"SRV-54 1e18", ",\"expires_in\":1e18,\"interval\":5", 900, 5, false},
        {"SRV-54 largest integer", ",\"expires_in\":9223372036854775807,\"interval\":5", 900, 5,
         false},
        {"SRV-56 no interval", ",\"expires_in\":600", 600, 5, false},
        {"SRV-56 interval null", ",\"expires_in\":600,\"interval\":null", 600, 5, false},
        {"SRV-57 interval 0", ",\"expires_in\":600,\"interval\":0", 600, 5, true},
        {"SRV-57 interval 0.0", ",\"expires_in\":600,\"interval\":0.0", 600, 5, true},
        {"SRV-57 interval -5", ",\"expires_in\":600,\"interval\":-5", 600, 5, true},
        {"SRV-57 interval -0.5", ",\"expires_in\":600,\"interval\":-0.5", 600, 5, true},
        {"SRV-57 interval x", ",\"expires_in\":600,\"interval\":\"x\"", 600, 5, true},
        {"SRV-57 interval empty", ",\"expires_in\":600,\"interval\":\"\"", 600, 5, true},
        {"SRV-57 interval false", ",\"expires_in\":600,\"interval\":false", 600, 5, true},
        {"SRV-57 interval an array", ",\"expires_in\":600,\"interval\":[5]", 600, 5, true},
        {"SRV-58 interval 0.1", ",\"expires_in\":600,\"interval\":0.1", 600, 1, false},
        {"SRV-58 interval 2.5", ",\"expires_in\":600,\"interval\":2.5", 600, 3, false},
        {"SRV-60 interval \"5\"", ",\"expires_in\":600,\"interval\":\"5\"", 600, 5, false},
        {"DEV-16 interval 1", ",\"expires_in\":600,\"interval\":1", 600, 1, false},
        {"SRV-59 interval 86400", ",\"expires_in\":600,\"interval\":86400", 600, 86400, false},
};

static void times_are_read_by_dev_15_and_dev_16(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		struct po_fault f = {.code = PO_OK};
		struct remarks heard = {0};
		struct po_request r = {0};
		struct po_device d = {0};
		char body[500];

		t.row = times[i].name;
		snprintf(body, sizeof(body), "{" CORE "%s}", times[i].members);
		if (ROW(&t, read_body(&r, body, strlen(body), &d, &heard, &f))) {
			ROW_NUMBER(&t, d.expires_in_s, times[i].expires_in_s);
			ROW_NUMBER(&t, d.interval_s, times[i].interval_s);
			ROW(&t, (heard.count > 0) == times[i].remark);
		}
		po_device_free(&d);
		po_device_free(&d);
	}
	po_device_free(NULL);
	table_end(&t);
}

/* DEV-16, DEV-42: what cannot be waited for may not be polled for every five seconds instead. */
static void a_huge_interval_stays_huge_and_cannot_overflow(void **state)
{
	static const char *const values[] = {"2147483647",
	                                     "2147483648",
	                                     "9223372036854775807",
	                                     "999999999999",
	                                     "\"999999999999\"",
	                                     "1e15",
	                                     "1e17",
	                                     "1e300"};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct po_fault f = {.code = PO_OK};
		struct remarks heard = {0};
		struct po_request r = {0};
		struct po_device d = {0};
		char body[500];

		t.row = values[i];
		snprintf(body, sizeof(body), "{" CORE ",\"expires_in\":600,\"interval\":%s}",
		         values[i]);
		if (read_body(&r, body, strlen(body), &d, &heard, &f)) {
			ROW(&t, d.interval_s > PO_MAX_WAIT_MAX_S);
			ROW(&t, d.interval_s <= INT64_MAX / 1000 / PO_PENALTY_MAX);
		} else {
			ROW_NUMBER(&t, f.code, PO_E_PROVIDER);
		}
		po_device_free(&d);
	}
	table_end(&t);
}

struct uri_row {
	const char *name;
	const char *members; /* all but the two codes and the lifetime */
	const char *hosts;   /* verification_hosts */
	const char *uri;     /* what is shown; NULL = refused */
	const char *complete;
	bool remark;
};

#define URI      "\"verification_uri\":\"https://h.example/d\""
#define COMPLETE ",\"verification_uri_complete\":"
#define SHOWN    "https://h.example/d"

static const struct uri_row uris[] = {
        {"plain", URI, "", SHOWN, NULL, false},
        {"DEV-13 alias", "\"verification_url\":\"https://h.example/g\"", "", "https://h.example/g",
         NULL, false},
        {"SRV-76 both", URI ",\"verification_url\":\"https://evil.example/\"", "", SHOWN, NULL,
         false},
        {"DEV-14 complete", URI COMPLETE "\"https://h.example/d?c=WDJB-MJHT\"", "", SHOWN,
         "https://h.example/d?c=WDJB-MJHT", false},
        {"SRV-74 equal", URI COMPLETE "\"https://h.example/d\"", "", SHOWN, SHOWN, false},
        {"SRV-74 without the code", URI COMPLETE "\"https://h.example/go\"", "", SHOWN,
         "https://h.example/go", false},
        {"12.24 complete empty is absent", URI COMPLETE "\"\"", "", SHOWN, NULL, false},
        {"complete null is absent", URI COMPLETE "null", "", SHOWN, NULL, false},
        {"SRV-73 DEV-14 complete a number", URI COMPLETE "5", "", SHOWN, NULL, true},
        {"SRV-73 DEV-14 complete an array", URI COMPLETE "[]", "", SHOWN, NULL, true},
        {"SRV-73 complete http", URI COMPLETE "\"http://h.example/d\"", "", SHOWN, NULL, true},
        {"SRV-73 complete javascript", URI COMPLETE "\"javascript:x\"", "", SHOWN, NULL, true},
        {"SRV-73 complete with ESC", URI COMPLETE "\"https://h.example/\\u001b\"", "", SHOWN, NULL,
         true},
        {"SRV-73 UIX-7 complete elsewhere", URI COMPLETE "\"https://evil.example/d\"", "", SHOWN,
         NULL, true},
        {"SRV-73 UIX-7 complete on another port", URI COMPLETE "\"https://h.example:8443/d\"", "",
         SHOWN, NULL, true},
        {"UIX-7 complete elsewhere, but listed", URI COMPLETE "\"https://m.example/d\"",
         "h.example m.example", SHOWN, "https://m.example/d", false},
        {"UIX-7 complete elsewhere, not listed", URI COMPLETE "\"https://m.example/d\"",
         "h.example", SHOWN, NULL, true},
        {"SRV-75 complete with another code", URI COMPLETE "\"https://h.example/d?c=BCDF-GHJK\"",
         "", SHOWN, NULL, true},
        {"SRV-71 host listed", URI, "x.example h.example", SHOWN, NULL, false},
        {"SRV-71 host not listed", URI, "x.example", NULL, NULL, false},
        {"SRV-50 neither", "\"x\":1", "", NULL, NULL, false},
};

static void uris_are_taken_shown_or_dropped(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(uris); i++) {
		struct po_fault f = {.code = PO_OK};
		struct remarks heard = {0};
		struct po_request r = {0};
		struct po_device d = {0};
		char body[600];

		t.row = uris[i].name;
		assert_true(po_list_add_words(&r.verification_hosts, uris[i].hosts, 9));
		snprintf(body, sizeof(body),
		         "{\"device_code\":\"dc\",\"user_code\":\"WDJB-MJHT\",\"expires_in\":600,"
		         "%s}",
		         uris[i].members);
		ROW(&t, read_body(&r, body, strlen(body), &d, &heard, &f) == (uris[i].uri != NULL));
		ROW_NUMBER(&t, f.code, uris[i].uri ? PO_OK : PO_E_PROVIDER);
		ROW_TEXT(&t, d.verification_uri, uris[i].uri);
		ROW_TEXT(&t, d.verification_uri_complete, uris[i].complete);
		ROW(&t, (heard.count > 0) == uris[i].remark);
		/* UIX-17, GEN-4: a remark holds no code and no text of the server */
		ROW(&t, !strstr(heard.last, "MJHT") && !strstr(heard.last, "evil"));
		po_device_free(&d);
		po_request_free(&r);
	}
	table_end(&t);
}

/* LIM-6: the complete URI may have 2048 bytes. */
static void a_long_complete_uri_is_dropped_not_fatal(void **state)
{
	(void)state;
	for (size_t n = PO_LIMIT_URI - 1; n <= PO_LIMIT_URI + 1; n++) {
		struct po_fault f = {.code = PO_OK};
		struct remarks heard = {0};
		struct po_request r = {0};
		struct po_device d = {0};
		struct po_buf b;

		po_buf_init(&b, 5000);
		po_buf_add_str(&b, "{" CORE ",\"expires_in\":600" COMPLETE "\"https://h.example/");
		for (size_t i = 18; i < n; i++)
			po_buf_add_str(&b, "a");
		po_buf_add_str(&b, "\"}");
		assert_true(read_body(&r, po_buf_str(&b), b.len, &d, &heard, &f));
		assert_int_equal(d.verification_uri_complete != NULL, n <= PO_LIMIT_URI);
		po_device_free(&d);
		po_buf_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(good_answers_of_the_data_are_taken),
	        cmocka_unit_test(bad_answers_of_the_data_are_refused),
	        cmocka_unit_test(times_are_read_by_dev_15_and_dev_16),
	        cmocka_unit_test(a_huge_interval_stays_huge_and_cannot_overflow),
	        cmocka_unit_test(uris_are_taken_shown_or_dropped),
	        cmocka_unit_test(a_long_complete_uri_is_dropped_not_fatal),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
