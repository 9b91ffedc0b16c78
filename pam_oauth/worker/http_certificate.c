/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by http.c for PO_TASK_PROBE only. */
#include "http_certificate.h"

#include <string.h>
#include <time.h>

#include "http_policy.h"
#include "po_clock.h"

#define DAY_S 86400

bool po_http_certificate_policy(CURL *easy, struct po_fault *f)
{
	PO_HTTP_SET(easy, CURLOPT_CERTINFO, 1L);
	return true;
}

/* The value of one line of a certificate; NULL = it has none. */
static const char *value_of(const struct curl_slist *certificate, const char *name)
{
	size_t len = strlen(name);

	for (; certificate; certificate = certificate->next)
		if (strncmp(certificate->data, name, len) == 0 && certificate->data[len] == ':')
			return certificate->data + len + 1;
	return NULL;
}

/* As OpenSSL prints a date, or libcurl itself; 0 = neither. */
static time_t read_date(const char *text)
{
	static const char *const forms[] = {"%b %d %H:%M:%S %Y GMT", "%Y-%m-%d %H:%M:%S GMT"};

	for (size_t i = 0; text && i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = {0};
		const char *end = strptime(text, forms[i], &tm);

		if (end && *end == '\0')
			return timegm(&tm);
	}
	return 0;
}

/* The date that comes first: a chain is as good as the first of it to end. What is over already was
 * sent without need, since the chain was verified. */
static time_t first_end(const struct curl_certinfo *chain)
{
	time_t first = 0;

	for (int i = 0; i < chain->num_of_certs; i++) {
		time_t end = read_date(value_of(chain->certinfo[i], "Expire date"));

		if (end > po_clock_wall() && (first == 0 || end < first))
			first = end;
	}
	return first;
}

void po_http_certificate_report(CURL *easy, const char *url, const struct po_note *note)
{
	struct curl_certinfo *chain = NULL;
	const char *host = strstr(url, "://") + 3;
	const char *issuer;
	char date[32] = "?";
	struct tm tm;
	time_t end;
	long days;

	if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain ||
	    chain->num_of_certs == 0)
		return;
	issuer = value_of(chain->certinfo[0], "Issuer");
	end = first_end(chain);
	days = (long)((end - po_clock_wall()) / DAY_S);
	if (end && gmtime_r(&end, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	(end && days < PO_CERTIFICATE_WARN_DAYS ? po_warn : po_note)(
	        note, "certificate of %.*s: good until %s, %ld days; chain of %d, issued by %s",
	        (int)strcspn(host, "/?"), host, date, end ? days : 0L, chain->num_of_certs,
	        issuer ? issuer : "?");
}
