/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rows of test_login.c: what worker and person do, and how the login ends. Times are in
 * milliseconds from its start; max_wait is 100 s.
 */
#ifndef PO_TEST_LOGIN_ROWS_H
#define PO_TEST_LOGIN_ROWS_H

#include "login_world.h"

#define P PO_DISPLAY_PROMPT
#define I PO_DISPLAY_INFO
#define B PO_DISPLAY_INFO_PROMPT

/* clang-format off */
static const struct login_row rows[] = {
	/* the three ways to show it (11.4) */
	{"prompt", P, {{100, CHALLENGE}, {6000, IDENTITY}}, 5000, false, 0, 0, "P", "RP", PO_OK,
	 6000},
	{"info", I, {{100, CHALLENGE}, {6000, IDENTITY}}, 0, false, 0, 0, "I", "RP", PO_OK, 6000},
	{"info + prompt", B, {{100, CHALLENGE}, {6000, IDENTITY}}, 5000, false, 0, 0, "IP", "RP",
	 PO_OK, 6000},
	{"remarks in between", P,
	 {{50, ONE_LOG}, {100, CHALLENGE}, {200, ONE_LOG}, {5500, ONE_LOG}, {6000, IDENTITY}}, 5000,
	 false, 0, 0, "P", "RP", PO_OK, 6000},
	{"as many remarks as allowed", I, {{50, LOGS}, {100, CHALLENGE}, {6000, IDENTITY}}, 0,
	 false, 0, 0, "I", "RP", PO_OK, 0},
	/* the person */
	{"PAM-14 q at the prompt", P, {{100, CHALLENGE}}, 5000, true, 0, 0, "P", "R",
	 PO_E_CANCELLED, 5100},
	{"PAM-14 q at the second message", B, {{100, CHALLENGE}}, 5000, true, 0, 0, "IP", "R",
	 PO_E_CANCELLED, 5100},
	{"SSH-8 no prompt possible", P, {{100, CHALLENGE}}, 0, false, 'P', 0, "P", "R", PO_E_CONV,
	 100},
	{"NIN-1 no text possible", I, {{100, CHALLENGE}}, 0, false, 'I', 0, "I", "R", PO_E_CONV,
	 100},
	{"NIN-1 text fails, no prompt follows", B, {{100, CHALLENGE}}, 0, false, 'I', 0, "I", "R",
	 PO_E_CONV, 100},
	{"SUD-5 text goes, prompt fails", B, {{100, CHALLENGE}}, 0, false, 'P', 0, "IP", "R",
	 PO_E_CONV, 100},
	{"SUD-3 interrupted before the challenge", I, {{9000, CHALLENGE}}, 0, false, 0, 3000, "",
	 "R", PO_E_GONE, 3250},
	{"SSH-13 gone while polling", I, {{100, CHALLENGE}, {9000, IDENTITY}}, 0, false, 0, 3000,
	 "I", "RP", PO_E_GONE, 3250},
	/* the clock */
	{"PAM-37 no challenge", I, {{0, NONE}}, 0, false, 0, 0, "", "R", PO_E_UNREACHABLE, 101000},
	{"PAM-37 no identity", I, {{100, CHALLENGE}}, 0, false, 0, 0, "I", "RP", PO_E_TIMED_OUT,
	 101000},
	{"PAM-37 answered after the end", P, {{100, CHALLENGE}}, 150000, false, 0, 0, "P", NULL,
	 PO_E_TIMED_OUT, 150100},
	{"PAM-37 the worker's own end, at the prompt", P,
	 {{100, CHALLENGE}, {98000, FAULT}, {98000, LEAVE}}, 150000, false, 0, 0, "P", NULL,
	 PO_E_DENIED, 150100},
	{"remarks do not stop the clock", I,
	 {{100, CHALLENGE}, {99000, ONE_LOG}, {100900, ONE_LOG}}, 0, false, 0, 0, "I", "RP",
	 PO_E_TIMED_OUT, 101000},
	/* the worker's faults */
	{"fault first", I, {{100, FAULT}}, 0, false, 0, 0, "", "R", PO_E_DENIED, 100},
	{"fault, then it leaves", I, {{100, FAULT}, {100, LEAVE}}, 0, false, 0, 0, "", NULL,
	 PO_E_DENIED, 100},
	{"fault after PROCEED", I, {{100, CHALLENGE}, {6000, FAULT}}, 0, false, 0, 0, "I", "RP",
	 PO_E_DENIED, 6000},
	{"fault at the prompt", P, {{100, CHALLENGE}, {3000, FAULT}}, 5000, false, 0, 0, "P", "R",
	 PO_E_DENIED, 5100},
	{"fault at the prompt, then it leaves", P, {{100, CHALLENGE}, {3000, FAULT}, {3000, LEAVE}},
	 5000, false, 0, 0, "P", NULL, PO_E_DENIED, 5100},
	{"q counts, whatever waits", P, {{100, CHALLENGE}, {3000, FAULT}}, 5000, true, 0, 0, "P",
	 "R", PO_E_CANCELLED, 5100},
	{"leaves before the challenge", I, {{100, LEAVE}}, 0, false, 0, 0, "", NULL, PO_E_WORKER,
	 100},
	{"leaves at the prompt", P, {{100, CHALLENGE}, {3000, LEAVE}}, 5000, false, 0, 0, "P", NULL,
	 PO_E_WORKER_LATE, 5100},
	{"leaves after PROCEED", I, {{100, CHALLENGE}, {6000, LEAVE}}, 0, false, 0, 0, "I", NULL,
	 PO_E_WORKER_LATE, 6000},
	/* out of order,
	twice,
	or not its to say (architecture: Wire) */ {"identity first", I, {{100, IDENTITY}}, 0, false,
	 0, 0, "", "R", PO_E_WORKER, 100},
	{"identity with the challenge", I, {{100, CHALLENGE}, {100, IDENTITY}}, 0, false, 0, 0, "I",
	 "R", PO_E_WORKER_LATE, 100},
	{"identity at the prompt", P, {{100, CHALLENGE}, {3000, IDENTITY}}, 5000, false, 0, 0, "P",
	 "R", PO_E_WORKER_LATE, 5100},
	{"identity at the prompt, then it leaves", P,
	 {{100, CHALLENGE}, {3000, IDENTITY}, {3000, LEAVE}}, 5000, false, 0, 0, "P", NULL,
	 PO_E_WORKER_LATE, 5100},
	{"second challenge at the prompt", P, {{100, CHALLENGE}, {3000, CHALLENGE}}, 5000, false, 0,
	 0, "P", "R", PO_E_WORKER_LATE, 5100},
	{"second challenge after PROCEED", I, {{100, CHALLENGE}, {6000, CHALLENGE}}, 0, false, 0, 0,
	 "I", "RP", PO_E_WORKER_LATE, 6000},
	{"PROCEED from the worker", I, {{100, PROCEED}}, 0, false, 0, 0, "", "R", PO_E_WORKER, 100},
	{"REQUEST from the worker", I, {{100, CHALLENGE}, {6000, REQUEST}}, 0, false, 0, 0, "I",
	 "RP", PO_E_WORKER_LATE, 6000},
	{"a fault that is success", I, {{100, CHALLENGE}, {6000, FAULT_OK}}, 0, false, 0, 0, "I",
	 "RP", PO_E_WORKER_LATE, 6000},
	{"a fault that is PAM_IGNORE", I, {{100, FAULT_SKIPPED}}, 0, false, 0, 0, "", "R",
	 PO_E_WORKER, 100},
	{"a fault that is the module's", I, {{100, FAULT_ALLOWED}}, 0, false, 0, 0, "", "R",
	 PO_E_WORKER, 100},
	{"one remark too many", I, {{50, LOGS}, {60, ONE_LOG}, {100, CHALLENGE}}, 0, false, 0, 0,
	 "", "R", PO_E_WORKER, 60},
	{"one too many at the prompt", P, {{50, LOGS}, {100, CHALLENGE}, {3000, ONE_LOG}}, 5000,
	 false, 0, 0, "P", "R", PO_E_WORKER_LATE, 5100},
	{"garbage first", I, {{100, GARBAGE}}, 0, false, 0, 0, "", "R", PO_E_WORKER, 100},
	{"garbage at the prompt", P, {{100, CHALLENGE}, {3000, GARBAGE}}, 5000, false, 0, 0, "P",
	 "R", PO_E_WORKER_LATE, 5100},
	{"garbage after PROCEED", I, {{100, CHALLENGE}, {6000, GARBAGE}}, 0, false, 0, 0, "I", "RP",
	 PO_E_WORKER_LATE, 6000},
	{"LIM-19 a message too long", I, {{100, OVERSIZE}}, 0, false, 0, 0, "", "R", PO_E_WORKER,
	 100},
	/* what it may not say (GEN-3): nothing of it is shown */
	{"SRV-65 URI", I, {{100, BAD_URI}}, 0, false, 0, 0, "", "R", PO_E_WORKER, 100},
	{"SRV-61 code", P, {{100, BAD_CODE}}, 0, false, 0, 0, "", "R", PO_E_WORKER, 100},
	{"DEV-15 lifetime", I, {{100, BAD_LIFETIME}}, 0, false, 0, 0, "", "R", PO_E_WORKER, 100},
	{"impossible symbol", I, {{100, BAD_SYMBOL}}, 0, false, 0, 0, "", "R", PO_E_WORKER, 100},
	{"LIM-16 a symbol larger than asked for", I, {{100, LARGE_SYMBOL}}, 0, false, 0, 0, "", "R",
	 PO_E_WORKER, 100},
	{"GEN-2 another issuer", I, {{100, CHALLENGE}, {6000, OTHER_ISSUER}}, 0, false, 0, 0, "I",
	 "RP", PO_E_WORKER_LATE, 6000},
	{"IDT-16 no subject", I, {{100, CHALLENGE}, {6000, NO_SUBJECT}}, 0, false, 0, 0, "I", "RP",
	 PO_E_WORKER_LATE, 6000},
	{"claims that nobody asked for", I, {{100, CHALLENGE}, {6000, MORE_CLAIMS}}, 0, false, 0, 0,
	 "I", "RP", PO_E_WORKER_LATE, 6000},
	/* 10.1, GEN-7: what it says of itself once a code was shown opens no stack and no second flow */
	{"memory, first", I, {{100, FAULT_MEMORY}}, 0, false, 0, 0, "", "R", PO_E_MEMORY, 100},
	{"memory at the prompt", P, {{100, CHALLENGE}, {3000, FAULT_MEMORY}}, 5000, false, 0, 0, "P",
	 "R", PO_E_WORKER_LATE, 5100},
	{"system, first", I, {{100, FAULT_SYSTEM}}, 0, false, 0, 0, "", "R", PO_E_SYSTEM, 100},
	{"system after PROCEED", I, {{100, CHALLENGE}, {6000, FAULT_SYSTEM}}, 0, false, 0, 0, "I",
	 "RP", PO_E_WORKER_LATE, 6000},
	{"its own late code", I, {{100, FAULT_LATE}}, 0, false, 0, 0, "", "R", PO_E_WORKER, 100},
	{"DEV-45 unreachable after PROCEED", I, {{100, CHALLENGE}, {6000, FAULT_UNREACHABLE}}, 0,
	 false, 0, 0, "I", "RP", PO_E_UNREACHABLE, 6000},
};
/* clang-format on */
/* clang-format on */

#undef P
#undef I
#undef B

#endif
