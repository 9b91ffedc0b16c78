/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Service presets: what a known application can show, how long it waits, and whether it runs us
 * again by itself. Called by settings.c between the built-in defaults and the files. A service
 * that is not here has the built-in defaults, which are the last row of protocol.md 11.4.
 */
#include "presets.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct preset {
	const char *service; /* a '*' at the end stands for any rest */
	const char *display;
	const char *max_wait; /* PAM-37 */
	const char *qr;
	const char *qr_lines;     /* LGN-4: 24 rows less four of text */
	const char *no_retry;     /* SSH-12 */
	const char *unknown_user; /* PAM-40 */
};

static const struct preset presets[] = {
        {"sshd", "prompt", "100", "utf8", NULL, "yes", "flow"},
        {"login", "info", "50", "auto", "20", NULL, "deny_late"},
        {"remote", "info", "50", "auto", "20", NULL, "deny_late"},
        {"sudo", "info", "180", "auto", NULL, NULL, "deny_late"},
        {"sudo-i", "info", "180", "auto", NULL, NULL, "deny_late"},
        {"su", "info", "120", "auto", NULL, NULL, "deny_late"},
        {"su-l", "info", "120", "auto", NULL, NULL, "deny_late"},
        {"polkit-1", "info+prompt", "120", "none", NULL, NULL, NULL},
        {"gdm-*", "info+prompt", "120", "none", NULL, NULL, NULL},
};

struct column {
	const char *key;
	size_t offset;
};

static const struct column columns[] = {
        {"display", offsetof(struct preset, display)},
        {"max_wait", offsetof(struct preset, max_wait)},
        {"qr", offsetof(struct preset, qr)},
        {"qr_lines", offsetof(struct preset, qr_lines)},
        {"no_retry", offsetof(struct preset, no_retry)},
        {"unknown_user", offsetof(struct preset, unknown_user)},
};

static bool is_for(const struct preset *p, const char *service)
{
	size_t fixed = strcspn(p->service, "*");

	if (p->service[fixed] == '*')
		return strncmp(p->service, service, fixed) == 0;
	return strcmp(p->service, service) == 0;
}

static const struct preset *preset_of(const char *service)
{
	for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++)
		if (is_for(&presets[i], service))
			return &presets[i];
	return NULL;
}

const char *po_preset_value(const char *service, const char *key)
{
	const struct preset *p = preset_of(service);

	for (size_t i = 0; p && i < sizeof(columns) / sizeof(columns[0]); i++)
		if (strcmp(columns[i].key, key) == 0)
			return *(const char *const *)((const char *)p + columns[i].offset);
	return NULL;
}
