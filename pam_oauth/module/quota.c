/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The limits of PAM-41. Called by pam_oauth.c between the precheck and the worker, and when a login
 * has ended. Must cost the same for every account, and must say the same to whoever used one up.
 *
 * Names and addresses are kept as keyed hashes: rows stay small and of one size, and nobody can
 * compute a name that shares another one's row. They are no secret of this host: its log has them.
 */
#include "quota.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "po_clock.h"
#include "source.h"
#include "starts.h"
#include "state.h"

#define MINUTE_MS 60000
#define NAME_SIZE 32

/* Account and source in one text, a NUL between them. */
#define PAIR_SIZE (PO_SOURCE_SIZE + PO_LIMIT_ACCOUNT_NAME + 1)

struct rule {
	const char *key;
	const struct po_rate *rate;
	enum po_start_scope scope;
};

/* What must not repeat and not be guessed: of a row, and of a record that begins. */
struct dice {
	uint64_t id;
	unsigned char key[PO_SIPHASH_KEY];
};

/* One start on its way through the record. */
struct counting {
	const struct po_config *config;
	const char *user;
	const char *source;
	struct po_start *start;
	struct dice dice;
	int64_t wait;  /* ms: longest of all rates that are used up; 0 = none is */
	char over[64]; /* the one that takes so long */
};

/* "starts" and "flows", or "starts-1001" and "flows-1001" of somebody who counts apart. */
static const char *file_name(const struct po_start *s, const char *kind, char name[NAME_SIZE])
{
	if (s->apart == 0)
		return kind;
	snprintf(name, NAME_SIZE, "%s-%lu", kind, (unsigned long)s->apart);
	return name;
}

static struct po_state_file starts_file(const struct po_start *s, char name[NAME_SIZE])
{
	return (struct po_state_file){
	        .name = file_name(s, "starts", name),
	        .limit = po_starts_limit(),
	};
}

static char folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/*
 * All spellings of a name count as one, also where there is no such account: with
 * nss_case_insensitive they are one, and a difference would tell that it exists (PAM-40).
 */
static uint64_t hash_pair(const unsigned char *key, const char *user, const char *source)
{
	char text[PAIR_SIZE];
	int len = snprintf(text, sizeof(text), "%s%c%s", source, '\0', user);
	size_t used = len < 0 ? 0 : (size_t)len;

	if (used >= sizeof(text))
		used = sizeof(text) - 1;
	for (size_t i = strlen(source); i < used; i++)
		text[i] = folded(text[i]);
	return po_siphash(key, text, used);
}

static uint32_t longest_window(const struct po_config *c)
{
	const struct po_rate *rates[] = {&c->limit_source, &c->limit_user, &c->limit_global};
	uint32_t longest = 0;

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		if (rates[i]->count > 0 && rates[i]->seconds > longest)
			longest = rates[i]->seconds;
	return longest;
}

static void judge(struct counting *c, const struct po_starts *s, const struct po_start_row *row,
                  int64_t now)
{
	const struct rule rules[] = {
	        {"limit_source", &c->config->limit_source, PO_STARTS_OF_SOURCE},
	        {"limit_user", &c->config->limit_user, PO_STARTS_OF_PAIR},
	        {"limit_global", &c->config->limit_global, PO_STARTS_OF_ALL},
	};

	c->wait = po_starts_room(s, now);
	snprintf(c->over, sizeof(c->over), "room for %d starts", PO_STARTS_MAX);
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *r = &rules[i];
		int64_t wait = po_starts_wait(s, r->rate, r->scope, row, now);

		if (wait <= c->wait)
			continue;
		c->wait = wait;
		snprintf(c->over, sizeof(c->over), "%s = %u/%u", r->key, r->rate->count,
		         r->rate->seconds);
	}
}

/* A record that does not parse begins anew: it is worth less than the logins that it would stop. */
static void load(struct po_starts *s, const struct po_state_old *old, int64_t now, bool *anew)
{
	bool good =
	        !old->too_large && (old->len == 0 || po_starts_read(s, old->data, old->len, now));

	*anew = !good;
	po_starts_expire(s, now);
}

static bool fail_limited(struct po_start *s, int64_t wait, const char *over, const char *source,
                         struct po_fault *f)
{
	s->again_in = (unsigned)((wait + MINUTE_MS - 1) / MINUTE_MS);
	return po_fail(f, PO_E_LIMITED, "%s is used up: source %s, again in %lld s", over, source,
	               (long long)((wait + 999) / 1000));
}

/* Nobody knows when one of them ends; most do within a minute. */
static bool take_place(const struct po_config *c, const char *source, struct po_start *s,
                       struct po_fault *f)
{
	char name[NAME_SIZE];
	char over[64];

	if (c->limit_flows == 0)
		return true;
	if (!po_state_take_byte(file_name(s, "flows", name), c->limit_flows, &s->flow, f))
		return false;
	if (s->flow >= 0)
		return true;
	snprintf(over, sizeof(over), "limit_flows = %lu", c->limit_flows);
	return fail_limited(s, MINUTE_MS, over, source, f);
}

/*
 * The place is taken last, and under the lock: starts that are refused anyway must not hold one
 * even for a moment, or a flood of them would keep others out.
 */
static enum po_state_verdict count_one(struct counting *c, struct po_starts *s, int64_t now,
                                       struct po_buf *content, struct po_fault *f)
{
	const struct po_start_row row = {
	        .when = now,
	        .keep_s = longest_window(c->config),
	        .source = po_siphash(s->key, c->source, strlen(c->source)),
	        .pair = hash_pair(s->key, c->user, c->source),
	        .id = c->dice.id,
	};

	judge(c, s, &row, now);
	if (c->wait > 0) {
		fail_limited(c->start, c->wait, c->over, c->source, f);
		return PO_STATE_FAIL;
	}
	if (!take_place(c->config, c->source, c->start, f))
		return PO_STATE_FAIL;
	po_starts_add(s, &row);
	po_starts_write(s, content);
	return PO_STATE_WRITE;
}

static enum po_state_verdict count(void *ctx, const struct po_state_old *old,
                                   struct po_buf *content, struct po_fault *f)
{
	struct counting *c = ctx;
	int64_t now = po_clock_now(); /* under the lock: rows stay in order */
	enum po_state_verdict verdict;
	struct po_starts s;

	if (now == INT64_MAX) {
		po_fail(f, PO_E_SYSTEM, "no clock");
		return PO_STATE_FAIL;
	}
	if (!po_starts_init(&s, c->dice.key)) {
		po_fail_memory(f);
		return PO_STATE_FAIL;
	}
	load(&s, old, now, &c->start->anew);
	verdict = count_one(c, &s, now, content, f);
	po_starts_free(&s);
	return verdict;
}

static enum po_state_verdict give_back(void *ctx, const struct po_state_old *old,
                                       struct po_buf *content, struct po_fault *f)
{
	static const unsigned char no_key[PO_SIPHASH_KEY];
	enum po_state_verdict verdict = PO_STATE_KEEP;
	const struct po_start *start = ctx;
	int64_t now = po_clock_now();
	struct po_starts s;

	if (now == INT64_MAX) { /* every row would be over */
		po_fail(f, PO_E_SYSTEM, "no clock");
		return PO_STATE_FAIL;
	}
	if (!po_starts_init(&s, no_key)) {
		po_fail_memory(f);
		return PO_STATE_FAIL;
	}
	if (!old->too_large && po_starts_read(&s, old->data, old->len, now) &&
	    po_starts_remove(&s, start->id)) {
		po_starts_expire(&s, now);
		po_starts_write(&s, content);
		verdict = PO_STATE_WRITE;
	}
	po_starts_free(&s);
	return verdict;
}

static bool count_start(const struct po_config *c, const char *user, const char *source,
                        struct po_start *s, struct po_fault *f)
{
	struct counting counting = {.config = c, .user = user, .source = source, .start = s};
	char name[NAME_SIZE];
	const struct po_state_file file = starts_file(s, name);

	if (longest_window(c) == 0)
		return take_place(c, source, s, f);
	if (getrandom(&counting.dice, sizeof(counting.dice), 0) != (ssize_t)sizeof(counting.dice))
		return po_fail(f, PO_E_SYSTEM, "no random numbers");
	if (!po_state_update(&file, count, &counting, f))
		return false;
	s->id = counting.dice.id;
	s->counted = true;
	return true;
}

bool po_quota_start(const struct po_config *c, const char *user, const char *source,
                    struct po_start *s, struct po_fault *f)
{
	if (count_start(c, user, source, s, f))
		return true;
	po_quota_end(s);
	return false;
}

bool po_quota_give_back(struct po_start *s, struct po_fault *f)
{
	char name[NAME_SIZE];
	const struct po_state_file file = starts_file(s, name);

	if (!s->counted)
		return true;
	s->counted = false;
	return po_state_update(&file, give_back, s, f);
}

void po_quota_end(struct po_start *s)
{
	if (s)
		po_state_let_go(&s->flow);
}
