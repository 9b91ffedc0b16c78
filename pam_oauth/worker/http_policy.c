/* SPDX-License-Identifier: BSD-2-Clause */
/* One function for each topic; each option is set here, once, and checked. */
#include "http_policy.h"

#include <dirent.h>
#include <string.h>

#include "po_text.h"

#define USER_AGENT     "pam_oauth/" PACKAGE_VERSION /* DEV-9 */
#define CONNECTION_AGE 900L /* seconds: as long as the longest login, so that it is reused */

/* OpenSSL finds a certificate in a hashed folder by name: "xxxxxxxx.0". */
static bool is_hashed_name(const char *name)
{
	return strlen(name) == 10 && strspn(name, "0123456789abcdef") == 8 && name[8] == '.' &&
	       po_is_digit(name[9]);
}

static bool is_hashed_folder(const char *path)
{
	DIR *dir = path ? opendir(path) : NULL;
	const struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir)))
		found = is_hashed_name(entry->d_name);
	if (dir)
		closedir(dir);
	return found;
}

/*
 * NET-2. Loading the system's bundle costs every login some 20 ms and half a megabyte; its hashed
 * folder holds the same certificates and costs nothing, so it is preferred where it exists.
 */
static bool set_trust(CURL *easy, const char *ca_file, struct po_fault *f)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
	const char *folder = info->age >= CURLVERSION_SEVENTH ? info->capath : NULL;

	PO_HTTP_SET(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	PO_HTTP_SET(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	PO_HTTP_SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (ca_file) {
		PO_HTTP_SET(easy, CURLOPT_CAINFO, ca_file);
		PO_HTTP_SET(easy, CURLOPT_CAPATH, NULL);
	} else if (is_hashed_folder(folder)) {
		PO_HTTP_SET(easy, CURLOPT_CAINFO, NULL);
		PO_HTTP_SET(easy, CURLOPT_CAPATH, folder);
	}
	return true;
}

static bool set_protocol(CURL *easy, struct po_fault *f)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	PO_HTTP_SET(easy, CURLOPT_PROTOCOLS_STR, "https");
#else
	PO_HTTP_SET(easy, CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTPS);
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
	/* a hung name server must not hold us at the end */
	PO_HTTP_SET(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
	PO_HTTP_SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	PO_HTTP_SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)PO_CONNECT_TIMEOUT_MS);
	PO_HTTP_SET(easy, CURLOPT_NOSIGNAL, 1L);
	PO_HTTP_SET(easy, CURLOPT_PROXY, ""); /* NET-21: none, whatever the environment says */
	PO_HTTP_SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	PO_HTTP_SET(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	PO_HTTP_SET(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
	PO_HTTP_SET(easy, CURLOPT_USERAGENT, USER_AGENT);
	PO_HTTP_SET(easy, CURLOPT_MAXAGE_CONN, CONNECTION_AGE);
	return true;
}

bool po_http_policy(CURL *easy, const char *ca_file, struct po_fault *f)
{
	return set_protocol(easy, f) && set_trust(easy, ca_file, f);
}
