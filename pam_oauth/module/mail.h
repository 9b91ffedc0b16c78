/* SPDX-License-Identifier: BSD-2-Clause */
/* When an e-mail address may be believed (IDN-4, IDT-23). */
#ifndef PO_MAIL_H
#define PO_MAIL_H

#include "evidence.h"

/*
 * Does the provider vouch for the address (`email_verified`, the truth value and nothing else), and
 * is its domain one of these? UNKNOWN where it says neither. *why, if not NULL, is then the reason
 * in words, a constant.
 */
enum po_truth po_mail_vouched(const struct po_evidence *e, const struct po_list *domains,
                              const char **why);

#endif
