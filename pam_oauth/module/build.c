/* SPDX-License-Identifier: BSD-2-Clause */
/* What configure decided. The tests link another file in this one's place (see build.h). */
#include "build.h"

const char *po_build_config_file(void)
{
	return PO_CONFIG_FILE;
}

const char *po_build_worker(void)
{
	return PO_WORKER;
}

const char *po_build_login_defs(void)
{
	return "/etc/login.defs";
}

const char *po_build_state_dir(void)
{
	return "/run/pam_oauth";
}

const char *po_build_pin_dir(void)
{
	return "/var/lib/pam_oauth";
}

const char *po_build_journal(void)
{
	return "/run/systemd/journal/socket";
}

const char *po_build_worker_user(void)
{
	return PO_WORKER_USER;
}

uid_t po_build_owner(void)
{
	return 0;
}

bool po_build_drops_uid(void)
{
	return true;
}
