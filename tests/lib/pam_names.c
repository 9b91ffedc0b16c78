/* SPDX-License-Identifier: BSD-2-Clause */
/* libpam has numbers for these, and words for people; the tests want names. */
#include "pam_names.h"

#include <security/pam_appl.h>
#include <stddef.h>

const char *style_name(int style)
{
	switch (style) {
	case PAM_PROMPT_ECHO_OFF:
		return "prompt_echo_off";
	case PAM_PROMPT_ECHO_ON:
		return "prompt_echo_on";
	case PAM_ERROR_MSG:
		return "error_msg";
	case PAM_TEXT_INFO:
		return "text_info";
	}
	return "unknown";
}

const char *result_name(int code)
{
	static const char *const names[] = {
	        [PAM_SUCCESS] = "PAM_SUCCESS",
	        [PAM_OPEN_ERR] = "PAM_OPEN_ERR",
	        [PAM_SYMBOL_ERR] = "PAM_SYMBOL_ERR",
	        [PAM_SERVICE_ERR] = "PAM_SERVICE_ERR",
	        [PAM_SYSTEM_ERR] = "PAM_SYSTEM_ERR",
	        [PAM_BUF_ERR] = "PAM_BUF_ERR",
	        [PAM_PERM_DENIED] = "PAM_PERM_DENIED",
	        [PAM_AUTH_ERR] = "PAM_AUTH_ERR",
	        [PAM_CRED_INSUFFICIENT] = "PAM_CRED_INSUFFICIENT",
	        [PAM_AUTHINFO_UNAVAIL] = "PAM_AUTHINFO_UNAVAIL",
	        [PAM_USER_UNKNOWN] = "PAM_USER_UNKNOWN",
	        [PAM_MAXTRIES] = "PAM_MAXTRIES",
	        [PAM_NEW_AUTHTOK_REQD] = "PAM_NEW_AUTHTOK_REQD",
	        [PAM_ACCT_EXPIRED] = "PAM_ACCT_EXPIRED",
	        [PAM_SESSION_ERR] = "PAM_SESSION_ERR",
	        [PAM_CRED_UNAVAIL] = "PAM_CRED_UNAVAIL",
	        [PAM_CRED_EXPIRED] = "PAM_CRED_EXPIRED",
	        [PAM_CRED_ERR] = "PAM_CRED_ERR",
	        [PAM_NO_MODULE_DATA] = "PAM_NO_MODULE_DATA",
	        [PAM_CONV_ERR] = "PAM_CONV_ERR",
	        [PAM_AUTHTOK_ERR] = "PAM_AUTHTOK_ERR",
	        [PAM_IGNORE] = "PAM_IGNORE",
	        [PAM_ABORT] = "PAM_ABORT",
	        [PAM_MODULE_UNKNOWN] = "PAM_MODULE_UNKNOWN",
	};

	if (code < 0 || (size_t)code >= sizeof(names) / sizeof(names[0]) || !names[code])
		return "unknown";
	return names[code];
}
