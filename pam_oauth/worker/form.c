/* SPDX-License-Identifier: BSD-2-Clause */
/* Form encoding and client authentication (RFC 6749 appendix B and section 2.3). */
#include "form.h"

#include <stdlib.h>
#include <string.h>

#include "assertion.h"
#include "base64.h"
#include "po_text.h"

/* A token, longer than any device code, grows to three times its size when every byte is escaped.
 */
#define BODY_LIMIT   (4 * PO_LIMIT_SECRET_FILE + 3 * PO_LIMIT_TOKEN + 8192)
#define HEADER_LIMIT (PO_LIMIT_TOKEN)

void po_form_init(struct po_form *form)
{
	*form = (struct po_form){0};
	po_buf_init(&form->body, BODY_LIMIT);
	po_buf_init(&form->authorization, HEADER_LIMIT);
}

/* CAU-2: unreserved are letters, digits and "*-._"; a blank is '+'; '~' is escaped. */
static void add_encoded(struct po_buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (po_is_alnum(*p) || strchr("*-._", *p))
			po_buf_add(out, p, 1);
		else if (*p == ' ')
			po_buf_add_str(out, "+");
		else
			po_buf_addf(out, "%%%02X", (unsigned)(unsigned char)*p);
	}
}

bool po_form_add(struct po_form *form, const char *name, const char *value, struct po_fault *f)
{
	if (!value || !*value)
		return true;
	if (po_list_has(&form->names, name))
		return po_fail(f, PO_E_CONFIG, "request parameter %s twice", name);
	if (form->body.len > 0)
		po_buf_add_str(&form->body, "&");
	add_encoded(&form->body, name);
	po_buf_add_str(&form->body, "=");
	add_encoded(&form->body, value);
	if (form->body.failed || !po_list_add(&form->names, name))
		return po_fail_memory(f);
	return true;
}

/* CAU-2, CAU-3: encode each, join with a colon, base64. */
static bool add_basic(struct po_form *form, const struct po_request *r, struct po_fault *f)
{
	struct po_buf pair;
	bool ok;

	po_buf_init(&pair, HEADER_LIMIT);
	if (r->basic_encoding == PO_BASIC_RAW) {
		po_buf_add_str(&pair, r->client_id);
		po_buf_add_str(&pair, ":");
		po_buf_add_str(&pair, r->client_secret.data);
	} else {
		add_encoded(&pair, r->client_id);
		po_buf_add_str(&pair, ":");
		add_encoded(&pair, r->client_secret.data);
	}
	ok = !pair.failed && po_buf_add_str(&form->authorization, "Basic ") &&
	     po_base64_encode(&form->authorization, pair.data, pair.len);
	po_buf_free(&pair);
	return ok || po_fail_memory(f);
}

/* DEV-2: basic and assertions say by themselves who the client is. */
static bool names_the_client(enum po_client_auth method)
{
	return method == PO_AUTH_BASIC || method == PO_AUTH_SECRET_JWT ||
	       method == PO_AUTH_PRIVATE_KEY_JWT;
}

/* DEV-2, DEV-30: does client_id stand in the body of this request? */
static bool body_has_client_id(const struct po_request *r, enum po_client_auth method,
                               enum po_endpoint endpoint)
{
	if (!names_the_client(method) || r->send_client_id == PO_CLIENT_ID_EVERYWHERE)
		return true;
	return r->send_client_id == PO_CLIENT_ID_ALWAYS &&
	       endpoint == PO_ENDPOINT_DEVICE_AUTHORIZATION;
}

/* CAU-5, CAU-6 */
static bool add_assertion(struct po_form *form, const struct po_client *c,
                          const struct po_client_proof *proof, struct po_fault *f)
{
	struct po_buf jwt;
	bool ok;

	po_buf_init(&jwt, BODY_LIMIT);
	ok = po_assertion_add(c, proof, &jwt, f) &&
	     po_form_add(form, "client_assertion_type", PO_ASSERTION_TYPE, f) &&
	     po_form_add(form, "client_assertion", po_buf_str(&jwt), f);
	po_buf_free(&jwt);
	return ok;
}

static const struct po_client_proof *proof_at(const struct po_client *c, enum po_endpoint endpoint)
{
	if (endpoint == PO_ENDPOINT_INTROSPECTION)
		return &c->introspection;
	return endpoint == PO_ENDPOINT_REVOCATION ? &c->revocation : &c->grant;
}

bool po_form_authenticate(struct po_form *form, const struct po_client *client,
                          enum po_endpoint endpoint, struct po_fault *f)
{
	const struct po_request *r = client->request;
	const struct po_client_proof *proof = proof_at(client, endpoint);
	enum po_client_auth method = proof->method;
	bool secret = method == PO_AUTH_BASIC || method == PO_AUTH_POST;

	if (secret && !r->client_secret.data)
		return po_fail(f, PO_E_CONFIG, "client authentication needs a client secret");
	if (body_has_client_id(r, method, endpoint) &&
	    !po_form_add(form, "client_id", r->client_id, f))
		return false;
	switch (method) {
	case PO_AUTH_NONE:
	case PO_AUTH_TLS:
	case PO_AUTH_TLS_SELF_SIGNED: /* CAU-9: the handshake did it */
		return true;
	case PO_AUTH_POST:
		return po_form_add(form, "client_secret", r->client_secret.data, f);
	case PO_AUTH_BASIC:
		return add_basic(form, r, f);
	case PO_AUTH_SECRET_JWT:
	case PO_AUTH_PRIVATE_KEY_JWT:
		return add_assertion(form, client, proof, f);
	case PO_AUTH_AUTO:
		break;
	}
	return po_fail(f, PO_E_SYSTEM, "client authentication method was not decided");
}

/* The value that two hexadecimal digits have; their shape was checked with the configuration. */
static unsigned char octet(const char *digits)
{
	const char text[3] = {digits[0], digits[1], '\0'};

	return (unsigned char)strtoul(text, NULL, 16);
}

static bool decode(struct po_buf *out, const char *value)
{
	for (const char *p = value; *p; p++) {
		unsigned char byte = (unsigned char)*p;

		if (*p == '%' && p[1] && p[2]) {
			byte = octet(p + 1);
			p += 2;
		}
		if (!po_buf_add(out, &byte, 1))
			return false;
	}
	return true;
}

bool po_form_add_extra(struct po_form *form, const char *param, struct po_fault *f)
{
	size_t len = strcspn(param, "=");
	struct po_buf name;
	struct po_buf value;
	bool ok;

	po_buf_init(&name, len + 1);
	po_buf_init(&value, strlen(param) + 1);
	ok = ((po_buf_add(&name, param, len) && param[len] && decode(&value, param + len + 1)) ||
	      po_fail_memory(f)) &&
	     po_form_add(form, po_buf_str(&name), po_buf_str(&value), f);
	po_buf_free(&name);
	po_buf_free(&value);
	return ok;
}

bool po_form_post(const struct po_form *form, struct po_http *http, const char *url,
                  size_t body_limit, int64_t deadline, struct po_http_response *r,
                  struct po_fault *f)
{
	const struct po_http_request q = {
	        .url = url,
	        .form = &form->body,
	        .authorization = form->authorization.len ? po_buf_str(&form->authorization) : NULL,
	        .body_limit = body_limit,
	        .deadline = deadline,
	};

	return po_http_perform(http, &q, r, f);
}

void po_form_free(struct po_form *form)
{
	po_buf_free(&form->body);
	po_buf_free(&form->authorization);
	po_list_free(&form->names);
}
