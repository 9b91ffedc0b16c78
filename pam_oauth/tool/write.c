/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by verb_setup.c and trial.c. */
#include "write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool po_write_file(const char *path, const char *text, struct po_fault *f)
{
	size_t len = strlen(text);
	char *fresh;
	int fd;
	bool ok;

	if (asprintf(&fresh, "%s.new", path) < 0)
		return po_fail_memory(f);
	unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	ok = fd >= 0 && write(fd, text, len) == (ssize_t)len && fchmod(fd, 0644) == 0 &&
	     fsync(fd) == 0;
	if (fd >= 0)
		ok &= close(fd) == 0;
	ok = ok && rename(fresh, path) == 0;
	if (!ok)
		po_fail(f, PO_E_SYSTEM, "%s: %s", path, strerror(errno));
	if (!ok && fd >= 0)
		unlink(fresh);
	free(fresh);
	return ok;
}
