/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One login in the worker: the order of its requests, when the challenge goes out and the polling
 * begins, when keys are fetched anew, and that the module's end ends it (GEN-5, GEN-8, DEV-16,
 * DEV-40, DEV-43, JWK-8 to JWK-10). Linked with fake_http.c (--wrap=po_http_perform), fake_clock.c
 * and fake_poll.c (--wrap=poll); the rest is what ships, the verification of the token included.
 */
#include "jose.h"
#include "table.h"

#include <sys/socket.h>
#include <unistd.h>

#include "fake_clock.h"
#include "fake_http.h"
#include "flow.h"
#include "po_wire.h"

#define ISSUER "https://sso.example.org"
#define STEPS  8

/* clang-format off */
#define ANSWER(http, text)    {.status = http, .body = text, .takes_ms = 100}
#define SLOWLY(ms, text)      {.status = 200, .body = text, .takes_ms = ms}
#define NOTHING               {.outcome = PO_HTTP_TRANSPORT, .takes_ms = 100}
#define HTML                  {.status = 200, .type = "text/html", .body = "<html>", \
                               .takes_ms = 100}
/* clang-format on */

#define CODES(expires, interval)                                                             \
	"{\"device_code\":\"dc\",\"user_code\":\"WDJB-MJHT\",\"verification_uri\":\"" ISSUER \
	"/device\",\"verification_uri_complete\":\"" ISSUER "/device?user_code=WDJB-MJHT\"," \
	"\"expires_in\":" expires ",\"interval\":" interval "}"
#define DEVICE  ANSWER(200, CODES("600", "5"))
#define KEYS    ANSWER(200, RFC8037_JWKS)
#define OTHERS  ANSWER(200, "{\"keys\":[]}")
#define PENDING ANSWER(400, "{\"error\":\"authorization_pending\"}")
#define METADATA                                                                             \
	ANSWER(200, "{\"issuer\":\"" ISSUER "\",\"device_authorization_endpoint\":\"" ISSUER \
	            "/d\",\"token_endpoint\":\"" ISSUER "/t\",\"jwks_uri\":\"" ISSUER "/k\"}")

/* Stand for bodies that are signed when the test runs. */
#define TOKEN_MARK "token"
#define WRONG_MARK "token of another issuer"
#define STALE_MARK "token of a few seconds"
#define TOKEN      ANSWER(200, TOKEN_MARK)
#define WRONG      ANSWER(200, WRONG_MARK)
#define STALE      ANSWER(200, STALE_MARK)

#define NEVER (-1)

struct flow_row {
	const char *name;
	struct fake_answer answers[STEPS];
	const char *requests; /* D metadata, d device authorization, k keys, t token */
	int64_t sent[STEPS];  /* when each went out, ms; 0 = not looked at */
	int64_t proceed_at;   /* the module's events */
	int64_t leave_at;
	int challenge;     /* the CHALLENGE is out before this request; NEVER = not at all */
	enum po_code code; /* PO_OK: identity */
	bool initial_poll;
	bool discover;
};

/* clang-format off */
static const struct flow_row rows[] = {
	{"chapter 1 the whole of it", {METADATA, DEVICE, KEYS, PENDING, TOKEN}, "Ddktt",
	 {0, 100, 200, 5200, 10800}, 1000, NEVER, 2, PO_OK, false, true},
	{"DEV-40 PROCEED early", {DEVICE, KEYS, TOKEN}, "dkt", {0, 100, 5100}, 1000, NEVER, 1,
	 PO_OK, false, false},
	{"DEV-40 PROCEED while the keys are fetched", {DEVICE, SLOWLY(900, RFC8037_JWKS), TOKEN},
	 "dkt", {0, 100, 5100}, 500, NEVER, 1, PO_OK, false, false},
	{"DEV-40 PROCEED late", {DEVICE, KEYS, TOKEN}, "dkt", {0, 100, 30000}, 30000, NEVER, 1,
	 PO_OK, false, false},
	{"DEV-40 interval 1", {ANSWER(200, CODES("600", "1")), KEYS, TOKEN}, "dkt", {0, 100, 1100},
	 500, NEVER, 1, PO_OK, false, false},
	{"JWK-10 slow keys delay one poll by their own request",
	 {DEVICE, SLOWLY(8000, RFC8037_JWKS), TOKEN}, "dkt", {0, 100, 8100}, 1000, NEVER, 1, PO_OK,
	 false, false},
	{"JWK-8 keys rotated", {DEVICE, OTHERS, TOKEN, KEYS}, "dktk", {0, 100, 5100, 5200}, 1000,
	 NEVER, 1, PO_OK, false, false},
	{"SRV-154 never in the set", {DEVICE, OTHERS, TOKEN, OTHERS}, "dktk", {0}, 1000, NEVER, 1,
	 PO_E_TOKEN, false, false},
	{"JWK-9 first fetch failed", {DEVICE, NOTHING, TOKEN, KEYS}, "dktk", {0, 100, 5100, 5200},
	 1000, NEVER, 1, PO_OK, false, false},
	{"JWK-9 first fetch HTML", {DEVICE, HTML, TOKEN, KEYS}, "dktk", {0}, 1000, NEVER, 1, PO_OK,
	 false, false},
	{"JWK-9 both failed", {DEVICE, NOTHING, TOKEN, NOTHING}, "dktk", {0}, 1000, NEVER, 1,
	 PO_E_UNREACHABLE, false, false},
	{"JWK-9 second HTML", {DEVICE, NOTHING, TOKEN, HTML}, "dktk", {0}, 1000, NEVER, 1,
	 PO_E_TOKEN, false, false},
	{"JWK-9 second redirect", {DEVICE, NOTHING, TOKEN, ANSWER(302, "")}, "dktk", {0}, 1000,
	 NEVER, 1, PO_E_TOKEN, false, false},
	{"JWK-9 rotated, second failed", {DEVICE, OTHERS, TOKEN, NOTHING}, "dktk", {0}, 1000, NEVER,
	 1, PO_E_UNREACHABLE, false, false},
	{"IDT-25 a bad claim is final", {DEVICE, KEYS, WRONG}, "dkt", {0}, 1000, NEVER, 1,
	 PO_E_TOKEN, false, false},
	{"IDT-13 a token that expired while nobody pressed Enter", {DEVICE, KEYS, STALE}, "dkt",
	 {0, 100, 70000}, 70000, NEVER, 1, PO_E_TOKEN, false, false},
	{"IDT-13 the same token at once", {DEVICE, KEYS, STALE}, "dkt", {0, 100, 5100}, 1000, NEVER,
	 1, PO_OK, false, false},
	{"DEV-42 no poll so late that its answer could be", {ANSWER(200, CODES("11", "5")), KEYS,
	 PENDING, TOKEN}, "dkt", {0, 100, 5100}, 1000, NEVER, 1, PO_E_TIMED_OUT, false, false},
	{"GEN-8 device refused", {ANSWER(400, "{\"error\":\"invalid_grant\"}")}, "d", {0}, NEVER,
	 NEVER, NEVER, PO_E_PROVIDER, false, false},
	{"GEN-8 device 429", {ANSWER(429, "{\"error\":\"slow_down\"}")}, "d", {0}, NEVER, NEVER,
	 NEVER, PO_E_PROVIDER, false, false},
	{"GEN-8 device unreachable", {NOTHING}, "d", {0}, NEVER, NEVER, NEVER, PO_E_UNREACHABLE,
	 false, false},
	{"GEN-8 metadata unreachable", {NOTHING}, "D", {0}, NEVER, NEVER, NEVER, PO_E_UNREACHABLE,
	 false, true},
	{"GEN-8 no second flow after a refusal",
	 {DEVICE, KEYS, ANSWER(400, "{\"error\":\"access_denied\"}")}, "dkt", {0}, 1000, NEVER, 1,
	 PO_E_DENIED, false, false},
	{"GEN-8 no second flow after expiry",
	 {DEVICE, KEYS, ANSWER(400, "{\"error\":\"expired_token\"}")}, "dkt", {0}, 1000, NEVER, 1,
	 PO_E_EXPIRED, false, false},
	{"SRV-59 interval beyond the lifetime", {ANSWER(200, CODES("100", "600"))}, "d", {0}, NEVER,
	 NEVER, NEVER, PO_E_PROVIDER, false, false},
	{"DEV-16 interval beyond the login", {ANSWER(200, CODES("900", "91"))}, "d", {0}, NEVER,
	 NEVER, NEVER, PO_E_PROVIDER, false, false},
	{"DEV-15 codes expire before the login does",
	 {ANSWER(200, CODES("10", "5")), KEYS, PENDING}, "dkt", {0, 100, 5100}, 1000, NEVER, 1,
	 PO_E_TIMED_OUT, false, false},
	{"SRV-90 pending until the login ends", {DEVICE, KEYS, PENDING, PENDING, PENDING, PENDING},
	 "dktttt", {0, 100, 70000, 75600, 81200, 86800}, 70000, NEVER, 1, PO_E_TIMED_OUT, false,
	 false},
	{"DEV-40 PROCEED never", {DEVICE, KEYS}, "dk", {0}, NEVER, NEVER, 1, PO_E_TIMED_OUT, false,
	 false},
	{"DEV-43 module leaves in the device request", {SLOWLY(5000, CODES("600", "5"))}, "d", {0},
	 NEVER, 1000, NEVER, PO_E_CANCELLED, false, false},
	{"DEV-43 module leaves in the key fetch", {DEVICE, SLOWLY(5000, RFC8037_JWKS)}, "dk", {0},
	 NEVER, 1000, 1, PO_E_CANCELLED, false, false},
	{"DEV-43 module leaves at the prompt", {DEVICE, KEYS}, "dk", {0}, NEVER, 3000, 1,
	 PO_E_CANCELLED, false, false},
	{"DEV-43 module leaves between polls", {DEVICE, KEYS, PENDING}, "dkt", {0}, 1000, 7000, 1,
	 PO_E_CANCELLED, false, false},
	{"DEV-43 module leaves in a poll", {DEVICE, KEYS, SLOWLY(9000, TOKEN_MARK)}, "dkt", {0},
	 1000, 6000, 1, PO_E_CANCELLED, false, false},
	{"PROCEED before the challenge", {SLOWLY(5000, CODES("600", "5"))}, "d", {0}, 1000, NEVER,
	 NEVER, PO_E_WORKER, false, false},
	{"DEV-40 initial_poll", {DEVICE, PENDING, KEYS, TOKEN}, "dtkt", {0, 100, 200, 5700}, 1000,
	 NEVER, 2, PO_OK, true, false},
	{"DEV-40 initial_poll slowed down",
	 {DEVICE, ANSWER(400, "{\"error\":\"slow_down\"}"), KEYS, TOKEN}, "dtkt",
	 {0, 100, 200, 10700}, 1000, NEVER, 2, PO_OK, true, false},
	{"SRV-95 token at an initial_poll", {DEVICE, TOKEN}, "dt", {0}, NEVER, NEVER, NEVER,
	 PO_E_ANSWER, true, false},
	{"10.1 initial_poll malformed", {DEVICE, HTML}, "dt", {0}, NEVER, NEVER, NEVER,
	 PO_E_PROVIDER, true, false},
};
/* clang-format on */
/* clang-format on */

struct world {
	struct po_request request;
	struct fake_http http;
	struct po_channel channel;
	int module;
	int challenge; /* requests that had gone out when the CHALLENGE was there; NEVER */
	struct po_challenge shown;
	unsigned others; /* messages that are neither CHALLENGE nor LOG */
};

/* Takes what waits for the module. */
static void drain(void *ctx, size_t requests)
{
	struct world *w = ctx;
	struct po_fault f;
	struct po_message m;

	while (w->module >= 0 && po_wire_recv(w->module, &m, &f) == PO_RECV_OK) {
		if (m.kind == PO_KIND_CHALLENGE && w->challenge == NEVER) {
			w->challenge = (int)requests;
			w->shown = m.challenge;
			continue;
		}
		w->others += m.kind != PO_KIND_LOG;
		po_message_free(&m);
	}
}

static void proceed(void *ctx)
{
	const struct world *w = ctx;
	struct po_message m = {.kind = PO_KIND_PROCEED};
	struct po_fault f;

	assert_true(po_wire_send(w->module, &m, &f));
}

static void leave(void *ctx)
{
	struct world *w = ctx;

	drain(w, w->http.count + 1); /* a request is under way: the next would be the one after */
	close(w->module);
	w->module = -1;
}

static void world_begin(struct world *w, const struct fake_answer *answers, size_t count)
{
	int sv[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sv), 0);
	*w = (struct world){.channel = {.fd = sv[0]}, .module = sv[1], .challenge = NEVER};
	w->request = (struct po_request){
	        .task = PO_TASK_LOGIN,
	        .issuer = strdup(ISSUER),
	        .discovery = PO_DISCOVERY_NONE,
	        .device_authorization_endpoint = strdup(ISSUER "/d"),
	        .token_endpoint = strdup(ISSUER "/t"),
	        .jwks_uri = strdup(ISSUER "/k"),
	        .client_id = strdup("ssh"),
	        .scope = strdup("openid"),
	        .clock_skew_s = 60,
	        .qr_side_max = 73,
	};
	assert_true(po_list_add(&w->request.id_token_algs, "EdDSA"));
	fake_clock_reset();
	fake_http_begin(&w->http, answers, count);
	w->http.watch = (struct po_http_watch){sv[0], po_channel_ready, &w->channel};
	w->http.on_request = drain;
	w->http.ctx = w;
}

static void world_end(struct world *w)
{
	po_challenge_free(&w->shown);
	close(w->channel.fd);
	if (w->module >= 0)
		close(w->module);
	fake_http_end(&w->http);
	po_request_free(&w->request);
}

/* The body of a token answer, its ID token issued at this moment for so many seconds; free it. */
static char *token_body(const char *issuer, int64_t issued, int seconds)
{
	char *claims = NULL;
	char *token;
	char *body = NULL;

	assert_true(asprintf(&claims,
	                     "{\"iss\":\"%s\",\"aud\":\"ssh\",\"sub\":\"alice\",\"iat\":%lld,"
	                     "\"exp\":%lld}",
	                     issuer, (long long)issued, (long long)issued + seconds) > 0);
	token = token_signed("{\"alg\":\"EdDSA\",\"kid\":\"rfc8037\"}", claims);
	assert_true(asprintf(&body,
	                     "{\"access_token\":\"at\",\"token_type\":\"Bearer\","
	                     "\"id_token\":\"%s\"}",
	                     token) > 0);
	free(claims);
	free(token);
	return body;
}

/* The script of a row, with its tokens signed; returns its length. */
static size_t make_script(struct fake_answer script[STEPS], const struct flow_row *row,
                          const char *good, const char *wrong, const char *stale)
{
	size_t n = strlen(row->requests);

	for (size_t i = 0; i < n; i++) {
		const char *body = row->answers[i].body;

		script[i] = row->answers[i];
		if (body && strcmp(body, TOKEN_MARK) == 0)
			script[i].body = good;
		if (body && strcmp(body, WRONG_MARK) == 0)
			script[i].body = wrong;
		if (body && strcmp(body, STALE_MARK) == 0)
			script[i].body = stale;
	}
	return n;
}

static void compare_requests(struct table *t, const struct world *w, const struct flow_row *row)
{
	char seen[STEPS + 2] = "";

	for (size_t i = 0; i < w->http.count && i < STEPS; i++) {
		const char *url = w->http.exchanges[i].url;
		int64_t began = w->http.exchanges[i].began;

		seen[i] = strstr(url, "/.well-known/") ? 'D' : url[strlen(url) - 1];
		/* a millisecond for clocks that count whole ones (DEV-42) */
		if (row->sent[i] && !ROW(t, began >= row->sent[i] && began <= row->sent[i] + 2))
			print_error("request %zu went out at %lld\n", i, (long long)began);
	}
	ROW_TEXT(t, seen, row->requests);
}

/* Nothing is revoked: that needs a second process (tests/worker/test_revocation.py). */
static bool log_in(struct world *w, struct po_identity *who, struct po_fault *f)
{
	struct po_revoker nobody = {.fd = -1};
	const struct po_flow flow = {.request = &w->request,
	                             .http = fake_http_handle(&w->http),
	                             .channel = &w->channel,
	                             .revoker = &nobody,
	                             .deadline = FAKE_START + 90000};

	return po_flow_run(&flow, who, f);
}

static void run(struct table *t, const struct flow_row *row)
{
	struct fake_answer script[STEPS];
	struct po_fault f = {.code = PO_OK};
	struct po_identity who = {0};
	struct world w;
	char *good = token_body(ISSUER, FAKE_WALL + 3, 300);
	char *wrong = token_body("https://evil.example", FAKE_WALL + 3, 300);
	char *stale = token_body(ISSUER, FAKE_WALL + 3, 2);

	world_begin(&w, script, make_script(script, row, good, wrong, stale));
	w.request.initial_poll = row->initial_poll;
	if (row->discover) {
		w.request.discovery = PO_DISCOVERY_OIDC;
		free(w.request.device_authorization_endpoint);
		free(w.request.token_endpoint);
		free(w.request.jwks_uri);
		w.request.device_authorization_endpoint = NULL;
		w.request.token_endpoint = w.request.jwks_uri = NULL;
	}
	if (row->proceed_at != NEVER)
		fake_clock_at(row->proceed_at, proceed, &w);
	if (row->leave_at != NEVER)
		fake_clock_at(row->leave_at, leave, &w);
	ROW(t, log_in(&w, &who, &f) == (row->code == PO_OK));
	if (row->code != PO_OK)
		ROW_NUMBER(t, f.code, row->code);
	drain(&w, w.http.count);
	compare_requests(t, &w, row);
	ROW_NUMBER(t, w.challenge, row->challenge);
	ROW_NUMBER(t, w.others, 0); /* the verdict is main.c's to send */
	ROW(t, fake_clock_since_start() <= 90000);
	ROW_TEXT(t, who.subject, row->code == PO_OK ? "alice" : NULL);
	ROW_TEXT(t, who.issuer, row->code == PO_OK ? ISSUER : NULL);
	po_identity_free(&who);
	world_end(&w);
	free(good);
	free(wrong);
	free(stale);
}

static void steps_come_in_order_and_once(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].name;
		run(&t, &rows[i]);
	}
	table_end(&t);
}

/* UIX-2, UIX-3, UIX-15: what crosses of the answer, and which URI the symbol carries. */
static void the_challenge_holds_code_uri_and_symbol(void **state)
{
	static const struct {
		const char *name;
		enum po_qr_content content;
		uint32_t side_max;
		uint32_t side; /* 51 bytes: version 3; 30 bytes: version 2 */
	} cases[] = {
	        {"UIX-3 complete", PO_QR_COMPLETE, 73, 29},
	        {"UIX-3 plain", PO_QR_PLAIN, 73, 25},
	        {"UIX-15 complete too large: plain", PO_QR_COMPLETE, 28, 25},
	        {"UIX-15 both too large: none", PO_QR_COMPLETE, 24, 0},
	        {"no symbol wanted", PO_QR_COMPLETE, 0, 0},
	};
	static const struct fake_answer script[] = {DEVICE, KEYS};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_identity who = {0};
		struct world w;

		t.row = cases[i].name;
		world_begin(&w, script, COUNT(script));
		w.request.qr_content = cases[i].content;
		w.request.qr_side_max = cases[i].side_max;
		fake_clock_at(1000, leave, &w);
		log_in(&w, &who, &f);
		ROW_TEXT(&t, w.shown.verification_uri, ISSUER "/device");
		ROW_TEXT(&t, w.shown.user_code, "WDJB-MJHT");
		ROW_NUMBER(&t, w.shown.expires_in_s, 597); /* UIX-10: less the request and 2 s */
		ROW_NUMBER(&t, w.shown.qr_side, cases[i].side);
		ROW(&t, po_challenge_valid(&w.shown, &f));
		world_end(&w);
	}
	table_end(&t);
}

/* DEV-20: once the token is there, its code may expire; the login's own end still holds. */
static void codes_bound_the_polling_and_nothing_after_it(void **state)
{
	const struct flow_row row = {.name = "keys after the token",
	                             .answers = {ANSWER(200, CODES("10", "5")), NOTHING, TOKEN,
	                                         SLOWLY(9000, RFC8037_JWKS)},
	                             .requests = "dktk"};
	struct fake_answer script[STEPS];
	struct po_fault f = {.code = PO_OK};
	struct po_identity who = {0};
	struct world w;
	char *good = token_body(ISSUER, FAKE_WALL + 3, 300);

	(void)state;
	world_begin(&w, script, make_script(script, &row, good, good, good));
	fake_clock_at(1000, proceed, &w);
	if (!log_in(&w, &who, &f))
		fail_msg("%s", f.text);
	assert_int_equal(w.http.count, 4);
	assert_int_equal(w.http.exchanges[1].deadline, 90000);
	assert_int_equal(w.http.exchanges[2].deadline, 8000); /* 2 s before the code expires */
	assert_int_equal(w.http.exchanges[3].deadline, 90000);
	drain(&w, w.http.count);
	po_identity_free(&who);
	world_end(&w);
	free(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(steps_come_in_order_and_once),
	        cmocka_unit_test(codes_bound_the_polling_and_nothing_after_it),
	        cmocka_unit_test(the_challenge_holds_code_uri_and_symbol),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
