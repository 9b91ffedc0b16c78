/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files said, before it becomes a configuration: for each section each key's value and
 * where it stands. Keeps the places, so that later faults can name a line and an administrator can
 * be shown where a value came from.
 */
#ifndef PO_SETTINGS_H
#define PO_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "po_list.h"

#define PO_PLACE_DEFAULT "default"
#define PO_PLACE_PRESET  "preset" /* of the service; that of a provider is called by its name */

struct po_place {
	const char *file; /* a path owned by the settings, or how a preset or default is called */
	unsigned line;    /* 0 where it is no file */
};

struct po_setting {
	char *value; /* NULL = not set here */
	struct po_place place;
};

struct po_section {
	char *service;               /* "" is [general] */
	struct po_setting *settings; /* one for each key */
};

struct po_settings {
	struct po_list files; /* in the order they were read */
	struct po_section *sections;
	size_t section_count;
	struct po_place
	        *places; /* of the values in force, one for each key; after po_settings_apply */
};

/* From now on values come from this file. The copy of its path, NULL when out of memory. */
const char *po_settings_file(struct po_settings *s, const char *path);

/* The section of a service ("": [general]), made if it is new. Written to *index. */
bool po_settings_section(struct po_settings *s, const char *service, size_t *index,
                         struct po_fault *f);

/*
 * Notes a value after checking it. A second value for the same key of the same section: from
 * another file it replaces the first, from the same file it is a fault.
 */
bool po_settings_put(struct po_settings *s, size_t section, const char *key, const char *value,
                     struct po_place place, struct po_fault *f);

/*
 * Fills *c for a service: default, then the preset of the service, then that of the provider, then
 * [general], then [service NAME]. *c must be
 * empty or hold values of these keys only.
 */
bool po_settings_apply(struct po_settings *s, const char *service, struct po_config *c,
                       struct po_fault *f);

/* The value in force of the i-th key as it was or would be written; NULL = not set. Borrowed. */
const char *po_settings_value(const struct po_settings *s, const char *service, size_t i);

/* Where the value in force of a key stands; only after po_settings_apply. */
const struct po_place *po_settings_place(const struct po_settings *s, const char *key);

/* Frees everything; NULL-safe, idempotent. */
void po_settings_free(struct po_settings *s);

/* A fault (PO_E_CONFIG) at the place that gave the key its value; always false. After
 * po_settings_apply. */
bool po_settings_fail(const struct po_settings *s, const char *key, const char *why,
                      struct po_fault *f);

#endif
