/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes of one state file, shared by test_state.c and test_state_locks.c. */
#ifndef PO_TEST_STATE_CHANGE_H
#define PO_TEST_STATE_CHANGE_H

#include "state.h"

#include "state_fixture.h"

#define LIMIT 100

static const struct po_state_file file = {.name = "f", .limit = LIMIT};

/* What a change sees and does. */
struct change {
	const char *text; /* the new content */
	enum po_state_verdict verdict;
	char old[LIMIT + 1]; /* out: seen */
	bool too_large;      /* out */
	unsigned calls;      /* out */
};

static inline enum po_state_verdict apply(void *ctx, const struct po_state_old *old,
                                          struct po_buf *content, struct po_fault *f)
{
	struct change *c = ctx;

	c->calls++;
	assert_true(old->len <= LIMIT);
	if (old->len)
		memcpy(c->old, old->data, old->len);
	c->old[old->len] = '\0';
	c->too_large = old->too_large;
	if (c->verdict == PO_STATE_FAIL)
		po_fail(f, PO_E_SYSTEM, "the test says so");
	if (c->text)
		po_buf_add_str(content, c->text);
	return c->verdict;
}

static inline bool update(struct fixture *x, struct change *c)
{
	x->fault = (struct po_fault){0};
	return po_state_update(&file, apply, c, &x->fault);
}

static inline void must_write(struct fixture *x, const char *text)
{
	struct change c = {.text = text, .verdict = PO_STATE_WRITE};

	if (!update(x, &c))
		fail_msg("%s", x->fault.text);
}

static inline void must_hold(struct fixture *x, const char *text)
{
	struct change c = {.verdict = PO_STATE_KEEP};

	if (!update(x, &c))
		fail_msg("%s", x->fault.text);
	assert_string_equal(c.old, text);
	assert_false(c.too_large);
}

/* Neither a change nor a byte is possible, for this reason. */
static inline void must_refuse(struct fixture *x, const char *why)
{
	struct change c = {.text = "never", .verdict = PO_STATE_WRITE};

	if (update(x, &c))
		fail_msg("taken: %s", why);
	assert_int_equal(x->fault.code, PO_E_STATE);
	assert_int_equal(strncmp(x->fault.text, x->folder, strlen(x->folder)), 0);
	if (!strstr(x->fault.text, why))
		fail_msg("\"%s\" instead of \"%s\"", x->fault.text, why);
	assert_int_equal(c.calls, 0);
}

static inline bool take(struct fixture *x, unsigned long count, int *fd)
{
	x->fault = (struct po_fault){0};
	return po_state_take_byte("flows", count, fd, &x->fault);
}

#endif
