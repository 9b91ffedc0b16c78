/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Issuers that several tenants of Microsoft Entra share (IDN-7, DSC-5): configured are the shared
 * one and the tenants that may come, while a token is of one tenant and says so. The names of other
 * clouds' hosts differ, so the form of the path decides.
 */
#ifndef PO_TENANT_H
#define PO_TENANT_H

#include <stdbool.h>

#include "po_types.h"

/* Is this .../common/v2.0 or .../organizations/v2.0? */
bool po_tenant_shared(const char *issuer);

/*
 * Is text the issuer with tenant in the place of its shared part? False unless issuer is shared.
 * "{tenantid}" as tenant is how metadata and keys write it.
 */
bool po_tenant_issuer_is(const char *text, const char *issuer, const char *tenant);

/*
 * IDN-9: can an identity be of this issuer? The configured one; or, if that is shared, that of a
 * listed tenant, and never the shared one itself.
 */
bool po_request_issuer_ok(const struct po_request *r, const char *issuer);

#endif
