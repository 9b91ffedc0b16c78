/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the program knows, for test_manual.py to compare with the manual. Without an argument: the
 * key table and the presets, one row a line, columns separated by tabs. With "rules": says whether
 * standard input is a rule file. With "value KEY VALUE": whether the value could be set.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assign.h"
#include "presets.h"
#include "providers.h"
#include "rules.h"

static const char *text(const char *s)
{
	return s ? s : "-";
}

static void print_key(const struct po_key *key)
{
	static const char *const types[] = {
	        [PO_KEY_TEXT] = "text",     [PO_KEY_LIST] = "list",
	        [PO_KEY_WORD] = "word",     [PO_KEY_FLAG] = "word",
	        [PO_KEY_NUMBER] = "number", [PO_KEY_U32] = "number",
	        [PO_KEY_RATE] = "rate",     [PO_KEY_CONDITIONS] = "conditions",
	};

	printf("key\t%s\t%s\t%s\t%lu\t%lu\t%s\t", key->name, types[key->type], text(key->initial),
	       key->min, key->max, text(key->empty));
	for (size_t i = 0; key->words && key->words[i]; i++)
		printf("%s%s", i ? " | " : "", key->words[i]);
	printf("\n");
}

static void print_presets(const char *service)
{
	for (size_t i = 0; i < po_key_count(); i++) {
		const char *value = po_preset_value(service, po_key_at(i)->name);

		if (value)
			printf("preset\t%s\t%s\t%s\n", service, po_key_at(i)->name, value);
	}
}

static void print_providers(void)
{
	for (size_t p = 0; po_provider_names[p]; p++)
		for (size_t i = 0; i < po_key_count(); i++) {
			const char *key = po_key_at(i)->name;
			const char *value = po_provider_value(po_provider_names[p], key);

			if (value)
				printf("provider\t%s\t%s\t%s\n", po_provider_names[p], key, value);
		}
}

static int check_rules(void)
{
	static char all[65536];
	size_t len = fread(all, 1, sizeof(all), stdin);
	struct po_fault f = {0};
	struct po_rules *rules = po_rules_parse("manual", all, len, "sub", &f);

	if (!rules)
		fprintf(stderr, "%s\n", f.text);
	po_rules_free(rules);
	return rules ? 0 : 1;
}

static int check_value(const char *key, const char *value)
{
	struct po_fault f = {0};
	size_t i = po_key_find(key);

	if (i < po_key_count() && po_key_check(po_key_at(i), value, &f))
		return 0;
	fprintf(stderr, "%s\n", f.text);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "rules") == 0)
		return check_rules();
	if (argc == 4 && strcmp(argv[1], "value") == 0)
		return check_value(argv[2], argv[3]);
	for (size_t i = 0; i < po_key_count(); i++)
		print_key(po_key_at(i));
	print_providers();
	for (int i = 1; i < argc; i++)
		print_presets(argv[i]);
	return 0;
}
