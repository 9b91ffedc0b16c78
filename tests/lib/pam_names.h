/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of libpam's numbers. */
#ifndef PAM_NAMES_H
#define PAM_NAMES_H

/* "PAM_SUCCESS" and so on; "unknown" for any other number. */
const char *result_name(int code);

/* The style of a message, in lower case without PAM_. */
const char *style_name(int style);

#endif
