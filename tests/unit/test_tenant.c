/* SPDX-License-Identifier: BSD-2-Clause */
/* Issuers that tenants share: IDN-7, IDN-9, DSC-5. */
#include "table.h"

#include "po_tenant.h"

#define CLOUD "https://login.microsoftonline.com/"
#define ONE   "11111111-1111-1111-1111-111111111111"
#define TWO   "22222222-2222-2222-2222-222222222222"

static void shared_issuers_are_known_by_their_end(void **state)
{
	static const struct {
		const char *issuer;
		bool shared;
	} rows[] = {
	        {CLOUD "organizations/v2.0", true},
	        {CLOUD "common/v2.0", true},
	        {"https://login.microsoftonline.us/common/v2.0", true},
	        {CLOUD ONE "/v2.0", false},
	        {CLOUD "organizations/v2.0/", false},
	        {CLOUD "organizations", false},
	        {CLOUD "xcommon/v2.0", false},
	        {CLOUD "common/v2.0x", false},
	        {CLOUD "consumers/v2.0", false},
	        {"/v2.0", false},
	        {"", false},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].issuer;
		ROW_NUMBER(&t, po_tenant_shared(rows[i].issuer), rows[i].shared);
	}
	table_end(&t);
}

static void a_tenant_stands_in_the_place_of_the_shared_part(void **state)
{
	static const struct {
		const char *text, *issuer, *tenant;
		bool same;
	} rows[] = {
	        {CLOUD ONE "/v2.0", CLOUD "organizations/v2.0", ONE, true},
	        {CLOUD ONE "/v2.0", CLOUD "common/v2.0", ONE, true},
	        {CLOUD "{tenantid}/v2.0", CLOUD "common/v2.0", "{tenantid}", true},
	        {CLOUD ONE "/v2.0", CLOUD "organizations/v2.0", TWO, false},
	        {CLOUD ONE "/v2.0/", CLOUD "organizations/v2.0", ONE, false},
	        {CLOUD ONE, CLOUD "organizations/v2.0", ONE, false},
	        {CLOUD ONE "x/v2.0", CLOUD "organizations/v2.0", ONE, false},
	        {"https://evil.example/" ONE "/v2.0", CLOUD "organizations/v2.0", ONE, false},
	        {CLOUD ONE "/v2.0", CLOUD ONE "/v2.0", ONE, false},
	        {"", CLOUD "organizations/v2.0", ONE, false},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].text;
		ROW_NUMBER(&t, po_tenant_issuer_is(rows[i].text, rows[i].issuer, rows[i].tenant),
		           rows[i].same);
	}
	table_end(&t);
}

static void an_identity_is_of_the_issuer_or_of_a_listed_tenant(void **state)
{
	char issuer[] = CLOUD "organizations/v2.0";
	char one[] = ONE;
	char *listed[] = {one};
	struct po_request r = {.issuer = issuer};

	(void)state;
	assert_true(po_request_issuer_ok(&r, CLOUD "organizations/v2.0"));
	assert_false(po_request_issuer_ok(&r, CLOUD ONE "/v2.0"));
	assert_false(po_request_issuer_ok(&r, NULL));
	r.tenants = (struct po_list){listed, 1};
	assert_false(po_request_issuer_ok(&r, CLOUD "organizations/v2.0"));
	assert_true(po_request_issuer_ok(&r, CLOUD ONE "/v2.0"));
	assert_false(po_request_issuer_ok(&r, CLOUD TWO "/v2.0"));
	r.issuer = NULL;
	assert_false(po_request_issuer_ok(&r, CLOUD ONE "/v2.0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(shared_issuers_are_known_by_their_end),
	        cmocka_unit_test(a_tenant_stands_in_the_place_of_the_shared_part),
	        cmocka_unit_test(an_identity_is_of_the_issuer_or_of_a_listed_tenant),
	};

	return cmocka_run_group_tests_name("tenant", tests, NULL, NULL);
}
