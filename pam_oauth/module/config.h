/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration of one service: built-in defaults, then the preset of the service
 * (protocol.md 11.4), then [general], then [service NAME]; in each file and then in the drop-in
 * folder beside it (pam_oauth.conf.d, *.conf in byte order), a later file winning over an earlier
 * one within a section. Unknown or duplicate key, bad value, wrong owner or mode: a fault with
 * file and line (PAM-6).
 */
#ifndef PO_CONFIG_H
#define PO_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "po_types.h"
#include "rules.h"

struct po_settings;

enum po_display { PO_DISPLAY_PROMPT, PO_DISPLAY_INFO, PO_DISPLAY_INFO_PROMPT };
enum po_qr_mode { PO_QR_NONE, PO_QR_UTF8, PO_QR_ASCII, PO_QR_AUTO };
enum po_unknown_user { PO_UNKNOWN_FLOW, PO_UNKNOWN_DENY_LATE, PO_UNKNOWN_DENY };
enum po_account_mode { PO_ACCOUNT_OPTIONAL, PO_ACCOUNT_REQUIRE }; /* PAM-3 */

struct po_config {
	/* Everything that the worker is told, secret included. remaining_ms, qr_side_max and wants
	 * (po_policy_wants) are filled for each login. */
	struct po_request provider;
	char *client_secret_file;

	/* What the person sees. */
	enum po_display display;
	enum po_qr_mode qr;
	bool qr_invert;
	unsigned long qr_columns;
	unsigned long qr_lines;

	/* How the flow runs. */
	unsigned long max_wait_s;
	bool no_retry;
	bool confirm_start;
	bool cancel_aborts;

	/* Who may be whom. */
	char *map_file;
	char *identity_claim;
	bool issuer_is_exclusive;
	struct po_list email_domains;
	bool allow_root;
	struct po_list system_accounts;
	unsigned long min_uid;
	unsigned long max_uid;
	bool nss_case_insensitive;
	struct po_list skip_users;
	struct po_list refuse_services;
	enum po_unknown_user unknown_user;
	bool reveal_unknown;
	enum po_account_mode account;

	struct po_rules *rules; /* loaded from map_file */
};

/*
 * Loads the configuration of a service, its secret file and its rule file included. path = NULL:
 * the built-in default; service = NULL: one that nothing is known about. PO_E_CONFIG with
 * "file:line: ..." otherwise; *c is empty then.
 */
bool po_config_load(struct po_config *c, const char *path, const char *service, struct po_fault *f);

/* The same, and *places, which must be empty, says where each value came from; free it always. */
bool po_config_load_places(struct po_config *c, const char *path, const char *service,
                           struct po_settings *places, struct po_fault *f);

/* Frees everything, wiping the secret; NULL-safe, idempotent. */
void po_config_free(struct po_config *c);

#endif
