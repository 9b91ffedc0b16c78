/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Settings by section, and their precedence. Filled by config.c while it reads the files; every
 * value is checked as it comes, in the sections of other services too, so that a mistake shows at
 * the next login to any service and not weeks later.
 */
#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include "assign.h"
#include "presets.h"
#include "providers.h"

const char *po_settings_file(struct po_settings *s, const char *path)
{
	return po_list_add(&s->files, path) ? s->files.items[s->files.count - 1] : NULL;
}

static const struct po_section *section_of(const struct po_settings *s, const char *service)
{
	for (size_t i = 0; i < s->section_count; i++)
		if (strcmp(s->sections[i].service, service) == 0)
			return &s->sections[i];
	return NULL;
}

bool po_settings_section(struct po_settings *s, const char *service, size_t *index,
                         struct po_fault *f)
{
	const struct po_section *known = section_of(s, service);
	struct po_section fresh = {0};
	struct po_section *sections;

	if (known) {
		*index = (size_t)(known - s->sections);
		return true;
	}
	sections = reallocarray(s->sections, s->section_count + 1, sizeof(*sections));
	if (!sections)
		return po_fail_memory(f);
	s->sections = sections;
	fresh.service = strdup(service);
	fresh.settings = calloc(po_key_count(), sizeof(*fresh.settings));
	if (!fresh.service || !fresh.settings) {
		free(fresh.service);
		free(fresh.settings);
		return po_fail_memory(f);
	}
	*index = s->section_count++;
	sections[*index] = fresh;
	return true;
}

bool po_settings_put(struct po_settings *s, size_t section, const char *key, const char *value,
                     struct po_place place, struct po_fault *f)
{
	size_t i = po_key_find(key);
	struct po_setting *setting;
	char *copy;

	if (i == po_key_count())
		return po_fail(f, PO_E_CONFIG, "unknown key '%s'", key);
	setting = &s->sections[section].settings[i];
	if (setting->value && setting->place.file == place.file)
		return po_fail(f, PO_E_CONFIG, "%s: given before, in line %u", key,
		               setting->place.line);
	if (!po_key_check(po_key_at(i), value, f))
		return false;
	copy = strdup(value);
	if (!copy)
		return po_fail_memory(f);
	free(setting->value);
	*setting = (struct po_setting){.value = copy, .place = place};
	return true;
}

/* What the files say of the i-th key, and where; NULL = nothing. */
static const char *written(const struct po_settings *s, const char *service, size_t i,
                           struct po_place *place)
{
	const char *names[] = {service, ""};

	for (size_t n = 0; n < 2; n++) {
		const struct po_section *section = section_of(s, names[n]);

		if (section && section->settings[i].value) {
			*place = section->settings[i].place;
			return section->settings[i].value;
		}
	}
	return NULL;
}

/* The value in force of the i-th key and its place; NULL where nothing, not even a default, is set.
 */
static const char *winner(const struct po_settings *s, const char *service, size_t i,
                          struct po_place *place)
{
	const char *key = po_key_at(i)->name;
	const char *value = written(s, service, i, place);
	const char *provider = written(s, service, po_key_find("provider"), &(struct po_place){0});

	if (value)
		return value;
	if (provider && (value = po_provider_value(provider, key))) {
		*place = (struct po_place){po_provider_place(provider), 0};
		return value;
	}
	value = po_preset_value(service, key);
	*place = (struct po_place){value ? PO_PLACE_PRESET : PO_PLACE_DEFAULT, 0};
	return value ? value : po_key_at(i)->initial;
}

bool po_settings_apply(struct po_settings *s, const char *service, struct po_config *c,
                       struct po_fault *f)
{
	free(s->places);
	s->places = calloc(po_key_count(), sizeof(*s->places));
	if (!s->places)
		return po_fail_memory(f);
	for (size_t i = 0; i < po_key_count(); i++) {
		const char *value = winner(s, service, i, &s->places[i]);

		if (value && !po_key_set(c, po_key_at(i), value, f))
			return false;
	}
	return true;
}

const char *po_settings_value(const struct po_settings *s, const char *service, size_t i)
{
	return winner(s, service, i, &(struct po_place){0});
}

const struct po_place *po_settings_place(const struct po_settings *s, const char *key)
{
	return &s->places[po_key_find(key)];
}

bool po_settings_fail(const struct po_settings *s, const char *key, const char *why,
                      struct po_fault *f)
{
	const struct po_place *place = po_settings_place(s, key);

	if (place->line == 0)
		return po_fail(f, PO_E_CONFIG, "%s (%s): %s", key, place->file, why);
	return po_fail(f, PO_E_CONFIG, "%s:%u: %s: %s", place->file, place->line, key, why);
}

void po_settings_free(struct po_settings *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->section_count; i++) {
		for (size_t k = 0; k < po_key_count(); k++)
			free(s->sections[i].settings[k].value);
		free(s->sections[i].settings);
		free(s->sections[i].service);
	}
	free(s->sections);
	free(s->places);
	po_list_free(&s->files);
	*s = (struct po_settings){0};
}
