/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The claims by which a token or an answer is genuine, ours and about a person (OIDC Core section
 * 3.1.3.7, RFC 9068 section 4, RFC 7662 section 2.2). What an administrator demands of the person
 * (auth_time, acr, amr, email_verified) is not judged here: those values cross to the module
 * (IDT-28).
 */
#include "token_checks.h"

#include <string.h>

#include "po_tenant.h"
#include "po_text.h"

#define QUOTE           160                     /* of a claim in a fault, escaped and cut */
#define TIME_MAX        (INT64_C(1) << 53)      /* JSN-5: no date is later, no sum overflows */
#define LOOSE_AGE_MAX_S (INT64_C(24) * 60 * 60) /* IDT-14: what `iat_check = loose` still asks */

bool po_check_same(const char *claim, const char *ours)
{
	return claim && strcmp(claim, ours) == 0;
}

/* IDN-7: of a tenant that is listed, and that the token names itself. */
static bool is_of_tenant(const struct po_json *claims, const struct po_request *r, const char *iss)
{
	const char *tid = po_json_string(po_json_get(claims, "tid"));

	return tid && po_list_has(&r->tenants, tid) && po_tenant_issuer_is(iss, r->issuer, tid);
}

/* 12.1: an alias is the administrator's word that it means the issuer. */
static bool is_ours(const struct po_json *claims, const struct po_request *r, const char *iss)
{
	if (r->tenants.count > 0)
		return is_of_tenant(claims, r, iss);
	return po_check_same(iss, r->issuer) || po_list_has(&r->iss_aliases, iss);
}

/* IDT-10 */
bool po_check_iss(const struct po_json *claims, const struct po_request *r, struct po_fault *f)
{
	const char *iss = po_json_string(po_json_get(claims, "iss"));
	char quoted[QUOTE];

	if (!iss)
		return po_fail(f, PO_E_TOKEN, "iss is missing or no string");
	if (!is_ours(claims, r, iss))
		return po_fail(f, PO_E_TOKEN, "iss '%s' is not the configured issuer",
		               po_text_escape(quoted, sizeof(quoted), iss));
	return true;
}

/* IDT-11: ours must be there, and nobody whom the administrator does not know. */
static bool check_audience(const struct po_json *aud, const struct po_request *r,
                           struct po_fault *f)
{
	char quoted[QUOTE];

	if (!po_json_array_has(aud, r->client_id))
		return po_fail(f, PO_E_TOKEN, "aud does not contain the client");
	for (size_t i = 0; i < po_json_count(aud); i++) {
		const char *one = po_json_string(po_json_item(aud, i));

		if (!po_check_same(one, r->client_id) && !po_list_has(&r->trusted_audiences, one))
			return po_fail(f, PO_E_TOKEN, "aud has '%s', which is not trusted",
			               po_text_escape(quoted, sizeof(quoted), one));
	}
	return true;
}

bool po_check_aud(const struct po_json *claims, const struct po_request *r, struct po_fault *f)
{
	const struct po_json *aud = po_json_get(claims, "aud");
	const char *one = po_json_string(aud);

	if (one)
		return po_check_same(one, r->client_id) ||
		       po_fail(f, PO_E_TOKEN, "aud does not contain the client");
	if (!po_json_all_strings(aud))
		return po_fail(f, PO_E_TOKEN,
		               "aud is missing or neither a string nor an array of them");
	return check_audience(aud, r, f);
}

/* A date of the token, rounded towards the stricter side (JSN-5). */
static bool get_time(const struct po_json *claims, const char *name, enum po_json_round round,
                     int64_t *value)
{
	int64_t t;

	if (!po_json_number(po_json_get(claims, name), round, false, &t) || t < 0 || t > TIME_MAX)
		return false;
	*value = t;
	return true;
}

/*
 * IDT-14: not older than the flow, or with iat_loose than a day. The sums are with the token's
 * dates, which are bounded, not with the clock, which may have failed (po_clock_wall).
 */
bool po_check_iat(const struct po_json *claims, const struct po_request *r,
                  const struct po_moments *at, struct po_fault *f)
{
	int64_t skew = r->clock_skew_s;
	int64_t earliest = r->iat_loose ? at->now - LOOSE_AGE_MAX_S : at->started;
	int64_t down;
	int64_t up;

	if (!get_time(claims, "iat", PO_ROUND_DOWN, &down) ||
	    !get_time(claims, "iat", PO_ROUND_UP, &up))
		return po_fail(f, PO_E_TOKEN, "iat is missing or no date");
	if (up - skew > at->now)
		return po_fail(f, PO_E_TOKEN, "iat is %lld s in the future",
		               (long long)(up - at->now));
	if (down < earliest - skew)
		return po_fail(f, PO_E_TOKEN,
		               r->iat_loose ? "iat is %lld s older than a day"
		                            : "iat is %lld s before this login",
		               (long long)(earliest - down));
	return true;
}

/* IDT-13, IDT-15 */
bool po_check_validity(const struct po_json *claims, const struct po_request *r, int64_t now,
                       struct po_fault *f)
{
	int64_t skew = r->clock_skew_s;
	int64_t exp;
	int64_t iat;
	int64_t nbf;

	if (!get_time(claims, "exp", PO_ROUND_DOWN, &exp))
		return po_fail(f, PO_E_TOKEN, "exp is missing or no date");
	if (now >= exp + skew)
		return po_fail(f, PO_E_TOKEN, "expired %lld s ago", (long long)(now - exp));
	if (get_time(claims, "iat", PO_ROUND_DOWN, &iat) && exp < iat)
		return po_fail(f, PO_E_TOKEN, "exp is before iat");
	if (!po_json_get(claims, "nbf"))
		return true;
	if (!get_time(claims, "nbf", PO_ROUND_UP, &nbf))
		return po_fail(f, PO_E_TOKEN, "nbf is no date");
	if (nbf - skew > now)
		return po_fail(f, PO_E_TOKEN, "not valid for another %lld s",
		               (long long)(nbf - now));
	return true;
}

/* IDT-16: OIDC Core section 2 says ASCII, at most 255 characters. */
bool po_check_subject_text(const char *subject)
{
	if (!po_text_value_ok(subject))
		return false;
	for (; *subject; subject++)
		if (!po_is_print(*subject))
			return false;
	return true;
}

bool po_check_person(const struct po_json *claims, const char *subject, const struct po_request *r,
                     struct po_fault *f)
{
	if (po_check_same(subject, r->client_id))
		return po_fail(f, PO_E_TOKEN, "sub is the client, not a person");
	return !po_check_same(po_json_string(po_json_get(claims, "idtyp")), "app") ||
	       po_fail(f, PO_E_TOKEN, "idtyp is app: issued to no person");
}

bool po_check_sub(const struct po_json *claims, const struct po_request *r, struct po_fault *f)
{
	const char *sub = po_json_string(po_json_get(claims, "sub"));

	if (!po_check_subject_text(sub))
		return po_fail(f, PO_E_TOKEN,
		               "sub is missing or not 1 to %d printable ASCII characters",
		               PO_LIMIT_CLAIM_VALUE);
	return po_check_person(claims, sub, r, f);
}
