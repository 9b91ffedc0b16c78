/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any HTTP answer as the token endpoint's. Records: the text of a status, a media type, what the
 * transport said (one letter), the body. Promises: a token counts only under TOK-1, every other
 * class has its ground (2.5), and what the log gets is printable.
 */
#include "fuzz_json.h"
#include "grant.h"

/* http.c gives a media type in lower case, without parameters, cut to the field. */
static void read_head(struct fuzz_input *in, struct po_http_response *r)
{
	char *status = fuzz_record(in, NULL);
	char *type = fuzz_record(in, NULL);
	char *letters = fuzz_record(in, NULL);

	r->status = status ? (long)(strtoul(status, NULL, 10) % 1000) : 0;
	snprintf(r->content_type, sizeof(r->content_type), "%s", type ? type : "");
	for (char *p = r->content_type; *p; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
	r->content_type[strcspn(r->content_type, "; \t")] = '\0';
	r->outcome = letters && strchr(letters, 't')   ? PO_HTTP_TRANSPORT
	             : letters && strchr(letters, 'c') ? PO_HTTP_CERTIFICATE
	                                               : PO_HTTP_ANSWERED;
	r->oversize = letters && strchr(letters, 'o');
	free(status);
	free(type);
	free(letters);
}

static void check_granted(const struct po_http_response *r, const struct po_answer *a)
{
	const char *token = po_json_get_string(a->doc, "access_token");
	const struct po_json *error = po_json_get(a->doc, "error");
	const char *type = po_json_get_string(a->doc, "token_type");

	must(r->outcome == PO_HTTP_ANSWERED && r->status == 200 && !r->oversize);
	must(po_http_json_type(r) && (!error || po_json_is_null(error)));
	must(token && strlen(token) <= PO_LIMIT_TOKEN && fuzz_printable(token));
	must(!strchr(token, ' ') && type && strcasecmp(type, "bearer") == 0);
}

/* TOK-4: is this word among the blank-separated ones? */
static bool has_word(const char *scope, const char *word)
{
	char *padded = NULL;
	char *wanted = NULL;
	bool found;

	must(asprintf(&padded, " %s ", scope) > 0 && asprintf(&wanted, " %s ", word) > 0);
	found = strstr(padded, wanted);
	free(padded);
	free(wanted);
	return found;
}

static void take_tokens(const struct po_answer *a, const char *scopes)
{
	const struct po_json *granted = po_json_get(a->doc, "scope");
	struct po_request r = {.issuer = NULL, .scope = (char *)(uintptr_t) "openid email"};
	struct po_tokens t = {.id_token = {0}};
	struct po_fault f = {0};

	must(po_list_add_words(&r.required_scopes, scopes, 3));
	if (po_tokens_read(&r, a->doc, &t, &f)) {
		must(t.id_token.len > 0 && t.id_token.len <= PO_LIMIT_TOKEN);
		must(strlen(t.id_token.data) == t.id_token.len && t.access_token.len > 0);
		for (size_t i = 0; i < r.required_scopes.count; i++)
			must(has_word(granted ? po_json_string(granted) : r.scope,
			              r.required_scopes.items[i]));
	} else {
		fuzz_check_fault(&f);
		must(!t.id_token.data);
	}
	po_tokens_free(&t);
	r.scope = NULL;
	po_request_free(&r);
}

/* Neither status nor size nor type forbids to read it (NET-4, NET-6). */
static bool readable(const struct po_http_response *r)
{
	return r->outcome == PO_HTTP_ANSWERED && !r->oversize &&
	       (r->status < 300 || r->status > 399) && po_http_json_type(r);
}

static void check_class(const struct po_http_response *r, enum po_poll poll, struct po_answer *a)
{
	bool error = a->kind == PO_ANSWER_ERROR;

	must(memchr(a->text, '\0', sizeof(a->text)) && memchr(a->error, '\0', sizeof(a->error)));
	must(fuzz_printable(a->text) && fuzz_printable(a->error) && !strpbrk(a->error, "\"\\"));
	must((a->kind == PO_ANSWER_UNUSABLE) == !a->doc && (!a->doc || readable(r)));
	must((poll == PO_POLL_CERTIFICATE) == (r->outcome == PO_HTTP_CERTIFICATE));
	must(r->outcome != PO_HTTP_TRANSPORT || poll == PO_POLL_TRANSIENT);
	must(poll != PO_POLL_PENDING || (error && !strcmp(a->error, "authorization_pending")));
	must(poll != PO_POLL_SLOW_DOWN || (error && !strcmp(a->error, "slow_down")));
	must((poll != PO_POLL_DENIED && poll != PO_POLL_EXPIRED) || error);
	must(poll != PO_POLL_SERVER_ERROR || (error && r->status >= 500));
	must(!po_answer_is_client_error(a) || (error && poll == PO_POLL_BROKEN)); /* TOK-13 */
	if (error && po_json_get_string(a->doc, "access_token"))
		must(poll == PO_POLL_BROKEN); /* SRV-38 */
	if (poll == PO_POLL_GRANTED) {
		check_granted(r, a);
		take_tokens(a, "");
		take_tokens(a, "openid,profile");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	struct po_http_response r = {0};
	struct po_answer a = {0};
	int64_t told = -1;
	enum po_poll poll;

	read_head(&in, &r);
	po_buf_init(&r.body, PO_LIMIT_TOKEN_BODY);
	if (in.data)
		po_buf_add(&r.body, in.data, in.size);
	poll = po_grant_classify(&r, &a, &told);
	check_class(&r, poll, &a);
	must(told == 0 || a.kind == PO_ANSWER_ERROR);
	po_answer_free(&a);
	po_http_response_free(&r);
	return 0;
}
