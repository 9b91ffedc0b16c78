/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Token revocation (RFC 7009) that nobody waits for (EXT-20). Since a locked-down worker starts no
 * process, a second one is forked before, which closes what it inherited, locks itself down
 * likewise and waits: for what to revoke, or for the end of the worker. It is the only process that
 * may outlive a login, by PO_REVOKE_MS.
 */
#ifndef PO_REVOKE_H
#define PO_REVOKE_H

#include <stdbool.h>

#include "discovery.h"
#include "grant.h"
#include "note.h"
#include "sandbox.h"

struct po_revoker {
	int fd;                /* -1 = there is none */
	struct po_buf message; /* what it will be told; empty = nothing */
};

/*
 * Forks it, unless the request wants nothing revoked. Best effort: where that fails, a warning, and
 * r->fd is -1. Call it once the sandbox is planned and before it is entered.
 */
void po_revoker_start(struct po_revoker *r, const struct po_request *request,
                      const struct po_sandbox *sandbox, const struct po_note *note);

/* Notes which token is to be revoked, and where; nothing happens yet. */
void po_revoker_keep(struct po_revoker *r, const struct po_request *request,
                     const struct po_endpoints *endpoints, const struct po_tokens *tokens);

/* After the verdict is on its way: hands over what was noted, or lets go. Never blocks. */
void po_revoker_release(struct po_revoker *r);

#endif
