/* SPDX-License-Identifier: BSD-2-Clause */
/* One topic a function. Called by http.c once for a login. */
#include "http_policy.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "client_key.h"
#include "po_buf.h"
#include "po_text.h"

#define USER_AGENT     "pam_oauth/" PACKAGE_VERSION /* DEV-9 */
#define CONNECTION_AGE 900L /* seconds: as long as the longest login, so that it is reused */
#define PINS_LIMIT     (PO_LIMIT_LIST_OPTION * 64)
#define SET            PO_HTTP_SET

/* OpenSSL finds a certificate in a hashed folder by name: "xxxxxxxx.0". */
static bool is_hashed_name(const char *name)
{
	return strlen(name) == 10 && strspn(name, "0123456789abcdef") == 8 && name[8] == '.' &&
	       po_is_digit(name[9]);
}

static bool can_read(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* One that we can use: OpenSSL is silent about a folder that it cannot read. */
static bool is_hashed_folder(const char *path)
{
	DIR *dir = path ? opendir(path) : NULL;
	const struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir)))
		found = is_hashed_name(entry->d_name) && can_read(dirfd(dir), entry->d_name);
	if (dir)
		closedir(dir);
	return found;
}

/* Where certificates are trusted from. */
struct store {
	const char *file; /* NULL = none */
	const char *folder;
	bool system; /* libcurl's own default, which is a file */
};

/*
 * NET-2. Loading the system's bundle costs every login some 20 ms and half a megabyte; its hashed
 * folder holds the same certificates and costs nothing, so it is preferred where it exists.
 */
static struct store choose_store(const struct po_request *r)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
	const char *folder = info->age >= CURLVERSION_SEVENTH ? info->capath : NULL;

	if (r->ca_file || r->ca_path)
		return (struct store){r->ca_file, r->ca_path, false};
	if (is_hashed_folder(folder))
		return (struct store){NULL, folder, false};
	return (struct store){NULL, NULL, true};
}

static bool set_trust(CURL *easy, const struct po_request *r, struct po_fault *f)
{
	const struct store store = choose_store(r);

	SET(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
	SET(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
	if (store.system)
		return true;
	if (!store.file && !is_hashed_folder(store.folder))
		return po_fail(f, PO_E_CONFIG,
		               "ca_path: %s has no certificate that openssl rehash has named and "
		               "the worker's user can read",
		               store.folder);
	SET(easy, CURLOPT_CAINFO, store.file);
	SET(easy, CURLOPT_CAPATH, store.folder);
	SET(easy, CURLOPT_PROXY_CAINFO, store.file);
	SET(easy, CURLOPT_PROXY_CAPATH, store.folder);
	return true;
}

/* A text that was put together; libcurl copies it. */
static bool set_text(CURL *easy, CURLoption option, const struct po_buf *text, struct po_fault *f)
{
	if (text->failed)
		return po_fail_memory(f);
	return curl_easy_setopt(easy, option, po_buf_str(text)) == CURLE_OK ||
	       po_fail(f, PO_E_SYSTEM, "libcurl refuses option %d", (int)option);
}

/* NET-17: for every host that is asked; a key that is none of them is a wrong certificate. */
static bool set_pins(CURL *easy, const struct po_request *r, struct po_fault *f)
{
	struct po_buf pins;
	bool ok;

	if (r->pinned_keys.count == 0)
		return true;
	po_buf_init(&pins, PINS_LIMIT);
	for (size_t i = 0; i < r->pinned_keys.count; i++)
		po_buf_addf(&pins, "%ssha256//%s", i ? ";" : "", r->pinned_keys.items[i]);
	ok = set_text(easy, CURLOPT_PINNEDPUBLICKEY, &pins, f);
	po_buf_free(&pins);
	return ok;
}

static bool set_tls(CURL *easy, const struct po_request *r, struct po_fault *f)
{
	long least = r->tls_min == PO_TLS_1_3 ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2;

	SET(easy, CURLOPT_SSLVERSION, least); /* NET-3 */
	SET(easy, CURLOPT_PROXY_SSLVERSION, least);
	return true;
}

/* The bytes stay the request's: nothing of the key comes to lie in a file. */
static struct curl_blob blob_of(char *text, size_t len)
{
	return (struct curl_blob){.data = text, .len = len, .flags = CURL_BLOB_NOCOPY};
}

/* CAU-9: libcurl takes a key without the passphrase that it needs, and crashes in the handshake. */
static bool check_key(const struct po_request *r, struct po_fault *f)
{
	struct po_client_key *key =
	        po_client_key_load(&r->client_key, &r->client_key_passphrase, f);

	po_client_key_free(key);
	return key != NULL;
}

/* CAU-9: shown to whoever asks for a certificate in the handshake. */
static bool set_client(CURL *easy, const struct po_request *r, struct po_fault *f)
{
	struct curl_blob certificate;
	struct curl_blob key;

	if (!r->client_certificate)
		return true;
	if (!check_key(r, f))
		return false;
	certificate = blob_of(r->client_certificate, strlen(r->client_certificate));
	key = blob_of(r->client_key.data, r->client_key.len);
	SET(easy, CURLOPT_SSLCERT_BLOB, &certificate);
	SET(easy, CURLOPT_SSLCERTTYPE, "PEM");
	SET(easy, CURLOPT_SSLKEY_BLOB, &key);
	SET(easy, CURLOPT_SSLKEYTYPE, "PEM");
	SET(easy, CURLOPT_KEYPASSWD, r->client_key_passphrase.data);
	return true;
}

/* LIM-12. IPv6 and IPv4 race each other with libcurl's own head start. */
static bool set_connection(CURL *easy, const struct po_request *r, struct po_fault *f)
{
	static const long versions[] = {
	        [PO_IP_ANY] = CURL_IPRESOLVE_WHATEVER,
	        [PO_IP_V4] = CURL_IPRESOLVE_V4,
	        [PO_IP_V6] = CURL_IPRESOLVE_V6,
	};
	long timeout =
	        r->connect_timeout_s ? (long)r->connect_timeout_s * 1000 : PO_CONNECT_TIMEOUT_MS;

	SET(easy, CURLOPT_CONNECTTIMEOUT_MS, timeout);
	SET(easy, CURLOPT_IPRESOLVE, versions[r->ip]);
	SET(easy, CURLOPT_MAXAGE_CONN, CONNECTION_AGE);
	return true;
}

/* HTTP/2 where the server offers it in the handshake; a libcurl without it refuses the option. */
static bool set_version(CURL *easy, struct po_fault *f)
{
	SET(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	if (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2)
		SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	return true;
}

/* What no configuration changes. */
static bool set_house_rules(CURL *easy, struct po_fault *f)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(easy, CURLOPT_PROTOCOLS_STR, "https");
#else
	SET(easy, CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTPS);
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
	SET(easy, CURLOPT_QUICK_EXIT, 1L); /* a hung name server must not hold us at the end */
#endif
	SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
	SET(easy, CURLOPT_USERAGENT, USER_AGENT);
	return true;
}

bool po_http_policy(CURL *easy, const struct po_request *r, struct po_fault *f)
{
	return set_house_rules(easy, f) && set_version(easy, f) && set_trust(easy, r, f) &&
	       set_pins(easy, r, f) && set_tls(easy, r, f) && set_client(easy, r, f) &&
	       set_connection(easy, r, f);
}
