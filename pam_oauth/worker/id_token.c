/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The claims that make an ID token genuine and ours (OIDC Core section 3.1.3.7). identity.c calls
 * it, after the signature. What an administrator demands of the person (auth_time, acr, amr,
 * email_verified) is not judged here: those values cross to the module (IDT-28). A nonce is not
 * sent, so the claim means nothing (IDT-17); c_hash and s_hash belong to other flows (IDT-22).
 */
#include "id_token.h"

#include <string.h>

#include "base64.h"
#include "po_text.h"

#define QUOTE           160                     /* of a claim in a fault, escaped and cut */
#define TIME_MAX        (INT64_C(1) << 53)      /* JSN-5: no date is later, no sum overflows */
#define LOOSE_AGE_MAX_S (INT64_C(24) * 60 * 60) /* IDT-14: what `iat_check = loose` still asks */

static bool same(const char *claim, const char *ours)
{
	return claim && strcmp(claim, ours) == 0;
}

/* IDT-10 */
static bool check_iss(const struct po_json *claims, const struct po_request *r, struct po_fault *f)
{
	const char *iss = po_json_string(po_json_get(claims, "iss"));
	char quoted[QUOTE];

	if (!iss)
		return po_fail(f, PO_E_TOKEN, "ID token: iss is missing or no string");
	if (!same(iss, r->issuer))
		return po_fail(f, PO_E_TOKEN, "ID token: iss '%s' is not the configured issuer",
		               po_text_escape(quoted, sizeof(quoted), iss));
	return true;
}

/* IDT-11: ours must be there, and nobody whom the administrator does not know. */
static bool check_audience(const struct po_json *aud, const struct po_request *r,
                           struct po_fault *f)
{
	char quoted[QUOTE];

	if (!po_json_array_has(aud, r->client_id))
		return po_fail(f, PO_E_TOKEN, "ID token: aud does not contain the client");
	for (size_t i = 0; i < po_json_count(aud); i++) {
		const char *one = po_json_string(po_json_item(aud, i));

		if (!same(one, r->client_id) && !po_list_has(&r->trusted_audiences, one))
			return po_fail(f, PO_E_TOKEN,
			               "ID token: aud has '%s', which is not trusted",
			               po_text_escape(quoted, sizeof(quoted), one));
	}
	return true;
}

static bool check_aud(const struct po_json *claims, const struct po_request *r, struct po_fault *f)
{
	const struct po_json *aud = po_json_get(claims, "aud");
	const char *one = po_json_string(aud);

	if (one)
		return same(one, r->client_id) ||
		       po_fail(f, PO_E_TOKEN, "ID token: aud does not contain the client");
	if (!po_json_all_strings(aud))
		return po_fail(f, PO_E_TOKEN,
		               "ID token: aud is missing or neither a string nor an array of them");
	return check_audience(aud, r, f);
}

/* IDT-12 */
static bool check_azp(const struct po_json *claims, const struct po_request *r, struct po_fault *f)
{
	const struct po_json *azp = po_json_get(claims, "azp");

	if (azp && !same(po_json_string(azp), r->client_id))
		return po_fail(f, PO_E_TOKEN, "ID token: azp is not the client");
	if (!azp && po_json_count(po_json_get(claims, "aud")) > 1)
		return po_fail(f, PO_E_TOKEN, "ID token: several audiences, but no azp");
	return true;
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
static bool check_iat(const struct po_json *claims, const struct po_id_token_terms *t,
                      struct po_fault *f)
{
	int64_t skew = t->request->clock_skew_s;
	int64_t earliest = t->request->iat_loose ? t->now - LOOSE_AGE_MAX_S : t->started;
	int64_t down;
	int64_t up;

	if (!get_time(claims, "iat", PO_ROUND_DOWN, &down) ||
	    !get_time(claims, "iat", PO_ROUND_UP, &up))
		return po_fail(f, PO_E_TOKEN, "ID token: iat is missing or no date");
	if (up - skew > t->now)
		return po_fail(f, PO_E_TOKEN, "ID token: iat is %lld s in the future",
		               (long long)(up - t->now));
	if (down < earliest - skew)
		return po_fail(f, PO_E_TOKEN,
		               t->request->iat_loose ? "ID token: iat is %lld s older than a day"
		                                     : "ID token: iat is %lld s before this login",
		               (long long)(earliest - down));
	return true;
}

/* IDT-13, IDT-15 */
static bool check_validity(const struct po_json *claims, const struct po_id_token_terms *t,
                           struct po_fault *f)
{
	int64_t skew = t->request->clock_skew_s;
	int64_t exp;
	int64_t iat;
	int64_t nbf;

	if (!get_time(claims, "exp", PO_ROUND_DOWN, &exp))
		return po_fail(f, PO_E_TOKEN, "ID token: exp is missing or no date");
	if (t->now >= exp + skew)
		return po_fail(f, PO_E_TOKEN, "ID token: expired %lld s ago",
		               (long long)(t->now - exp));
	if (get_time(claims, "iat", PO_ROUND_DOWN, &iat) && exp < iat)
		return po_fail(f, PO_E_TOKEN, "ID token: exp is before iat");
	if (!po_json_get(claims, "nbf"))
		return true;
	if (!get_time(claims, "nbf", PO_ROUND_UP, &nbf))
		return po_fail(f, PO_E_TOKEN, "ID token: nbf is no date");
	if (nbf - skew > t->now)
		return po_fail(f, PO_E_TOKEN, "ID token: not valid for another %lld s",
		               (long long)(nbf - t->now));
	return true;
}

/* IDT-16: OIDC Core section 2 says ASCII, at most 255 characters. */
static bool sub_ok(const char *sub)
{
	if (!po_text_value_ok(sub))
		return false;
	for (; *sub; sub++)
		if (!po_is_print(*sub))
			return false;
	return true;
}

/* A token that a client got for itself says nothing about a person (RFC 9700 section 4.15). */
static bool check_sub(const struct po_json *claims, const struct po_request *r, struct po_fault *f)
{
	const char *sub = po_json_string(po_json_get(claims, "sub"));

	if (!sub_ok(sub))
		return po_fail(f, PO_E_TOKEN,
		               "ID token: sub is missing or not 1 to %d printable ASCII characters",
		               PO_LIMIT_CLAIM_VALUE);
	if (same(sub, r->client_id))
		return po_fail(f, PO_E_TOKEN, "ID token: sub is the client, not a person");
	if (same(po_json_string(po_json_get(claims, "idtyp")), "app"))
		return po_fail(f, PO_E_TOKEN, "ID token: idtyp is app: issued to no person");
	return true;
}

static bool same_octets(const struct po_buf *a, const struct po_buf *b)
{
	return b && b->len > 0 && a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* IDT-21: ties the access token to this ID token. */
static bool check_at_hash(const struct po_json *claims, const struct po_id_token_terms *terms,
                          struct po_fault *f)
{
	const struct po_json *member = po_json_get(claims, "at_hash");
	const char *text = po_json_string(member);
	struct po_buf hash;
	bool ok;

	if (!member)
		return true;
	po_buf_init(&hash, PO_LIMIT_HASH);
	ok = text && *text && po_base64url_decode(&hash, text, strlen(text)) &&
	     (same_octets(&hash, terms->at_hash) || same_octets(&hash, terms->at_hash_other));
	po_buf_free(&hash);
	return ok || po_fail(f, PO_E_TOKEN, "ID token: at_hash is not that of the access token");
}

bool po_id_token_check(const struct po_json *claims, const struct po_id_token_terms *terms,
                       struct po_fault *f)
{
	const struct po_request *r = terms->request;

	return check_iss(claims, r, f) && check_aud(claims, r, f) && check_azp(claims, r, f) &&
	       check_iat(claims, terms, f) && check_validity(claims, terms, f) &&
	       check_sub(claims, r, f) && check_at_hash(claims, terms, f);
}
