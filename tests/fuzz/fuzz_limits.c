/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a login comes from, and any bytes as the record of starts (PAM-41). Input: a rate (count,
 * seconds), the records PAM_RHOST, PAM_RUSER and SSH_CONNECTION, then the file. Promises: a source
 * is a caller's uid, an IPv4 address, the /64 of an IPv6 one or a local name; a record has one
 * spelling; a wait is exactly as long as the rate demands, counted here row by row.
 */
#include <arpa/inet.h>

#include "fuzz_limits.h"
#include "source.h"

static void check_source(const struct po_origin *o)
{
	static const unsigned char zero[8];
	char name[PO_SOURCE_SIZE];
	unsigned char address[16];
	char *slash;

	memset(name, 'x', sizeof(name));
	po_source_name(o, name);
	must(memchr(name, '\0', sizeof(name)) && name[0]);
	if (strcmp(name, "local") == 0 || inet_pton(AF_INET, name, address) == 1)
		return;
	if (strncmp(name, "local:", 6) == 0) {
		must(po_text_account_ok(name + 6) && strcmp(name + 6, o->ruser) == 0);
		must(!o->rhost || !*o->rhost);
		return;
	}
	slash = strchr(name, '/');
	must(slash && strcmp(slash, "/64") == 0);
	*slash = '\0';
	must(inet_pton(AF_INET6, name, address) == 1 && memcmp(address + 8, zero, 8) == 0);
}

/* A caller that the kernel names is the source, whatever the texts say. */
static void check_caller(struct po_origin o, uid_t uid)
{
	char expected[32];
	char name[PO_SOURCE_SIZE];

	o.caller = uid;
	snprintf(expected, sizeof(expected), "uid:%u", (unsigned)uid);
	po_source_name(&o, name);
	must(strcmp(name, expected) == 0);
}

/* What the record read: in order, of the past, and no longer kept than a window can be. */
static void check_rows(const struct po_starts *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct po_start_row *row = &s->rows[i];

		must(row->when >= (i ? s->rows[i - 1].when : 0) && row->when <= NOW);
		must(row->keep_s > 0 && row->keep_s <= PO_RATE_SECONDS_MAX);
	}
}

/* A start is counted, and given back by its number. */
static void check_add(struct po_starts *s, const struct po_start_row *row)
{
	size_t count = s->count;

	po_starts_add(s, row);
	must(s->count == count + (count < PO_STARTS_MAX));
	must(po_starts_remove(s, row->id) && s->count + 1 == count + (count < PO_STARTS_MAX));
}

static void check_record(const uint8_t *data, size_t size, const struct po_rate *rate)
{
	static const unsigned char key[PO_SIPHASH_KEY] = {1};
	struct po_start_row like = {.when = NOW, .keep_s = 1, .source = 1, .pair = 2, .id = 3};
	struct po_starts s = {.count = 0};
	struct po_buf out;

	must(po_starts_init(&s, key));
	po_buf_init(&out, po_starts_limit());
	if (po_starts_read(&s, data, size, NOW)) {
		must(s.count <= PO_STARTS_MAX && po_starts_write(&s, &out));
		must(out.len == size && memcmp(out.data, data, size) == 0);
		check_rows(&s);
		check_wait(&s, rate, &like);
		po_starts_expire(&s, NOW);
		for (size_t i = 0; i < s.count; i++)
			must(s.rows[i].when + s.rows[i].keep_s * INT64_C(1000) > NOW);
		must(po_starts_room(&s, NOW) == 0 || s.count == PO_STARTS_MAX);
		check_add(&s, &like);
	} else {
		must(s.count == 0 && memcmp(s.key, key, sizeof(key)) == 0);
	}
	po_buf_free(&out);
	po_starts_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in;
	struct po_origin o = {.service = "sshd"};
	char *texts[3];

	if (size < 2)
		return 0;
	in = (struct fuzz_input){data + 2, size - 2};
	for (size_t i = 0; i < 3; i++)
		texts[i] = fuzz_record(&in, NULL);
	o.rhost = texts[0];
	o.ruser = texts[1];
	o.ssh_connection = texts[2];
	check_source(&o);
	check_caller(o, 1U + data[0] * 16777213U);
	o.service = NULL;
	check_source(&o);
	if (in.data)
		check_record(in.data, in.size, &(struct po_rate){data[0] % 8, data[1] % 16});
	for (size_t i = 0; i < 3; i++)
		free(texts[i]);
	return 0;
}
