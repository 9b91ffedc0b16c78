/* SPDX-License-Identifier: BSD-2-Clause */
/* What `pam-oauth check` wants to know of a server's certificates: whose they are, how long they
 * are good. Verification is libcurl's business and done when this is asked. */
#ifndef PO_HTTP_CERTIFICATE_H
#define PO_HTTP_CERTIFICATE_H

#include <curl/curl.h>
#include <stdbool.h>

#include "note.h"
#include "po_err.h"

/* Has libcurl keep what a remark needs; it costs memory, so a login does without. */
bool po_http_certificate_policy(CURL *easy, struct po_fault *f);

/*
 * One remark on the chain of the handshake that the last transfer began with, and none where it
 * went over a connection that was there already: a warning where one of the chain ends within
 * PO_CERTIFICATE_WARN_DAYS.
 */
void po_http_certificate_report(CURL *easy, const char *url, const struct po_note *note);

#endif
