/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_jwt.c: the keys of the unit data, and all that their owners ever signed. */
#ifndef PO_FUZZ_KNOWN_H
#define PO_FUZZ_KNOWN_H

#include <dirent.h>

#include "fuzz_jose.h"

#define SIGNED_MAX 512

/* Made once, used by every run. */
static struct po_jwks *published; /* of the unit data */
static struct po_jwks *signer;
static char *signed_inputs[SIGNED_MAX]; /* all that the owners of `published` ever signed */

/* The token up to its second dot. */
static inline size_t input_length(const char *token)
{
	size_t first = strcspn(token, ".");

	return token[first] ? first + 1 + strcspn(token + first + 1, ".") : first;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char *text = fuzz_data("jwks", "good.json");
	DIR *dir = opendir(PO_TEST_DATA "/jwt");
	const struct dirent *entry;
	size_t n = 0;

	(void)argc;
	(void)argv;
	must(dir);
	published = fuzz_keys(text);
	signer = fuzz_keys(FUZZ_SIGNER);
	free(text);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && n < SIGNED_MAX) {
			text = fuzz_data("jwt", entry->d_name);
			text[input_length(text)] = '\0';
			signed_inputs[n++] = text;
		}
	closedir(dir);
	return 0;
}

static inline bool was_signed(const char *token)
{
	size_t len = input_length(token);

	for (size_t i = 0; i < SIGNED_MAX && signed_inputs[i]; i++)
		if (strlen(signed_inputs[i]) == len && memcmp(signed_inputs[i], token, len) == 0)
			return true;
	return false;
}

#endif
