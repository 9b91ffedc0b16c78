/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory ends at every possible place, one after the other: no crash, no leak (run with ASan), and
 * never a success with something missing (GEN-1). Linked with --wrap for everything that allocates.
 */
#include "wire_messages.h"

#include <stdio.h>

#include "jose.h"

#include "device.h"
#include "discovery.h"
#include "form.h"
#include "grant.h"
#include "identify.h"
#include "po_clock.h"

/* Which allocation fails: the one after `left` others; -1 = none. */
static struct {
	long left;
	bool failed;
} heap = {.left = -1};

static bool ends_now(void)
{
	if (heap.left < 0 || heap.left-- > 0)
		return false;
	heap.failed = true;
	return true;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
char *__real_strdup(const char *s);
char *__wrap_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
char *__wrap_strndup(const char *s, size_t n);
void *__real_reallocarray(void *p, size_t n, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
int __real_vasprintf(char **out, const char *fmt, va_list ap);
int __wrap_vasprintf(char **out, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

void *__wrap_malloc(size_t size)
{
	return ends_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return ends_now() ? NULL : __real_calloc(n, size);
}

char *__wrap_strdup(const char *s)
{
	return ends_now() ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t n)
{
	return ends_now() ? NULL : __real_strndup(s, n);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return ends_now() ? NULL : __real_reallocarray(p, n, size);
}

int __wrap_vasprintf(char **out, const char *fmt, va_list ap)
{
	return ends_now() ? -1 : __real_vasprintf(out, fmt, ap);
}

#define ISSUER "https://h"

/* What the operations work on; made before memory begins to end. */
static struct {
	struct po_request request;
	struct po_buf encoded[PO_KIND_CLAIMS + 1];
	struct po_tokens tokens;
	struct po_keyring keys;
	const char *answer; /* of whatever endpoint is asked */
} world;

bool __wrap_po_http_perform(struct po_http *h, const struct po_http_request *q,
                            struct po_http_response *r, struct po_fault *f);

/* The network has memory of its own. */
bool __wrap_po_http_perform(struct po_http *h, const struct po_http_request *q,
                            struct po_http_response *r, struct po_fault *f)
{
	long left = heap.left;

	(void)h;
	(void)f;
	heap.left = -1;
	*r = (struct po_http_response){.outcome = PO_HTTP_ANSWERED, .status = 200};
	po_buf_init(&r->body, q->body_limit);
	assert_true(po_buf_add_str(&r->body, world.answer));
	if (strncmp(world.answer, "ey", 2) == 0)
		snprintf(r->content_type, sizeof(r->content_type), "application/jwt");
	heap.left = left;
	return true;
}

static bool read_device(struct po_fault *f)
{
	static const char body[] =
	        "{\"device_code\":\"dc\",\"user_code\":\"WDJB-MJHT\",\"verification_uri\":\"" ISSUER
	        "/d\",\"verification_uri_complete\":\"" ISSUER
	        "/d?c=WDJB-MJHT\",\"expires_in\":600}";
	struct po_json *doc = po_json_load(body, sizeof(body) - 1, PO_E_PROVIDER, f);
	struct po_device d = {0};
	bool ok = doc && po_device_read(&world.request, doc, &d, NULL, f);

	if (ok)
		assert_true(d.device_code.data && d.user_code && d.verification_uri);
	po_json_free(doc);
	po_device_free(&d);
	return ok;
}

static bool read_metadata(struct po_fault *f)
{
	static const char body[] =
	        "{\"issuer\":\"" ISSUER "\",\"device_authorization_endpoint\":\"" ISSUER "/d\","
	        "\"token_endpoint\":\"" ISSUER "/t\",\"jwks_uri\":\"" ISSUER "/k\"}";
	struct po_json *doc = po_json_load(body, sizeof(body) - 1, PO_E_PROVIDER, f);
	struct po_endpoints e = {0};
	bool ok = doc && po_discovery_read(&world.request, doc, &e, NULL, f);

	if (ok)
		assert_true(e.token && e.jwks && e.device_authorization && e.person &&
		            e.id_token_algs.count == 3);
	po_json_free(doc);
	po_endpoints_free(&e);
	return ok;
}

static bool make_form(struct po_fault *f)
{
	const struct po_client client = {.request = &world.request, .grant = {PO_AUTH_BASIC, NULL}};
	struct po_form form;
	bool ok;

	po_form_init(&form);
	ok = po_form_add(&form, "scope", "openid profile", f) &&
	     po_form_authenticate(&form, &client, PO_ENDPOINT_DEVICE_AUTHORIZATION, f);
	if (ok) {
		assert_string_equal(po_buf_str(&form.body), "scope=openid+profile&client_id=ssh");
		assert_string_equal(po_buf_str(&form.authorization), "Basic c3NoOnM=");
	}
	po_form_free(&form);
	return ok;
}

static bool read_tokens(struct po_fault *f)
{
	static const char body[] = "{\"access_token\":\"a\",\"token_type\":\"Bearer\","
	                           "\"id_token\":\"i\",\"scope\":\"openid\"}";
	struct po_json *doc = po_json_load(body, sizeof(body) - 1, PO_E_TOKEN, f);
	struct po_tokens tokens = {0};
	bool ok = doc && po_tokens_read(&world.request, doc, &tokens, f);

	assert_true((tokens.id_token.data != NULL) == ok);
	po_json_free(doc);
	po_tokens_free(&tokens);
	return ok;
}

static bool decode(enum po_kind kind, struct po_fault *f)
{
	struct po_message m;

	if (!po_wire_decode(world.encoded[kind].data, world.encoded[kind].len, &m, f))
		return false;
	po_message_free(&m);
	return true;
}

static bool decode_request(struct po_fault *f)
{
	return decode(PO_KIND_REQUEST, f);
}

static bool decode_challenge(struct po_fault *f)
{
	return decode(PO_KIND_CHALLENGE, f);
}

static bool decode_identity(struct po_fault *f)
{
	return decode(PO_KIND_IDENTITY, f);
}

static bool decode_fault(struct po_fault *f)
{
	return decode(PO_KIND_FAULT, f);
}

static bool decode_claims(struct po_fault *f)
{
	return decode(PO_KIND_CLAIMS, f);
}

static bool make_url(struct po_fault *f)
{
	char *url = po_discovery_url(ISSUER "/a", PO_DISCOVERY_OAUTH);

	if (!url)
		return po_fail_memory(f);
	assert_string_equal(url, ISSUER "/.well-known/oauth-authorization-server/a");
	free(url);
	return true;
}

static bool identify(enum po_identity_source source, const char *answer, const char *subject,
                     struct po_fault *f)
{
	char url[] = ISSUER "/u";
	struct po_request request = world.request;
	const struct po_endpoints e = {
	        .person = url,
	        .client = {.request = &request, .introspection = {PO_AUTH_BASIC, NULL}},
	        .id_token_algs = request.id_token_algs};
	struct po_identity who = {0};
	const struct po_identify c = {.request = &request,
	                              .endpoints = &e,
	                              .tokens = &world.tokens,
	                              .keys = &world.keys,
	                              .started = po_clock_wall()};
	bool ok;

	request.identity_source = source;
	world.answer = answer;
	ok = po_identify(&c, &who, f);
	if (ok) {
		assert_string_equal(who.subject, subject);
		assert_string_equal(who.claims[1].string, "x");
	}
	po_identity_free(&who);
	return ok;
}

static bool by_userinfo(struct po_fault *f)
{
	return identify(PO_FROM_USERINFO, "{\"sub\":\"alice\",\"oid\":\"x\"}", "alice", f);
}

/* The ID token does for a signed answer, too. */
static bool by_signed_userinfo(struct po_fault *f)
{
	return identify(PO_FROM_USERINFO, world.tokens.id_token.data, "alice", f);
}

static bool by_introspection(struct po_fault *f)
{
	return identify(PO_FROM_INTROSPECTION, "{\"active\":true,\"sub\":\"carol\",\"oid\":\"x\"}",
	                "carol", f);
}

static bool by_access_token(struct po_fault *f)
{
	return identify(PO_FROM_ACCESS_TOKEN, "", "dave", f);
}

static bool by_api(struct po_fault *f)
{
	return identify(PO_FROM_API, "{\"id\":7,\"oid\":\"x\"}", "7", f);
}

static const struct {
	const char *name;
	bool (*run)(struct po_fault *f);
	unsigned least; /* allocations that there are at least: else the wrappers are not reached */
} operations[] = {
        {"device response", read_device, 10},
        {"metadata", read_metadata, 10},
        {"form", make_form, 5},
        {"token answer", read_tokens, 8},
        {"REQUEST", decode_request, 20},
        {"CHALLENGE", decode_challenge, 3},
        {"IDENTITY", decode_identity, 5},
        {"FAULT", decode_fault, 1},
        {"CLAIMS", decode_claims, 1},
        {"metadata URL", make_url, 1},
        {"UserInfo", by_userinfo, 20},
        {"signed UserInfo", by_signed_userinfo, 20},
        {"introspection", by_introspection, 15},
        {"access token", by_access_token, 15},
        {"API", by_api, 10},
};

static void memory_may_end_anywhere(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(operations); i++) {
		long n = 0;

		t.row = operations[i].name;
		do {
			struct po_fault f = {.code = PO_OK};
			bool ok;

			heap.left = n++;
			heap.failed = false;
			ok = operations[i].run(&f);
			heap.left = -1;
			ROW(&t, ok == !heap.failed);
			ROW(&t, ok || f.code != PO_OK);
		} while (heap.failed && n < 10000);
		ROW(&t, n > operations[i].least);
	}
	table_end(&t);
}

static void make_token(struct po_secret *s, const char *typ, const char *members)
{
	long long now = po_clock_wall();
	char *header = NULL;
	char *claims = NULL;
	char *token;

	assert_true(asprintf(&header, "{\"alg\":\"EdDSA\",\"typ\":\"%s\",\"kid\":\"rfc8037\"}",
	                     typ) > 0);
	assert_true(asprintf(&claims,
	                     "{\"iss\":\"" ISSUER "\",\"iat\":%lld,\"exp\":%lld,\"oid\":\"x\",%s}",
	                     now, now + 300, members) > 0);
	token = token_signed(header, claims);
	assert_true(po_secret_set(s, token, strlen(token)));
	free(token);
	free(claims);
	free(header);
}

static void make_tokens(void)
{
	make_token(&world.tokens.id_token, "JWT", "\"sub\":\"alice\",\"aud\":\"ssh\"");
	make_token(&world.tokens.access_token, "at+jwt",
	           "\"sub\":\"dave\",\"aud\":\"web01\",\"client_id\":\"ssh\",\"jti\":\"1\"");
	world.keys.jwks = keys_of(RFC8037_JWKS, sizeof(RFC8037_JWKS) - 1);
	assert_true(po_list_add(&world.request.id_token_algs, "EdDSA"));
}

static int make_world(void **state)
{
	(void)state;
	make_request(&world.request);
	free(world.request.issuer);
	world.request.issuer = strdup(ISSUER);
	free(world.request.token_endpoint);
	world.request.token_endpoint = NULL;
	po_list_free(&world.request.endpoint_hosts);
	po_list_free(&world.request.verification_hosts);
	po_secret_free(&world.request.client_secret);
	assert_true(po_secret_set(&world.request.client_secret, "s", 1));
	world.request.identity_source = PO_FROM_USERINFO;
	world.request.send_client_id = PO_CLIENT_ID_ALWAYS;
	world.request.basic_encoding = PO_BASIC_RFC;
	assert_true(po_list_add(&world.request.id_token_algs, "RS256"));
	make_tokens();
	for (enum po_kind kind = PO_KIND_REQUEST; kind <= PO_KIND_CLAIMS; kind++) {
		struct po_message m;
		struct po_fault f;

		make_message(&m, kind);
		po_buf_init(&world.encoded[kind], PO_LIMIT_MESSAGE);
		assert_true(po_wire_encode(&m, &world.encoded[kind], &f));
		po_message_free(&m);
	}
	return 0;
}

static int free_world(void **state)
{
	(void)state;
	po_request_free(&world.request);
	po_tokens_free(&world.tokens);
	po_keyring_free(&world.keys);
	for (size_t kind = 0; kind < COUNT(world.encoded); kind++)
		po_buf_free(&world.encoded[kind]);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(memory_may_end_anywhere),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, make_world, free_world);
}
