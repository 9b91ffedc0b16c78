/* SPDX-License-Identifier: BSD-2-Clause */
/* A small deny list of system calls that neither libcurl nor OpenSSL nor libc's resolver needs. */
#ifndef PO_SECCOMP_H
#define PO_SECCOMP_H

#include <stdbool.h>

/* Installs the filter; false with errno. no_new_privs must be set before. */
bool po_seccomp_deny(void);

#endif
