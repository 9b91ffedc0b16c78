/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by check.c. A secret is one line; keys and certificates are PEM. */
#include "secrets.h"

#include <string.h>

#include "po_buf.h"
#include "safefile.h"

/* RFC 6749 appendix A.2 allows whatever is printable; a file of two lines is not a secret. */
static bool is_line(const struct po_buf *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text->data[i] < 0x20 || text->data[i] == 0x7f)
			return false;
	return true;
}

/*
 * A zero-length secret is legal (RFC 6749 appendix A.2) and written as one empty line; an empty
 * file is a secret that nobody has put there yet.
 */
static bool read_line(const char *path, struct po_secret *out, struct po_fault *f)
{
	struct po_buf text;
	bool ok = false;
	size_t len;

	if (!path)
		return true;
	po_buf_init(&text, PO_LIMIT_SECRET_FILE);
	if (!po_safefile_read(path, PO_FILE_SECRET, &text, f))
		goto out;
	len = text.len;
	if (len == 0) {
		po_fail(f, PO_E_CONFIG, "%s: empty", path);
		goto out;
	}
	if (text.data[len - 1] == '\n')
		len--;
	if (!is_line(&text, len)) {
		po_fail(f, PO_E_CONFIG, "%s: control character, or more than one line", path);
		goto out;
	}
	ok = po_secret_set(out, text.data, len) || po_fail_memory(f);
out:
	po_buf_free(&text);
	return ok;
}

/* Only the frame: what is inside, libcrypto judges in the worker. */
static bool is_pem(const struct po_buf *text, const char *label)
{
	const char *begin = strstr(po_buf_str(text), "-----BEGIN ");
	const char *end = begin ? strchr(begin, '\n') : NULL;

	return strlen(po_buf_str(text)) == text->len && end &&
	       memmem(begin, (size_t)(end - begin), label, strlen(label)) &&
	       strstr(end, "-----END ");
}

static bool read_pem(const char *path, enum po_safefile kind, const char *label,
                     struct po_secret *out, struct po_fault *f)
{
	struct po_buf text;
	bool ok;

	if (!path)
		return true;
	po_buf_init(&text, PO_LIMIT_SECRET_FILE);
	ok = po_safefile_read(path, kind, &text, f) &&
	     (is_pem(&text, label) || po_fail(f, PO_E_CONFIG, "%s: no %s in PEM", path, label)) &&
	     (po_secret_set(out, text.data, text.len) || po_fail_memory(f));
	po_buf_free(&text);
	return ok;
}

static bool read_certificate(struct po_config *c, struct po_fault *f)
{
	struct po_secret pem = {.data = NULL};

	if (!read_pem(c->client_certificate_file, PO_FILE_PUBLIC, "CERTIFICATE", &pem, f))
		return false;
	c->provider.client_certificate = pem.data; /* malloc'd; nothing secret */
	return true;
}

/* RFC 7617 section 2: a user name without a colon, then the password. */
static bool credentials_ok(const struct po_config *c, struct po_fault *f)
{
	const char *pair = c->provider.proxy_credentials.data;

	return !pair || (strchr(pair, ':') && pair[0] != ':') ||
	       po_fail(f, PO_E_CONFIG, "%s: expected USER:PASSWORD", c->proxy_credentials_file);
}

bool po_secrets_read(struct po_config *c, struct po_fault *f)
{
	struct po_request *r = &c->provider;

	return read_line(c->client_secret_file, &r->client_secret, f) &&
	       read_pem(c->client_key_file, PO_FILE_SECRET, "PRIVATE KEY", &r->client_key, f) &&
	       read_line(c->client_key_passphrase_file, &r->client_key_passphrase, f) &&
	       read_certificate(c, f) &&
	       read_line(c->proxy_credentials_file, &r->proxy_credentials, f) &&
	       credentials_ok(c, f);
}
