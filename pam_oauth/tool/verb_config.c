/* SPDX-License-Identifier: BSD-2-Clause */
/* pam-oauth config: the configuration in force, and where each value comes from (PRV-2). */
#include <stdio.h>

#include "config.h"
#include "keys.h"
#include "settings.h"
#include "tool.h"

#define LINE 2048

static void print_key(const struct po_tool *t, const struct po_settings *s, const char *service,
                      size_t i)
{
	const char *name = po_key_at(i)->name;
	const char *value = po_settings_value(s, service, i);
	const struct po_place *place = po_settings_place(s, name);
	char where[LINE];
	char text[2 * LINE];
	const struct po_field fields[] = {{"key", name}, {"value", value}, {"origin", where}};

	if (place->line)
		snprintf(where, sizeof(where), "%s:%u", place->file, place->line);
	else
		snprintf(where, sizeof(where), "%s", value ? place->file : "not set");
	snprintf(text, sizeof(text), "%s%s%s%*s# %s", name, value ? " = " : "", value ? value : "",
	         2, "", where);
	po_output_item(t->out, fields, 3, text);
}

int po_verb_config(const struct po_tool *t)
{
	const char *service = t->service ? t->service : "";
	struct po_settings places = {.section_count = 0};
	struct po_config c;
	struct po_fault f = {.code = PO_OK};
	bool ok = po_config_load_places(&c, t->conf, service, &places, &f);

	if (ok && !t->service) /* display, qr and others differ by service */
		po_output_line(t->out, "note",
		               "# [general] alone; what a service has besides: --service sshd");
	if (ok)
		for (size_t i = 0; i < po_key_count(); i++)
			print_key(t, &places, service, i);
	else
		po_output_line(t->out, "fault", "%s", f.text);
	po_config_free(&c);
	po_settings_free(&places);
	return ok ? PO_EXIT_GOOD : PO_EXIT_NO;
}
