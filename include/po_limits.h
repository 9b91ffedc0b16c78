/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bounds of what comes from outside and of what both programs must agree on, each with its
 * reason. Numbers of protocol.md chapter 14 carry their id. The size of one file's own format, or
 * of one function's own table, stands where it is used.
 */
#ifndef PO_LIMITS_H
#define PO_LIMITS_H

/* What one HTTP answer may hold: bodies by endpoint, then all headers together. */
#define PO_LIMIT_METADATA_BODY (256 * 1024) /* LIM-1 discovery, JWKS, UserInfo */
#define PO_LIMIT_DEVICE_BODY   (64 * 1024)  /* LIM-2 */
#define PO_LIMIT_TOKEN_BODY    (512 * 1024) /* LIM-3 */
#define PO_LIMIT_HEADERS       (64 * 1024)  /* LIM-4 */

/* What a JSON document may hold: the parser recurses, so depth is stack. */
#define PO_LIMIT_JSON_DEPTH 32 /* LIM-5 */

/* The device authorization response: LIM-6. */
#define PO_LIMIT_DEVICE_CODE  8192
#define PO_LIMIT_USER_CODE    64
#define PO_LIMIT_SHOWN_URI    512
#define PO_LIMIT_URI          2048
#define PO_EXPIRES_IN_MIN     10  /* DEV-15: shorter is of no use to a person */
#define PO_EXPIRES_IN_DEFAULT 300 /* DEV-15: servers that omit it */

/* Tokens and keys. */
#define PO_LIMIT_TOKEN          (128 * 1024) /* LIM-7 id_token, access_token, each */
#define PO_LIMIT_HASH           64 /* the longest at_hash: half of SHAKE256's 114 octets, and some */
#define PO_LIMIT_KID            256  /* IDT-8 */
#define PO_LIMIT_JWKS_KEYS      100  /* LIM-8 */
#define PO_LIMIT_CANDIDATE_KEYS 4    /* LIM-8: signatures tried at most */
#define PO_RSA_BITS_MIN         2048 /* JWK-4, RFC 7518 section 3.3 */
#define PO_RSA_BITS_MAX         8192 /* JWK-4: verification time grows with the square */

/* Identity values. */
#define PO_LIMIT_CLAIM_VALUE  255  /* LIM-9; OIDC Core section 2 for sub */
#define PO_SUBJECT_HASH_LEN   16   /* PAM-45: enough that no two people of an issuer share it */
#define PO_LIMIT_LIST_MEMBERS 1000 /* LIM-10, in the document */
#define PO_LIMIT_ACCOUNT_NAME 255  /* MAP-2 */
#define PO_LIMIT_DERIVED_NAME 32   /* MAP-1: what utmp and useradd hold */

/* Files that an administrator writes. */
#define PO_LIMIT_CONFIG_FILE  (64 * 1024)       /* LIM-11 */
#define PO_LIMIT_CONFIG_LINE  198               /* libinih cuts at 200 with newline and NUL */
#define PO_LIMIT_CONFIG_NAME  48                /* libinih cuts names at 50 */
#define PO_LIMIT_RULE_FILE    (4 * 1024 * 1024) /* LIM-11 */
#define PO_LIMIT_RULE_LINE    1024              /* a rule that long is no longer read by a person */
#define PO_LIMIT_SECRET_FILE  (16 * 1024)       /* LIM-21 */
#define PO_LIMIT_CLAIMS       32                /* LIM-20 claims that a configuration may name */
#define PO_LIMIT_CLAIM_VALUES 256               /* LIM-20 values of lists among them */
#define PO_LIMIT_LIST_OPTION  64                /* items of one list option, a sane file has few */

/* The record of starts (PAM-41). Never dropped before their time, so the file's bound is a limit.
 */
#define PO_STARTS_MAX       4096  /* the default limits reach 600 */
#define PO_RATE_SECONDS_MAX 86400 /* a longer window would lock people out for days */
#define PO_FLOWS_MAX        4096  /* a byte each is tried in turn */

/* The wire between module and worker. */
#define PO_LIMIT_MESSAGE    (128 * 1024) /* LIM-19 */
#define PO_LIMIT_LOG_LINES  32           /* from one worker: a flood must not fill the log */
#define PO_LIMIT_FAULT_TEXT 512          /* one log line */
#define PO_LIMIT_LOG_TEXT   200          /* LIM-17 what a server said, in the log */

/* The picture. */
#define PO_QR_VERSION_MAX 14 /* UIX-15: the largest that fits LIM-16 */
#define PO_QR_SIDE_MIN    21 /* version 1 */
#define PO_QR_SIDE_MAX    (17 + 4 * PO_QR_VERSION_MAX)
#define PO_QR_QUIET       2                     /* UIX-14 */
#define PO_QR_COLUMNS     80                    /* LIM-16 */
#define PO_QR_LINES       40                    /* LIM-16 */
#define PO_TEXT_COLUMNS   79                    /* UIX-18 */
#define PO_LIMIT_PHRASE   (4 * PO_TEXT_COLUMNS) /* UTF-8 has at most four bytes for a column */

/* A certificate that ends sooner is remarked on: time enough to look why it was not renewed. */
#define PO_CERTIFICATE_WARN_DAYS 14

/* Time, in milliseconds unless the name says otherwise. */
#define PO_CONNECT_TIMEOUT_MS   5000  /* LIM-12 */
#define PO_REQUEST_TIMEOUT_MS   15000 /* LIM-12 */
#define PO_TRANSFER_SLICE_MS    250   /* libcurl looks for its next address only when called */
#define PO_INTERVAL_DEFAULT_S   5     /* LIM-13, RFC 8628 section 3.2 */
#define PO_INTERVAL_MIN_S       1     /* LIM-13 */
#define PO_SLOW_DOWN_S          5     /* RFC 8628 section 3.5 */
#define PO_MARGIN_MIN_MS        500   /* LIM-13, DEV-41 */
#define PO_MARGIN_MAX_MS        1000  /* LIM-13, DEV-41 */
#define PO_PENALTY_MAX          8     /* DEV-45 */
#define PO_TRANSPORT_FAILURES   5     /* LIM-14 */
#define PO_SERVER_ERRORS        3     /* DEV-47 */
#define PO_RETRY_AFTER_MIN_S    1     /* DEV-46 */
#define PO_RETRY_AFTER_MAX_S    120   /* DEV-46 */
#define PO_EXPIRY_RESERVE_MS    2000  /* 2.5: stop before the server's clock does */
#define PO_CLOCK_SKEW_DEFAULT_S 60    /* LIM-15 */
#define PO_CLOCK_SKEW_MAX_S     300   /* LIM-15 */
#define PO_REVOKE_MS            2000  /* EXT-20 */
#define PO_ASSERTION_LIFETIME_S 60    /* CAU-6 */
#define PO_MAX_WAIT_MIN_S       10    /* PAM-37 */
#define PO_MAX_WAIT_MAX_S       900   /* PAM-37 */
#define PO_WATCH_SLICE_MS       250   /* DEV-43 */
#define PO_STATE_LOCK_MS        5000  /* PAM-38: whoever holds the lock is done in a millisecond */
#define PO_STATE_RETRY_MIN_MS   1     /* of the lock */
#define PO_STATE_RETRY_MAX_MS   10
#define PO_GRACE_MAX_MIN        480 /* PAM-39: a working day */
#define PO_REAP_GRACE_MS        200 /* a worker that saw EOF has left by then */

#endif
