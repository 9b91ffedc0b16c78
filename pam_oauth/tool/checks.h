/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of `pam-oauth check`; each says what it found and goes on. */
#ifndef PO_CHECKS_H
#define PO_CHECKS_H

#include "config.h"
#include "finding.h"

/* The worker and its user, folders of state, the effective user. */
void po_check_host(struct po_findings *all);

/* SELinux and AppArmor. */
void po_check_confinement(struct po_findings *all);

/* Rules that open nothing in this service. */
void po_check_rules(struct po_findings *all, const struct po_config *c, const char *service);

/* sudo alone: who may call it by the usual groups, and can open no account of his own (SUD-6). */
void po_check_callers(struct po_findings *all, const struct po_config *c, const char *service);

/* The provider by the real worker; the secrets of *c are wiped. */
void po_check_provider_live(struct po_findings *all, struct po_config *c);

/* `sshd -T` against what the service needs. */
void po_check_sshd(struct po_findings *all, const struct po_config *c);

/* The PAM stack of the service in this folder; true if it names the module. */
bool po_check_stack(struct po_findings *all, const char *folder, const char *service,
                    const struct po_config *c);

/* The same without a word: whether it names the module. */
bool po_stack_names_module(const char *folder, const char *service);

/* Lines of the service's stack whose module is not there. */
void po_check_modules(struct po_findings *all, const char *folder, const char *service);

/* Stacks that many services include. */
void po_check_common_stacks(struct po_findings *all, const char *folder);

#endif
