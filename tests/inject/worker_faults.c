/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The worker, from its first to its last instruction, with each call that can fail doing so at
 * every place in turn. GEN-1: a FAULT or nothing at all, unless what failed is not needed, and
 * never an IDENTITY where the token was not good; architecture 6: no request before every chain is
 * closed. No leak, no descriptor: run with ASan. The libraries' own failures are
 * tests/worker/test_memory.py's.
 */
#include "worker_host.h"

#include "../unit/jose.h"
#include "../unit/table.h"

#include <errno.h>
#include <unistd.h>
#if defined(__SANITIZE_ADDRESS__)
#	include <sanitizer/lsan_interface.h>
#endif

#include "inject.h"
#include "json.h"

#define TURNS_MAX 3000

enum harmless {
	NEVER,
	WITH_WARNING, /* there may be an identity where a warning says what was missing */
	SILENTLY,     /* not needed, or tried again */
};

struct fault {
	const char *call;
	int error;
	enum harmless harmless;
	bool mute;         /* the worker may end without a word */
	enum po_code only; /* the code of the FAULT; PO_OK: any of the worker's */
	bool once;         /* for ever would be a machine that stands still */
};

/* clang-format off */
static const struct fault faults[] = {
	{INJECT_MEMORY, ENOMEM, SILENTLY, false, PO_E_MEMORY, false},
	{"getsockopt", EBADF, NEVER, true, PO_OK, false},
	{"prctl", EINVAL, NEVER, false, PO_E_SYSTEM, false},
	{"setrlimit", EPERM, NEVER, false, PO_E_SYSTEM, false},
	{"getrlimit", EFAULT, SILENTLY, false, PO_E_SYSTEM, false},
	{"landlock", ENOMEM, NEVER, false, PO_E_SYSTEM, false},
	{"seccomp", EINVAL, WITH_WARNING, false, PO_E_SYSTEM, false},
	{"open", EMFILE, SILENTLY, false, PO_E_SYSTEM, false}, /* less than Landlock might allow */
	{"fstat", EIO, SILENTLY, false, PO_E_SYSTEM, false},
	{"opendir", EMFILE, SILENTLY, false, PO_OK, false}, /* the bundle instead of the folder */
	{"clock_gettime", EINVAL, SILENTLY, false, PO_OK, false},
	{"poll", ENOMEM, NEVER, false, PO_E_SYSTEM, false},
	{"poll", EINTR, SILENTLY, false, PO_OK, true},
	{"send", ENOBUFS, SILENTLY, true, PO_E_SYSTEM, false}, /* remarks may get lost */
	{"send", EINTR, SILENTLY, false, PO_OK, true},
	{"recv", ENOMEM, NEVER, false, PO_E_SYSTEM, false},
	{"recv", EINTR, SILENTLY, false, PO_OK, true},
	{"curl_global_init", 0, NEVER, false, PO_E_MEMORY, false},
	{"curl_easy_init", 0, NEVER, false, PO_E_MEMORY, false},
	{"curl_multi_init", 0, NEVER, false, PO_E_MEMORY, false},
	{"curl_easy_setopt", 0, NEVER, false, PO_E_SYSTEM, false},
	{"curl_url", 0, SILENTLY, false, PO_OK, false}, /* no complete URI in the picture */
	{"curl_url_set", 0, SILENTLY, false, PO_OK, false},
	{"curl_url_get", 0, SILENTLY, false, PO_OK, false},
	{"json_loadb", 0, SILENTLY, false, PO_OK, false}, /* of the keys: fetched again */
	{"QRcode_encodeString8bit", 0, SILENTLY, false, PO_OK, false},
	{"OSSL_PARAM_BLD_new", 0, SILENTLY, false, PO_E_TOKEN, false},
	{"OSSL_PARAM_BLD_to_param", 0, SILENTLY, false, PO_E_TOKEN, false},
	{"OSSL_PARAM_BLD_push_octet_string", 0, SILENTLY, false, PO_E_TOKEN, false},
	{"EVP_PKEY_CTX_new_from_name", 0, SILENTLY, false, PO_E_TOKEN, false},
	{"EVP_PKEY_fromdata_init", 0, SILENTLY, false, PO_E_TOKEN, false},
	{"EVP_PKEY_fromdata", 0, SILENTLY, false, PO_E_TOKEN, false},
	{"EVP_MD_CTX_new", 0, SILENTLY, false, PO_E_TOKEN, false},
	{"EVP_DigestVerifyInit_ex", 0, SILENTLY, false, PO_E_TOKEN, false},
	{"EVP_DigestVerify", 0, SILENTLY, false, PO_E_TOKEN, false},
	{"EVP_MD_fetch", 0, NEVER, false, PO_E_TOKEN, false},
	{"EVP_DigestInit_ex2", 0, NEVER, false, PO_E_TOKEN, false},
	{"EVP_DigestUpdate", 0, NEVER, false, PO_E_TOKEN, false},
	{"EVP_DigestFinal_ex", 0, NEVER, false, PO_E_TOKEN, false},
	{"EVP_EncodeBlock", 0, NEVER, false, PO_E_MEMORY, false},
};
/* clang-format on */

struct scenario {
	const char *name;
	bool good; /* the token */
	char *answer;
};

/* A token answer; good, of another issuer, or with a signature of somebody else's. */
static char *answer_with(const char *issuer, bool forged)
{
	char *claims = NULL;
	char *answer = NULL;
	char *token;
	size_t len;

	assert_true(asprintf(&claims,
	                     "{\"iss\":\"%s\",\"aud\":\"ssh\",\"sub\":\"alice\",\"iat\":%lld,"
	                     "\"exp\":%lld,\"email\":\"alice@example.org\"}",
	                     issuer, WORKER_NOW + 3, WORKER_NOW + 300) > 0);
	token = token_signed("{\"alg\":\"EdDSA\",\"kid\":\"rfc8037\"}", claims);
	len = strlen(token);
	if (forged)
		token[len - 20] = token[len - 20] == 'A' ? 'B' : 'A';
	assert_true(asprintf(&answer,
	                     "{\"access_token\":\"at\",\"token_type\":\"Bearer\","
	                     "\"id_token\":\"%s\"}",
	                     token) > 0);
	free(token);
	free(claims);
	return answer;
}

/* What only the worker may report; login.c takes nothing else. */
static bool is_workers(enum po_code code)
{
	switch (code) {
	case PO_E_UNREACHABLE:
	case PO_E_TIMED_OUT:
	case PO_E_PROVIDER:
	case PO_E_ANSWER:
	case PO_E_TOKEN:
	case PO_E_CONFIG:
	case PO_E_WORKER:
	case PO_E_MEMORY:
	case PO_E_SYSTEM:
		return true;
	default:
		return false;
	}
}

static void judge(struct table *t, const struct fault *fault, const struct scenario *s,
                  const struct worker_seen *seen)
{
	bool happened = inject_happened();

	ROW(t, seen->identities + seen->faults <= 1 && !seen->late);
	ROW(t, seen->identities + seen->faults == 1 || (happened && fault->mute));
	ROW(t, !seen->unsealed);
	ROW_NUMBER(t, seen->descriptors, 0);
	ROW(t, s->good || seen->identities == 0);
	if (seen->faults)
		ROW(t, is_workers(seen->fault.code) && seen->fault.text[0]);
	if (!happened) {
		ROW(t, s->good ? seen->identities == 1 : seen->fault.code == PO_E_TOKEN);
		return;
	}
	if (seen->identities)
		ROW(t, fault->harmless == SILENTLY ||
		               (fault->harmless == WITH_WARNING && seen->warnings > 0));
	if (seen->faults && fault->only != PO_OK && s->good)
		ROW_NUMBER(t, seen->fault.code, fault->only);
}

static bool take_turn(struct table *t, const struct fault *fault, const struct scenario *s, long at,
                      bool onward)
{
	struct inject_plan plan = {.call = fault->call, fault->error, at, onward};
	unsigned failed = t->failed;
	struct worker_seen seen;

	inject_arm(&plan);
	worker_host_run(s->answer, &seen);
	judge(t, fault, s, &seen);
	if (t->failed > failed)
		print_error(
		        "  %s, %s at call %ld%s: %u IDENTITY, %u FAULT %s \"%s\", %u requests\n",
		        s->name, fault->call, at, onward ? " and later" : "", seen.identities,
		        seen.faults, po_code_name(seen.fault.code), seen.fault.text, seen.requests);
	return inject_happened();
}

static long take_turns(struct table *t, const struct fault *fault, const struct scenario *s,
                       bool onward)
{
	long at = 1;

	while (at < TURNS_MAX && take_turn(t, fault, s, at, onward))
		at++;
	ROW(t, at < TURNS_MAX);
	return at - 1;
}

static void run_scenario(const struct scenario *s)
{
	struct table t = {0};
	long turns = 0;

	for (size_t i = 0; i < COUNT(faults); i++) {
		long some;

		t.row = faults[i].call;
		some = take_turns(&t, &faults[i], s, false);
		if (s->good)
			ROW(&t, some > 0); /* a call that nobody makes proves nothing */
		if (!faults[i].once)
			take_turns(&t, &faults[i], s, true);
#if defined(__SANITIZE_ADDRESS__)
		ROW(&t, __lsan_do_recoverable_leak_check() == 0);
#endif
		turns += some;
	}
	print_message("%s: %ld places of %zu kinds\n", s->name, turns, COUNT(faults));
	table_end(&t);
}

static void the_worker_survives_every_fault(void **state)
{
	struct scenario scenarios[] = {
	        {"good token", true, answer_with(WORKER_ISSUER, false)},
	        {"token of another issuer", false, answer_with("https://evil.example", false)},
	        {"forged signature", false, answer_with(WORKER_ISSUER, true)},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(scenarios); i++)
		run_scenario(&scenarios[i]);
	for (size_t i = 0; i < COUNT(scenarios); i++)
		free(scenarios[i].answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_worker_survives_every_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
