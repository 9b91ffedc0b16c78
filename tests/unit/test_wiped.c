/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What holds a code, a token or a secret leaves nothing of it on the heap (GEN-4). Linked with
 * --wrap=free: the wrapper looks for a marker in each block on its way out.
 */
#include "table.h"

#include <malloc.h>
#include <string.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "conversation.h"
#include "decision.h"
#include "device.h"
#include "form.h"
#include "grant.h"
#include "http.h"
#include "jws.h"
#include "po_types.h"

#define MARK "QZRX-WIPE"

static struct {
	bool watching;
	unsigned freed, unwiped;
} heap;

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
	if (heap.watching && p) {
		heap.freed++;
		heap.unwiped += memmem(p, malloc_usable_size(p), MARK, strlen(MARK)) != NULL;
	}
	__real_free(p);
}

static char *marked(void)
{
	char *text = strdup("...................." MARK "....................");

	assert_non_null(text);
	return text;
}

static struct po_secret marked_secret(void)
{
	struct po_secret s = {0};
	char *text = marked();

	assert_true(po_secret_set(&s, text, strlen(text)));
	explicit_bzero(text, strlen(text));
	__real_free(text);
	return s;
}

static struct po_buf marked_buf(void)
{
	struct po_buf b;

	po_buf_init(&b, 4096);
	assert_true(po_buf_add_str(&b, MARK));
	return b;
}

static void free_device(void)
{
	struct po_device d = {.device_code = marked_secret(),
	                      .user_code = marked(),
	                      .verification_uri = strdup("https://h"),
	                      .verification_uri_complete = marked()};

	heap.watching = true;
	po_device_free(&d);
}

static void free_challenge_code(void)
{
	struct po_challenge c = {.user_code = marked()};

	heap.watching = true;
	po_challenge_free(&c);
}

/* The picture spells the code as well. */
static void free_challenge_picture(void)
{
	struct po_challenge c = {.qr_side = 21, .qr_bits = (unsigned char *)marked()};

	heap.watching = true;
	po_challenge_free(&c);
}

static void free_request(void)
{
	struct po_request r = {.client_secret = marked_secret()};

	heap.watching = true;
	po_request_free(&r);
}

static void free_tokens(void)
{
	struct po_tokens t = {.access_token = marked_secret(), .id_token = marked_secret()};

	heap.watching = true;
	po_tokens_free(&t);
}

static void free_form(void)
{
	struct po_form form = {.body = marked_buf(), .authorization = marked_buf()};

	heap.watching = true;
	po_form_free(&form);
}

static void free_response(void)
{
	struct po_http_response r = {.body = marked_buf()};

	heap.watching = true;
	po_http_response_free(&r);
}

static void free_signed(void)
{
	struct po_jws j = {.payload = marked_buf(), .signature = marked_buf()};

	heap.watching = true;
	po_jws_free(&j);
}

/* libpam's part: what a module leaves with the handle, and what a person typed. */
static struct {
	void *data;
	void (*cleanup)(pam_handle_t *pamh, void *data, int status);
} kept;

int pam_set_data(pam_handle_t *pamh, const char *name, void *data,
                 void (*cleanup)(pam_handle_t *pamh, void *data, int status))
{
	(void)pamh;
	(void)name;
	kept.data = data;
	kept.cleanup = cleanup;
	return PAM_SUCCESS;
}

int pam_prompt(pam_handle_t *pamh, int style, char **answer, const char *fmt, ...)
{
	(void)pamh;
	(void)style;
	(void)fmt;
	*answer = marked();
	return PAM_SUCCESS;
}

static void free_decision(void)
{
	const struct po_identity who = {.issuer = marked(), .subject = marked()};
	struct po_fault f;
	int handle; /* stands for libpam's, which nobody here looks at */

	assert_true(po_decision_keep((pam_handle_t *)&handle, MARK, 1000, &who, &f));
	__real_free(who.issuer);
	__real_free(who.subject);
	heap.watching = true;
	kept.cleanup((pam_handle_t *)&handle, kept.data, 0);
}

static void free_answer(void)
{
	int handle;
	struct po_conversation c = {.pamh = (pam_handle_t *)&handle, .client_fd = -1};
	struct po_fault f;

	heap.watching = true;
	assert_true(po_conversation_ask(&c, "?", &f));
}

static const struct {
	const char *name;
	void (*release)(void);
	unsigned blocks; /* at least */
} owners[] = {
        {"device answer", free_device, 4},
        {"code of a challenge", free_challenge_code, 1},
        {"picture", free_challenge_picture, 1},
        {"client secret", free_request, 1},
        {"tokens", free_tokens, 2},
        {"form", free_form, 2},
        {"body of an answer", free_response, 1},
        {"token in parts", free_signed, 2},
        {"decision", free_decision, 4},
        {"answer", free_answer, 1},
};

static void nothing_is_left_on_the_heap(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(owners); i++) {
		heap.freed = heap.unwiped = 0;
		owners[i].release();
		heap.watching = false;
		t.row = owners[i].name;
		ROW(&t, heap.freed >= owners[i].blocks);
		ROW_NUMBER(&t, heap.unwiped, 0);
	}
	table_end(&t);
}

static void the_search_finds(void **state)
{
	void (*volatile release)(void *) = free; /* the compiler thinks that free touches nothing */
	char *text = marked();

	(void)state;
	heap.freed = heap.unwiped = 0;
	heap.watching = true;
	release(text);
	heap.watching = false;
	assert_int_equal(heap.freed, 1);
	assert_int_equal(heap.unwiped, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing_is_left_on_the_heap),
	        cmocka_unit_test(the_search_finds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
