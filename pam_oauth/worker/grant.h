/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The token endpoint: one request, its answer classified, and the polling rules around it (RFC
 * 8628 sections 3.4 and 3.5, DEV-30 to DEV-53). Knows nothing of the device grant but what
 * struct po_grant says, so that another grant that is polled for can use it.
 */
#ifndef PO_GRANT_H
#define PO_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#include "answer.h"
#include "discovery.h"
#include "note.h"
#include "po_types.h"

struct po_grant {
	const char *type;           /* grant_type */
	const char *code_parameter; /* "device_code" */
	const struct po_secret *code;
	int64_t deadline;          /* po_clock_now(); nothing is sent from then on */
	const char *code_verifier; /* of PKCE; NULL = none (DEV-8) */
};

/* What a success brought: wiped by po_tokens_free. */
struct po_tokens {
	struct po_secret access_token;
	struct po_secret refresh_token; /* kept only if it may be revoked (EXT-20) */
	struct po_secret id_token;      /* empty where the identity comes from elsewhere */
};

enum po_poll {
	PO_POLL_GRANTED,
	PO_POLL_PENDING,
	PO_POLL_SLOW_DOWN,
	PO_POLL_TRANSIENT,    /* no answer, or one that says "not now" (DEV-45, DEV-46) */
	PO_POLL_SERVER_ERROR, /* a transient OAuth error, tolerated a few times (DEV-47) */
	PO_POLL_CERTIFICATE,  /* never transient */
	PO_POLL_DENIED,
	PO_POLL_EXPIRED,
	PO_POLL_BROKEN, /* anything else: stop */
};

/* Where the polling stands (2.5). */
struct po_polling {
	int64_t interval_ms;
	int64_t penalty;
	int64_t next; /* po_clock_now(): not before */
	unsigned failures;
	unsigned server_errors;
	bool polled;    /* since the codes were shown */
	bool answered;  /* at least once since then (DEV-45) */
	bool timed_out; /* the last exchange, by the clock (DEV-53) */
};

/* Waits until a moment, or false with the reason (cancelled). */
struct po_waiter {
	bool (*until)(void *ctx, int64_t when, struct po_fault *f);
	void *ctx;
};

/* One answer of the token endpoint. SLOW_DOWN: *interval_s is the server's own value, 0 = none.
 * *a is the answer as read; for GRANTED it holds what TOK-1 demands. */
enum po_poll po_grant_classify(const struct po_http_response *r, struct po_answer *a,
                               int64_t *interval_s);

/* The first poll may go out at `first` (DEV-40). */
void po_polling_init(struct po_polling *p, int64_t interval_s, int64_t first);

struct po_grant_call {
	const struct po_request *request;
	const struct po_endpoints *endpoints;
	const struct po_grant *grant;
	struct po_http *http;
	const struct po_note *note;
};

/*
 * DEV-40, initial_poll: one poll before the code is shown. True: still pending, *p says when the
 * next one may go out. A token in answer is a fault: nobody can have approved yet; it is in *out,
 * since it may be revoked.
 */
bool po_grant_early_poll(const struct po_grant_call *c, struct po_polling *p, struct po_tokens *out,
                         struct po_fault *f);

/* Polls until it is decided. True: *out holds the tokens. */
bool po_grant_poll(const struct po_grant_call *c, struct po_polling *p, const struct po_waiter *w,
                   struct po_tokens *out, struct po_fault *f);

/* TOK-3, TOK-4: takes the tokens out of a granted answer and checks the scope. What it has taken
 * stays in *out after a fault, too: it may be revoked. */
bool po_tokens_read(const struct po_request *request, const struct po_json *doc,
                    struct po_tokens *out, struct po_fault *f);
void po_tokens_free(struct po_tokens *t);

#endif
