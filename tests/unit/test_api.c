/* SPDX-License-Identifier: BSD-2-Clause */
/* The API of a provider without OpenID (12.5, USI-7): the subject is one claim, as it is, or
 * nobody. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "api.h"

#define LONG255                                                            \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"

static const struct {
	const char *claim;
	const char *doc;
	const char *subject; /* NULL = refused */
} rows[] = {
        {"id", "{\"login\":\"octocat\",\"id\":583231}", "583231"},
        {"id", "{\"id\":0}", "0"},
        {"id", "{\"id\":-9223372036854775808}", "-9223372036854775808"},
        {"id", "{\"id\":9223372036854775807}", "9223372036854775807"},
        {"id", "{\"id\":\"583231\"}", "583231"},
        {"id", "{\"id\":\"" LONG255 "\"}", LONG255},
        {"/data/id", "{\"data\":{\"id\":7},\"id\":8}", "7"},
        {"a/b", "{\"a/b\":7}", "7"},
        {"id", "{\"id\":\"" LONG255 "f\"}", NULL},
        {"id", "{\"id\":583231.0}", NULL},
        {"id", "{\"id\":1e3}", NULL},
        {"id", "{\"id\":true}", NULL},
        {"id", "{\"id\":null}", NULL},
        {"id", "{\"id\":\"\"}", NULL},
        {"id", "{\"id\":[583231]}", NULL},
        {"id", "{\"id\":{\"id\":583231}}", NULL},
        {"id", "{\"id\":\"a\\u0000b\"}", NULL},
        {"id", "{\"id\":\"a\\nb\"}", NULL},
        {"id", "{\"id\":\"\\u0661\"}", NULL},
        {"id", "{\"ID\":583231,\"login\":\"octocat\"}", NULL},
        {"id", "{}", NULL},
        {"/data/id", "{\"data\":[{\"id\":7}]}", NULL},
        /* SRV-143 */
        {"id", "{\"id\":\"Iv1.8a61f9b3a7aba766\"}", NULL},
        {"id", "{\"id\":5,\"idtyp\":\"app\"}", NULL},
};

static void the_subject_is_one_claim_as_it_is(void **state)
{
	char client[] = "Iv1.8a61f9b3a7aba766";
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_request r = {.client_id = client, .subject_claim = strdup(rows[i].claim)};
		struct po_fault f = {.code = PO_OK};
		char subject[PO_SUBJECT_SIZE] = "";
		struct po_json *doc;
		bool ok;

		t.row = rows[i].doc;
		doc = po_json_load(rows[i].doc, strlen(rows[i].doc), PO_E_TOKEN, &f);
		ok = doc && po_api_subject(doc, &r, subject, &f);
		ROW(&t, ok == (rows[i].subject != NULL));
		if (ok)
			ROW_TEXT(&t, subject, rows[i].subject);
		else
			ROW_NUMBER(&t, f.code, PO_E_TOKEN);
		po_json_free(doc);
		free(r.subject_claim);
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_subject_is_one_claim_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
