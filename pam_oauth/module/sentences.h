/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that a person reads, in English, each sentence under its name. po/catalogue.py reads
 * this table, holds the translations of po/ against it and makes the module's catalogue of both.
 */
#ifndef PO_SENTENCES_H
#define PO_SENTENCES_H

/*
 * X(name, columns, English)
 *
 * The columns are the most that a sentence may take, in any language and without what fills its %s,
 * so that the screen of UIX-18 holds: 80 by 24 with the QR code of an ordinary address. %s is the
 * only directive: languages differ in the order of words, so the values are texts that stand in
 * the order of the English. The comments are for translators: they go into po/pam_oauth.pot.
 */
/* clang-format off */
#define PO_SENTENCE_TABLE(X)                                                                       \
	/* The first line under the QR code: host, service and account. */                         \
	X(TITLE, 34, "Web sign-in to %s (%s) as %s")                                               \
	/* Label before the address, where there is a QR code. */                                  \
	X(SCAN, 13, "Scan, or open")                                                               \
	/* Label before the address, where there is none. */                                       \
	X(OPEN, 13, "Open")                                                                        \
	/* Label before the code, on the line below the address. */                                \
	X(ENTER, 13, "and enter")                                                                  \
	/* Behind the code: how long it counts. Best with words that suit any number. */           \
	X(LEFT, 22, "(%s min %s s left)")                                                          \
	/* Likewise, for full minutes. */                                                          \
	X(LEFT_MINUTES, 22, "(%s min left)")                                                       \
	/* Likewise, below a minute. */                                                            \
	X(LEFT_SECONDS, 22, "(%s s left)")                                                         \
	/* The warning against who sends a code to somebody else; YOU is stressed. */              \
	X(WARNING, 77, "Only continue if YOU started this; never enter a code somebody sent you.") \
	/* The prompt below the challenge. The key is q in every language. */                      \
	X(PROMPT, 52, "Press Enter after approving, q to cancel: ")                                \
	/* The prompt before anything is sent, where confirm_start is set. */                      \
	X(CONFIRM, 52, "Press Enter to start web sign-in, q to cancel: ")                          \
	/* The prompt before another try, where a program asks again. */                           \
	X(AGAIN, 52, "Press Enter to try again, q to cancel: ")                                    \
	/* Below a sentence of failure: the name of this attempt, of eight letters and digits. */  \
	X(REFERENCE, 71, "Reference: %s")                                                          \
	/* The person, or the provider's policy, said no. */                                       \
	X(DENIED, 79,                                                                              \
	  "The sign-in was refused at the provider. Log in again if that was not meant.")          \
	/* The provider's time for the code is over. */                                            \
	X(EXPIRED, 79, "The code has expired. Log in again to get a new one.")                     \
	/* This host's own time to wait is over. */                                                \
	X(TIMED_OUT, 79, "Nobody approved in time. Log in again to get a new code.")               \
	/* No connection to the provider. */                                                       \
	X(UNREACHABLE, 79,                                                                         \
	  "The sign-in service cannot be reached. Try later or tell your administrator.")          \
	/* The provider answers, but not as it should. */                                          \
	X(PROVIDER, 79, "The sign-in service does not work properly. Tell your administrator.")    \
	/* The provider does not know this host, or not under these credentials. */                \
	X(CLIENT, 79,                                                                              \
	  "The sign-in service is misconfigured for this host. Tell your administrator.")          \
	/* The provider's answer after the approval is of no use. */                               \
	X(ANSWER, 79, "The sign-in service gave an unusable answer. Tell your administrator.")     \
	/* What the provider signed cannot be trusted. */                                          \
	X(UNVERIFIED, 79, "The sign-in could not be verified. Tell your administrator.")           \
	/* Whoever signed in may not open this account, or there is no such account. */            \
	X(ACCESS_DENIED, 79, "Access denied.")                                                     \
	/* After q at a prompt, or Ctrl-C. */                                                      \
	X(CANCELLED, 79, "Sign-in cancelled.")                                                     \
	/* The configuration of this host has an error. */                                         \
	X(MISCONFIGURED, 79, "Sign-in is misconfigured on this host. Tell your administrator.")    \
	/* The program that asked runs without the rights that it takes. */                        \
	X(PRIVILEGE, 79, "This program may not use the sign-in service.")                          \
	/* Something broke on this host, not at the provider. */                                   \
	X(HOST_FAILED, 79, "Sign-in failed inside this host. Tell your administrator.")            \
	/* No memory is left. */                                                                   \
	X(MEMORY, 79, "This host is out of memory.")                                               \
	/* Too many sign-ins were started; one minute is left until the next one may. */           \
	X(LIMITED, 76, "Too many sign-ins, try again in 1 minute.")                                \
	/* Likewise, two minutes or more: languages with several plurals abbreviate. */            \
	X(LIMITED_LONGER, 76, "Too many sign-ins, try again in %s minutes.")
/* clang-format on */

enum po_sentence {
	PO_SAY_NOTHING,
#define PO_SENTENCE_ENUM(name, columns, english) PO_SAY_##name,
	PO_SENTENCE_TABLE(PO_SENTENCE_ENUM)
#undef PO_SENTENCE_ENUM
	        PO_SENTENCE_COUNT
};

#endif
