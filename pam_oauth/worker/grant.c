/* SPDX-License-Identifier: BSD-2-Clause */
/* Polling: never faster than told, and never again after an end (2.5). */
#include "grant.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "form.h"
#include "po_clock.h"
#include "po_text.h"

struct error_meaning {
	const char *error;
	enum po_poll poll;
};

/* RFC 8628 section 3.5 and the aliases that DEV-48's servers send; everything else ends it. */
static const struct error_meaning meanings[] = {
        {"authorization_pending", PO_POLL_PENDING},
        {"slow_down", PO_POLL_SLOW_DOWN},
        {"access_denied", PO_POLL_DENIED},
        {"authorization_declined", PO_POLL_DENIED}, /* Entra */
        {"expired_token", PO_POLL_EXPIRED},
        {"code_expired", PO_POLL_EXPIRED}, /* Entra v1 */
        {"server_error", PO_POLL_SERVER_ERROR},
        {"temporarily_unavailable", PO_POLL_SERVER_ERROR},
};

static bool is_busy(long status)
{
	return status == 429 || status >= 500;
}

static enum po_poll classify_error(const struct po_answer *a)
{
	const struct po_json *token = po_json_get(a->doc, "access_token");
	enum po_poll poll = PO_POLL_BROKEN;

	if (token && !po_json_is_null(token))
		return PO_POLL_BROKEN; /* SRV-38 */
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (strcmp(a->error, meanings[i].error) == 0)
			poll = meanings[i].poll;
	if (poll == PO_POLL_SERVER_ERROR && a->status < 500)
		return PO_POLL_BROKEN; /* DEV-47 */
	return poll;
}

/* RFC 6749 appendix A.12 without the blank: what can travel in a header (SRV-98). */
static bool is_token_text(const char *s)
{
	size_t len = s ? strlen(s) : 0;

	if (len == 0 || len > PO_LIMIT_TOKEN)
		return false;
	for (; *s; s++)
		if (!po_is_print(*s) || *s == ' ')
			return false;
	return true;
}

/* TOK-1, TOK-2 */
static bool is_success(const struct po_answer *a)
{
	const char *type = po_json_get_string(a->doc, "token_type");

	return a->status == 200 && is_token_text(po_json_get_string(a->doc, "access_token")) &&
	       type && strcasecmp(type, "bearer") == 0;
}

enum po_poll po_grant_classify(const struct po_http_response *r, struct po_answer *a,
                               int64_t *interval_s)
{
	*a = (struct po_answer){.kind = PO_ANSWER_UNUSABLE};
	*interval_s = 0;
	if (r->outcome == PO_HTTP_CERTIFICATE)
		return PO_POLL_CERTIFICATE;
	if (r->outcome == PO_HTTP_TRANSPORT)
		return PO_POLL_TRANSIENT;
	po_answer_read(a, r);
	if (a->kind == PO_ANSWER_ERROR) {
		po_json_number(po_json_get(a->doc, "interval"), PO_ROUND_UP, true, interval_s);
		return classify_error(a);
	}
	if (is_busy(a->status))
		return PO_POLL_TRANSIENT; /* DEV-46: no OAuth error in it */
	if (a->kind == PO_ANSWER_OBJECT && is_success(a))
		return PO_POLL_GRANTED;
	return PO_POLL_BROKEN;
}

void po_polling_init(struct po_polling *p, int64_t interval_s, int64_t first)
{
	*p = (struct po_polling){.interval_ms = interval_s * 1000, .penalty = 1, .next = first};
}

/* DEV-44: never less than before, and no sum that could overflow. */
static void slow_down(struct po_polling *p, int64_t told_s)
{
	p->interval_ms += PO_SLOW_DOWN_S * 1000;
	if (told_s > INT32_MAX)
		told_s = INT32_MAX;
	if (told_s > 0 && told_s * 1000 > p->interval_ms)
		p->interval_ms = told_s * 1000;
}

/* DEV-41, DEV-45, DEV-46: when the next poll may go out, counted from the end of this one. */
static void schedule(struct po_polling *p, const struct po_http_response *r)
{
	int64_t margin = po_clock_jitter(PO_MARGIN_MIN_MS, PO_MARGIN_MAX_MS);
	int64_t wait = (p->interval_ms + margin) * p->penalty;

	if (r->outcome == PO_HTTP_ANSWERED && is_busy(r->status) && r->retry_after_s * 1000 > wait)
		wait = r->retry_after_s * 1000;
	p->next = po_clock_after(wait);
}

/* DEV-45, DEV-47: false when there were too many of them in a row. */
static bool tolerate(struct po_polling *p, enum po_poll poll)
{
	if (poll == PO_POLL_SERVER_ERROR && ++p->server_errors > PO_SERVER_ERRORS)
		return false;
	p->penalty = p->penalty * 2 > PO_PENALTY_MAX ? PO_PENALTY_MAX : p->penalty * 2;
	return ++p->failures < PO_TRANSPORT_FAILURES;
}

/* No time is left, or too many polls failed in a row: whose doing was it? (DEV-45) */
static bool fail_unfinished(const struct po_polling *p, const char *why, struct po_fault *f)
{
	if (p->answered || !p->polled)
		return po_fail(f, PO_E_TIMED_OUT, "not approved in time%s%s", *why ? ": " : "",
		               why);
	return po_fail(f, PO_E_UNREACHABLE, "token endpoint: not one answer%s%s", *why ? ": " : "",
	               why);
}

static bool tolerate_noted(const struct po_grant_call *c, struct po_polling *p, enum po_poll poll,
                           const struct po_answer *a, const struct po_http_response *r,
                           struct po_fault *f)
{
	char why[sizeof(a->text) + 32];

	if (r->outcome == PO_HTTP_ANSWERED)
		snprintf(why, sizeof(why), "HTTP status %ld%s%s", r->status, a->text[0] ? ": " : "",
		         a->text);
	else
		snprintf(why, sizeof(why), "%s", r->reason);
	if (!tolerate(p, poll))
		return fail_unfinished(p, why, f);
	po_warn(c->note, "token endpoint: %s; will try again", why);
	return true;
}

static void recover(struct po_polling *p)
{
	p->penalty = 1;
	p->failures = 0;
	p->server_errors = 0;
}

static bool send_poll(const struct po_grant_call *c, struct po_http_response *r, struct po_fault *f)
{
	const struct po_grant *g = c->grant;
	struct po_form form;
	bool ok;

	po_form_init(&form);
	ok = po_form_add(&form, "grant_type", g->type, f) &&
	     po_form_add(&form, g->code_parameter, g->code->data, f) &&
	     po_form_add(&form, "resource", c->request->resource, f) && /* EXT-3 */
	     po_form_add(&form, "code_verifier", g->code_verifier, f) &&
	     po_form_authenticate(&form, &c->endpoints->client, PO_ENDPOINT_TOKEN, f) &&
	     po_form_post(&form, c->http, c->endpoints->token, PO_LIMIT_TOKEN_BODY, g->deadline, r,
	                  f);
	po_form_free(&form);
	return ok;
}

/* An answer that ends the login; DEV-53 explains an invalid_grant after a lost answer. */
static bool fail_final(enum po_poll poll, const struct po_answer *a, const struct po_polling *p,
                       const struct po_http_response *r, struct po_fault *f)
{
	bool lost = p->timed_out && strcmp(a->error, "invalid_grant") == 0;

	if (poll == PO_POLL_CERTIFICATE)
		return po_fail(f, PO_E_UNREACHABLE, "token endpoint: %s", r->reason);
	if (poll == PO_POLL_DENIED)
		return po_fail(f, PO_E_DENIED, "token endpoint: %s", a->text);
	if (poll == PO_POLL_EXPIRED)
		return po_fail(f, PO_E_EXPIRED, "token endpoint: %s", a->text);
	if (po_answer_is_client_error(a))
		return po_fail(f, PO_E_CLIENT_LATE, "token endpoint: HTTP status %ld: %s",
		               a->status, a->text);
	return po_fail(f, PO_E_ANSWER, "token endpoint: HTTP status %ld: %s%s", a->status,
	               a->text[0] ? a->text : "no usable token in the answer",
	               lost ? "; the answer before it, which timed out, may have held the token"
	                    : "");
}

/* One poll and what follows from it. *granted is told apart from "go on" by the caller. */
static bool step(const struct po_grant_call *c, struct po_polling *p, struct po_answer *a,
                 bool *granted, struct po_fault *f)
{
	struct po_http_response r = {0};
	int64_t told;
	enum po_poll poll;
	bool go_on = false;

	if (!send_poll(c, &r, f))
		goto out;
	poll = po_grant_classify(&r, a, &told);
	*granted = poll == PO_POLL_GRANTED;
	switch (poll) {
	case PO_POLL_SLOW_DOWN:
		slow_down(p, told);
		/* fall through */
	case PO_POLL_PENDING:
	case PO_POLL_GRANTED:
		recover(p);
		p->answered = true;
		go_on = true;
		break;
	case PO_POLL_SERVER_ERROR:
	case PO_POLL_TRANSIENT:
		go_on = tolerate_noted(c, p, poll, a, &r, f);
		break;
	default:
		fail_final(poll, a, p, &r, f);
	}
	p->timed_out = r.timed_out;
	schedule(p, &r);
out:
	po_http_response_free(&r);
	return go_on;
}

bool po_grant_early_poll(const struct po_grant_call *c, struct po_polling *p, struct po_tokens *out,
                         struct po_fault *f)
{
	struct po_answer a = {0};
	bool granted = false;
	bool ok = step(c, p, &a, &granted, f);

	p->answered = false; /* only polls after the codes were shown count (DEV-45) */
	if (granted)
		po_tokens_read(c->request, a.doc, out, f); /* the fault is another one */
	po_answer_free(&a);
	if (granted)
		return po_fail(f, PO_E_ANSWER, "token endpoint: a token before the code was shown");
	if (!ok && f->code == PO_E_ANSWER)
		f->code = PO_E_PROVIDER; /* 10.1: nothing was shown yet */
	if (!ok && f->code == PO_E_CLIENT_LATE)
		f->code = PO_E_CLIENT;
	return ok;
}

bool po_grant_poll(const struct po_grant_call *c, struct po_polling *p, const struct po_waiter *w,
                   struct po_tokens *out, struct po_fault *f)
{
	struct po_answer a = {0};
	bool granted = false;
	bool ok;

	do {
		po_answer_free(&a);
		if (p->next >= c->grant->deadline)
			return fail_unfinished(p, "", f);
		if (!w->until(w->ctx, p->next, f))
			return false;
		if (po_clock_now() >= c->grant->deadline)
			return fail_unfinished(p, "", f);
		p->polled = true;
		ok = step(c, p, &a, &granted, f);
	} while (ok && !granted);
	ok = ok && po_tokens_read(c->request, a.doc, out, f);
	po_answer_free(&a);
	return ok;
}

/* RFC 6749 section 3.3: tokens are separated by single blanks; a comma belongs to a token. */
static bool scope_has(const char *scope, const char *token)
{
	size_t len = strlen(token);

	for (; *scope; scope += strcspn(scope, " "), scope += strspn(scope, " "))
		if (strcspn(scope, " ") == len && strncmp(scope, token, len) == 0)
			return true;
	return false;
}

/* TOK-4: an absent scope equals the requested one. */
static bool scope_suffices(const struct po_request *r, const struct po_json *doc,
                           struct po_fault *f)
{
	const struct po_json *member = po_json_get(doc, "scope");
	const char *scope = member ? po_json_string(member) : r->scope;

	for (size_t i = 0; i < r->required_scopes.count; i++) {
		if (!scope)
			return po_fail(f, PO_E_TOKEN,
			               "token answer: scope is no string"); /* SRV-102 */
		if (!scope_has(scope, r->required_scopes.items[i]))
			return po_fail(f, PO_E_TOKEN, "token answer: scope %s was not granted",
			               r->required_scopes.items[i]);
	}
	return true;
}

/* One that no source looks at is not even kept. */
static bool needs_id_token(const struct po_request *r)
{
	return r->identity_source == PO_FROM_ID_TOKEN || r->identity_source == PO_FROM_USERINFO;
}

static bool take(struct po_secret *out, const char *token, struct po_fault *f)
{
	return !token || po_secret_set(out, token, strlen(token)) || po_fail_memory(f);
}

bool po_tokens_read(const struct po_request *request, const struct po_json *doc,
                    struct po_tokens *out, struct po_fault *f)
{
	const char *access_token = po_json_get_string(doc, "access_token");
	const char *id_token = needs_id_token(request) ? po_json_get_string(doc, "id_token") : NULL;
	const char *refresh_token =
	        request->revoke != PO_REVOKE_NO ? po_json_get_string(doc, "refresh_token") : NULL;

	if (refresh_token && !is_token_text(refresh_token))
		refresh_token = NULL; /* nothing that could be sent back */
	if (!take(&out->access_token, access_token, f) ||
	    !take(&out->refresh_token, refresh_token, f))
		return false;
	if (!scope_suffices(request, doc, f))
		return false;
	if (needs_id_token(request) && !id_token)
		return po_fail(f, PO_E_TOKEN, "token answer: no id_token in it"); /* TOK-3 */
	if (!access_token || (id_token && strlen(id_token) > PO_LIMIT_TOKEN))
		return po_fail(f, PO_E_TOKEN,
		               "token answer: no access_token, or id_token too long");
	return take(&out->id_token, id_token, f);
}

void po_tokens_free(struct po_tokens *t)
{
	po_secret_free(&t->access_token);
	po_secret_free(&t->refresh_token);
	po_secret_free(&t->id_token);
}
