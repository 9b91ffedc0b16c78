/* SPDX-License-Identifier: BSD-2-Clause */
/* The defaults that depend on the PAM service (protocol.md 11.4). */
#ifndef PO_PRESETS_H
#define PO_PRESETS_H

/*
 * The value of the preset for this service and key, as it would be written in the file; NULL where
 * the service has no preset or the preset leaves the key alone.
 */
const char *po_preset_value(const char *service, const char *key);

#endif
