/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of the chains: privileges, dumps, limits, files and ports, system calls. */
#include "sandbox.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "landlock.h"
#include "seccomp.h"

#define MEMORY_LIMIT                                                                \
	(512UL << 20) /* many times what a login needs, far below what hurts a host \
	               */
#define CPU_LIMIT  30 /* seconds; a login needs some hundredths */
#define FILE_LIMIT 64

static bool limit(int resource, rlim_t value)
{
	struct rlimit r = {.rlim_cur = value, .rlim_max = value};
	struct rlimit now;

	/* a lower hard limit of the host's stays: it may not be raised */
	if (getrlimit(resource, &now) == 0 && now.rlim_max < value)
		r.rlim_cur = r.rlim_max = now.rlim_max;
	return setrlimit(resource, &r) == 0;
}

/* RLIMIT_NPROC stays: it counts every process of the uid, all workers together, and libcurl's
 * resolver is a thread. */
static bool set_limits(void)
{
	return limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, FILE_LIMIT) &&
#ifndef __SANITIZE_ADDRESS__ /* its shadow alone is terabytes of address space */
	       limit(RLIMIT_AS, MEMORY_LIMIT) &&
#endif
	       limit(RLIMIT_CPU, CPU_LIMIT);
}

bool po_sandbox_begin(struct po_fault *f)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return po_fail(f, PO_E_SYSTEM, "sandbox: prctl: %s", strerror(errno));
	return limit(RLIMIT_CORE, 0) ||
	       po_fail(f, PO_E_SYSTEM, "sandbox: setrlimit: %s", strerror(errno));
}

bool po_sandbox_enter(const struct po_sandbox *s, const struct po_note *note, struct po_fault *f)
{
	int landlock;

	if (!set_limits())
		return po_fail(f, PO_E_SYSTEM, "sandbox: setrlimit: %s", strerror(errno));
	landlock = po_landlock_restrict(s->ca_file, s->ca_path, s->ports);
	if (landlock < 0)
		return po_fail(f, PO_E_SYSTEM, "sandbox: landlock: %s", strerror(errno));
	if (!po_seccomp_deny())
		po_warn(note, "sandbox: no seccomp filter: %s", strerror(errno));
	po_note(note, "sandbox: landlock ABI %d", landlock);
	return true;
}
