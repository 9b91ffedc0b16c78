/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a configuration holds, once it is read: the fields of keys.c's table, and what the files
 * that it names add. Loaded by config.h; read by everything else in this folder.
 */
#ifndef PO_OPTIONS_H
#define PO_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conditions.h"
#include "po_types.h"

struct po_rules;

/* The claim that names a person to people: a label, never an identity (IDN-2). */
#define PO_LABEL_CLAIM "preferred_username"

enum po_display { PO_DISPLAY_PROMPT, PO_DISPLAY_INFO, PO_DISPLAY_INFO_PROMPT };
enum po_qr_mode { PO_QR_NONE, PO_QR_UTF8, PO_QR_ASCII, PO_QR_AUTO };
enum po_unknown_user { PO_UNKNOWN_FLOW, PO_UNKNOWN_DENY_LATE, PO_UNKNOWN_DENY };
enum po_login_hint { PO_HINT_NONE, PO_HINT_ACCOUNT };             /* DEV-7 */
enum po_account_mode { PO_ACCOUNT_OPTIONAL, PO_ACCOUNT_REQUIRE }; /* PAM-3 */

/* PAM-41: at most so many in any so many seconds; 0 of them: no limit. */
struct po_rate {
	uint32_t count;
	uint32_t seconds;
};

struct po_config {
	/* Everything that the worker is told, secret included. remaining_ms, qr_side_max and wants
	 * (po_policy_wants) are filled for each login. */
	struct po_request provider;
	unsigned preset;          /* index of `provider`: what settings.c took defaults from */
	char *client_secret_file; /* CAU-10: files that become secrets of the request */
	char *client_key_file;
	char *client_key_passphrase_file;
	char *client_certificate_file;
	char *proxy_credentials_file;
	enum po_login_hint login_hint;

	/* What the person sees. */
	enum po_display display;
	enum po_qr_mode qr;
	bool qr_invert;
	unsigned language; /* language.h; English on screens that may not take UTF-8 */
	unsigned long qr_columns;
	unsigned long qr_lines;

	/* How the flow runs. */
	unsigned long max_wait_s;
	bool no_retry;
	bool confirm_start;
	bool cancel_aborts;

	/* How often (PAM-41). */
	struct po_rate limit_source;
	struct po_rate limit_user;
	struct po_rate limit_global;
	unsigned long limit_flows; /* 0: no limit */
	bool limits_open;          /* go on without them where the state folder cannot be used */

	/* Who may be whom. */
	char *map_file;
	char *identity_claim;
	bool issuer_is_exclusive;
	struct po_list email_domains;
	struct po_conditions require; /* as it is written */
	struct po_conditions demands; /* what the next four and max_age come to (demands.h) */
	struct po_list require_acr;   /* IDT-19: one of them */
	struct po_list require_amr;   /* IDT-20: all of them */
	struct po_list require_prior; /* XDV-1: all of them */
	struct po_list allow_from;    /* XDV-2 */
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
	bool export_identity;          /* PAM-32 */
	bool pin_subject;              /* MAP-11 */
	unsigned long grace_minutes;   /* PAM-39; 0: none */
	struct po_list grace_services; /* whose logins count for this one's */

	char *mutable_claim; /* IDN-3: a claim that rules compare and that may change hands; NULL */
	struct po_rules *rules; /* loaded from map_file */
};

#endif
