/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a record of approved logins (PAM-39) or as a pin (MAP-11). Promises: a record of
 * logins that is read has one spelling, names its person twice alike and is within its bounds; a
 * pin lets in whom exactly its own lines name, refuses everybody else, and is never written over.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "grace_record.h"
#include "pins.h"

#define UID  1000
#define HEAD "pam_oauth pin 1\naccount alice\nissuer https://i\nsub A\nsince "

static void check_grace(const uint8_t *data, size_t size)
{
	char *copy = fuzz_exactly((const char *)data, size);
	struct po_grace_list l = {.count = 0};
	struct po_buf out;

	po_buf_init(&out, po_grace_limit());
	if (po_grace_read(&l, copy, size)) {
		must(l.count <= PO_GRACE_RECORDS);
		po_grace_write_head(&out);
		for (size_t i = 0; i < l.count; i++) {
			must(l.items[i].since >= 0 && l.items[i].owner.pid >= 0);
			must(l.items[i].who.issuer && po_text_value_ok(l.items[i].who.subject));
			must(po_grace_write(&out, &l.items[i]));
		}
		must(out.len == size && memcmp(out.data, data, size) == 0);
	} else {
		must(l.count == 0);
	}
	po_buf_free(&out);
	po_grace_list_free(&l);
	free(copy);
}

/* By another way than the code: the only lines that name this person. */
static bool names(const uint8_t *data, size_t size)
{
	size_t head = strlen(HEAD);

	if (size < head + 2 || memcmp(data, HEAD, head) != 0 || data[size - 1] != '\n')
		return false;
	for (size_t i = head; i < size - 1; i++)
		if (!fuzz_is_digit((char)data[i]))
			return false;
	return (data[head] != '0' || size == head + 2) && size - 1 - head <= 19;
}

static void put(const uint8_t *data, size_t size)
{
	int fd = open("pins/pin-1000", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size && close(fd) == 0);
}

static void must_hold(const uint8_t *data, size_t size)
{
	char *seen = malloc(size + 1);
	int fd = open("pins/pin-1000", O_RDONLY | O_CLOEXEC);

	must(seen && fd >= 0 && read(fd, seen, size + 1) == (ssize_t)size);
	must(size == 0 || memcmp(seen, data, size) == 0);
	close(fd);
	free(seen);
}

static void check_pin(const uint8_t *data, size_t size)
{
	char local[] = "alice";
	char issuer[] = "https://i";
	char subject[] = "A";
	const struct po_account a = {.local = local, .uid = UID};
	const struct po_identity who = {.issuer = issuer, .subject = subject};
	struct po_fault f = {.code = PO_OK};
	bool bound = false;

	put(data, size);
	if (po_pin_hold(&a, &who, &bound, &f)) {
		must(po_pin_holds(&a, &who, &f));
		must(names(data, size) || size > strlen(HEAD) + 20);
	} else {
		must(f.code == PO_E_NOT_ALLOWED || f.code == PO_E_PIN);
		must(!names(data, size) && !po_pin_holds(&a, &who, &f));
	}
	must(!bound);
	must_hold(data, size);
}

/* "pins" is looked for where the process is: elsewhere for a moment, since libFuzzer's paths are
 * relative, and with nothing left behind, since it ends without exit(). */
static void check_pin_elsewhere(const uint8_t *data, size_t size)
{
	int home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char path[] = "/tmp/po_fuzz.XXXXXX";

	must(home >= 0 && mkdtemp(path) && chdir(path) == 0 && mkdir("pins", 0700) == 0);
	check_pin(data, size);
	must(unlink("pins/pin-1000") == 0 && rmdir("pins") == 0);
	must(fchdir(home) == 0 && close(home) == 0 && rmdir(path) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] == 'p')
		check_pin_elsewhere(data + 1, size - 1);
	else if (size > 0)
		check_grace(data + 1, size - 1);
	return 0;
}
