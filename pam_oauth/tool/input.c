/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by verb_explain.c and verb_verify.c. */
#include "input.h"

#include <stdio.h>
#include <string.h>

bool po_input_read(const char *path, struct po_buf *out, struct po_fault *f)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	char chunk[4096];
	bool broken;
	size_t n;

	if (!file)
		return po_fail(f, PO_E_CONFIG, "%s: cannot be read", path);
	while (!out->failed && (n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		po_buf_add(out, chunk, n);
	explicit_bzero(chunk, sizeof(chunk));
	broken = ferror(file);
	if (!standard)
		fclose(file);
	if (broken)
		return po_fail(f, PO_E_CONFIG, "%s: cannot be read", path);
	return !out->failed || po_fail(f, PO_E_CONFIG, "%s: too large", path);
}
