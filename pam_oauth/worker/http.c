/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTTPS by libcurl, under the policy of http_policy.c (NET-1 to NET-18). The transfer
 * is driven by curl_multi_poll, so that the module's socket is watched while we wait (NET-11).
 */
#include "http.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "http_certificate.h"
#include "http_policy.h"
#include "http_proxy.h"
#include "po_clock.h"

struct po_http {
	CURLM *multi;
	CURL *easy;
	const struct po_request *request;
	const char *proxy; /* of the exchange that runs; "" = none */
	struct po_http_watch watch;
	const struct po_note *certificates; /* NULL = not asked for */
	long timeout_ms;                    /* of a request (LIM-12) */
	bool fresh; /* NET-10: the last exchange broke, do not trust its connection */
	char error[CURL_ERROR_SIZE];
};

#define SET PO_HTTP_SET

static bool set_callbacks(struct po_http *h, struct po_fault *f)
{
	SET(h->easy, CURLOPT_ERRORBUFFER, h->error);
	SET(h->easy, CURLOPT_WRITEFUNCTION, po_http_on_body);
	SET(h->easy, CURLOPT_HEADERFUNCTION, po_http_on_header);
	return true;
}

struct po_http *po_http_new(const struct po_http_options *o, struct po_fault *f)
{
	struct po_http *h = calloc(1, sizeof(*h));

	if (!h || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(h);
		po_fail_memory(f);
		return NULL;
	}
	h->request = o->request;
	h->watch = o->watch;
	h->certificates = o->certificates;
	h->timeout_ms =
	        o->request->timeout_s ? (long)o->request->timeout_s * 1000 : PO_REQUEST_TIMEOUT_MS;
	h->multi = curl_multi_init();
	h->easy = curl_easy_init();
	if (!h->multi || !h->easy)
		po_fail_memory(f);
	else if (po_http_policy(h->easy, o->request, f) &&
	         po_http_proxy_policy(h->easy, o->request, f) && set_callbacks(h, f) &&
	         (!o->certificates || po_http_certificate_policy(h->easy, f)))
		return h;
	po_http_free(h);
	return NULL;
}

void po_http_free(struct po_http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->easy);
	curl_multi_cleanup(h->multi);
	free(h);
}

/* The headers that differ from what libcurl sends; NULL when out of memory. */
static struct curl_slist *make_headers(const struct po_http_request *q)
{
	struct curl_slist *list = curl_slist_append(NULL, "Accept: application/json");
	struct curl_slist *more = NULL;
	struct po_buf line;

	if (!list || !q->authorization)
		return list;
	po_buf_init(&line, PO_LIMIT_TOKEN + 32);
	if (po_buf_addf(&line, "Authorization: %s", q->authorization))
		more = curl_slist_append(list, po_buf_str(&line));
	po_buf_free(&line);
	if (!more)
		curl_slist_free_all(list);
	return more;
}

static void free_headers(struct curl_slist *list)
{
	for (struct curl_slist *l = list; l; l = l->next)
		explicit_bzero(l->data, strlen(l->data));
	curl_slist_free_all(list);
}

static bool set_request(struct po_http *h, const struct po_http_request *q,
                        struct po_http_transfer *t, struct po_fault *f)
{
	int left = po_clock_left(q->deadline);
	long timeout = left < h->timeout_ms ? left : h->timeout_ms;

	if (q->form) {
		SET(h->easy, CURLOPT_POST, 1L);
		SET(h->easy, CURLOPT_POSTFIELDS, po_buf_str(q->form));
		SET(h->easy, CURLOPT_POSTFIELDSIZE, (long)q->form->len);
	} else {
		SET(h->easy, CURLOPT_HTTPGET, 1L);
	}
	h->proxy = po_http_proxy_for(h->request, q->url);
	SET(h->easy, CURLOPT_URL, q->url);
	SET(h->easy, CURLOPT_PROXY, h->proxy);
	SET(h->easy, CURLOPT_TIMEOUT_MS, timeout > 0 ? timeout : 1L); /* 0 would mean for ever */
	SET(h->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)q->body_limit);
	SET(h->easy, CURLOPT_FRESH_CONNECT, h->fresh ? 1L : 0L);
	SET(h->easy, CURLOPT_WRITEDATA, t);
	SET(h->easy, CURLOPT_HEADERDATA, t);
	return true;
}

/*
 * How long libcurl may be left alone. It sets no timer for giving up on one address of several
 * (7.88): it notices when it is called, and without a call the connection's time would be over.
 */
static int slice(int64_t deadline)
{
	int left = po_clock_left(deadline) + 1;

	return left < PO_TRANSFER_SLICE_MS ? left : PO_TRANSFER_SLICE_MS;
}

/* Runs the transfer to its end; false if the watch ended it. */
static bool drive(struct po_http *h, int64_t deadline, struct po_fault *f)
{
	struct curl_waitfd extra = {.fd = h->watch.fd, .events = CURL_WAIT_POLLIN};
	unsigned count = h->watch.fd >= 0 ? 1 : 0;
	int running = 1;

	while (curl_multi_perform(h->multi, &running) == CURLM_OK && running > 0) {
		extra.revents = 0;
		if (curl_multi_poll(h->multi, &extra, count, slice(deadline), NULL) != CURLM_OK)
			break;
		if (count && extra.revents && !h->watch.ready(h->watch.ctx, f))
			return false;
	}
	return true;
}

static CURLcode transfer_result(struct po_http *h)
{
	const CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(h->multi, &left)))
		if (msg->msg == CURLMSG_DONE)
			return msg->data.result;
	return CURLE_FAILED_INIT;
}

static bool is_certificate_error(CURLcode code)
{
	return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_ISSUER_ERROR ||
	       code == CURLE_SSL_INVALIDCERTSTATUS || code == CURLE_SSL_PINNEDPUBKEYNOTMATCH;
}

static void read_outcome(struct po_http *h, CURLcode code, struct po_http_response *r)
{
	const char *type = NULL;
	const char *reason = h->error[0] ? h->error : curl_easy_strerror(code);

	curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &r->status);
	curl_easy_getinfo(h->easy, CURLINFO_CONTENT_TYPE, &type);
	po_http_read_type(r, type);
	r->oversize |= code == CURLE_FILESIZE_EXCEEDED;
	h->fresh = code != CURLE_OK;
	if (code == CURLE_OK || (r->oversize && r->status))
		return;
	r->outcome = is_certificate_error(code) ? PO_HTTP_CERTIFICATE : PO_HTTP_TRANSPORT;
	r->timed_out = code == CURLE_OPERATION_TIMEDOUT;
	if (po_http_proxy_explain(h->easy, h->proxy, reason, r->reason, sizeof(r->reason)))
		r->status = 0;
}

bool po_http_perform(struct po_http *h, const struct po_http_request *q, struct po_http_response *r,
                     struct po_fault *f)
{
	struct po_http_transfer t = {.response = r};
	struct curl_slist *headers = make_headers(q);
	CURLcode code;
	bool ok = false;

	*r = (struct po_http_response){.outcome = PO_HTTP_ANSWERED};
	po_buf_init(&r->body, q->body_limit);
	h->error[0] = '\0';
	if (!headers)
		return po_fail_memory(f);
	if (!set_request(h, q, &t, f))
		goto out;
	if (curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, headers) != CURLE_OK ||
	    curl_multi_add_handle(h->multi, h->easy) != CURLM_OK) {
		po_fail_memory(f);
		goto out;
	}
	ok = drive(h, q->deadline, f);
	if (ok) {
		code = transfer_result(h);
		read_outcome(h, code, r);
		if (h->certificates && code == CURLE_OK)
			po_http_certificate_report(h->easy, q->url, h->certificates);
		if (code == CURLE_SSL_CACERT_BADFILE) /* ours, not the provider's doing */
			ok = po_fail(f, PO_E_CONFIG,
			             "certificate store: %s (can the worker's user read it?)",
			             r->reason);
		if (code == CURLE_SSL_CERTPROBLEM)
			ok = po_fail(f, PO_E_CONFIG, "client_certificate_file: %s", r->reason);
	}
	curl_multi_remove_handle(h->multi, h->easy);
out:
	curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, NULL);
	free_headers(headers);
	return ok;
}
