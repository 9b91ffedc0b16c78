/* SPDX-License-Identifier: BSD-2-Clause */
/* Presets of providers (protocol.md chapter 12): what differs there from the built-in defaults. */
#ifndef PO_PROVIDERS_H
#define PO_PROVIDERS_H

#include <stddef.h>

/* The values of the key `provider`, NULL last; the first one presets nothing. */
extern const char *const po_provider_names[];

/* What the preset of this name sets a key to; NULL = nothing, or no such preset. */
const char *po_provider_value(const char *provider, const char *key);

/* "provider NAME": how a place (settings.h) is called that a preset gave its value. NULL = no such
 * preset. */
const char *po_provider_place(const char *provider);

#endif
