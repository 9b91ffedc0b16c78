/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls into libraries that only the worker makes, and libc's that are not worker_host.c's. */
#include <curl/curl.h>
#include <dirent.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <qrencode.h>
#include <stdarg.h>
#include <sys/socket.h>

#include "inject.h"

/* clang-format off */
INJECT_WRAP(int, getsockopt, (int fd, int level, int name, void *value, socklen_t *len),
            (fd, level, name, value, len), -1)
INJECT_WRAP(DIR *, opendir, (const char *path), (path), NULL)
INJECT_WRAP(CURLcode, curl_global_init, (long flags), (flags), CURLE_OUT_OF_MEMORY)
INJECT_WRAP(CURL *, curl_easy_init, (void), (), NULL)
INJECT_WRAP(CURLM *, curl_multi_init, (void), (), NULL)
INJECT_WRAP(CURLU *, curl_url, (void), (), NULL)
INJECT_WRAP(CURLUcode, curl_url_set, (CURLU *u, CURLUPart part, const char *text, unsigned flags),
            (u, part, text, flags), CURLUE_OUT_OF_MEMORY)
INJECT_WRAP(CURLUcode, curl_url_get, (const CURLU *u, CURLUPart part, char **text, unsigned flags),
            (u, part, text, flags), CURLUE_OUT_OF_MEMORY)
INJECT_WRAP(json_t *, json_loadb, (const char *text, size_t len, size_t flags, json_error_t *error),
            (text, len, flags, error), NULL)
INJECT_WRAP(QRcode *, QRcode_encodeString8bit, (const char *text, int version, QRecLevel level),
            (text, version, level), NULL)
INJECT_WRAP(OSSL_PARAM_BLD *, OSSL_PARAM_BLD_new, (void), (), NULL)
INJECT_WRAP(OSSL_PARAM *, OSSL_PARAM_BLD_to_param, (OSSL_PARAM_BLD *parts), (parts), NULL)
INJECT_WRAP(int, OSSL_PARAM_BLD_push_octet_string,
            (OSSL_PARAM_BLD *parts, const char *key, const void *data, size_t len),
            (parts, key, data, len), 0)
INJECT_WRAP(EVP_PKEY_CTX *, EVP_PKEY_CTX_new_from_name,
            (OSSL_LIB_CTX *ctx, const char *name, const char *query), (ctx, name, query), NULL)
INJECT_WRAP(int, EVP_PKEY_fromdata_init, (EVP_PKEY_CTX *ctx), (ctx), -1)
INJECT_WRAP(int, EVP_PKEY_fromdata,
            (EVP_PKEY_CTX *ctx, EVP_PKEY **key, int selection, OSSL_PARAM *params),
            (ctx, key, selection, params), -1)
INJECT_WRAP(EVP_MD_CTX *, EVP_MD_CTX_new, (void), (), NULL)
INJECT_WRAP(int, EVP_DigestVerifyInit_ex,
            (EVP_MD_CTX *ctx, EVP_PKEY_CTX **key_ctx, const char *digest, OSSL_LIB_CTX *lib,
             const char *query, EVP_PKEY *key, const OSSL_PARAM *params),
            (ctx, key_ctx, digest, lib, query, key, params), -1)
INJECT_WRAP(int, EVP_DigestVerify,
            (EVP_MD_CTX *ctx, const unsigned char *signature, size_t len, const unsigned char *text,
             size_t text_len), (ctx, signature, len, text, text_len), -1)
INJECT_WRAP(EVP_MD *, EVP_MD_fetch, (OSSL_LIB_CTX *lib, const char *name, const char *query),
            (lib, name, query), NULL)
INJECT_WRAP(int, EVP_DigestInit_ex2,
            (EVP_MD_CTX *ctx, const EVP_MD *md, const OSSL_PARAM *params), (ctx, md, params), -1)
INJECT_WRAP(int, EVP_DigestUpdate, (EVP_MD_CTX *ctx, const void *data, size_t len),
            (ctx, data, len), -1)
INJECT_WRAP(int, EVP_DigestFinal_ex, (EVP_MD_CTX *ctx, unsigned char *out, unsigned *len),
            (ctx, out, len), -1)
INJECT_WRAP(int, EVP_EncodeBlock, (unsigned char *out, const unsigned char *in, int len),
            (out, in, len), -1)
/* clang-format on */

/*
 * jansson keeps the real malloc: it does not survive one that fails (2.14: lex_scan), and what that
 * comes to is tests/worker/test_memory.py's.
 */
void *__real_malloc(size_t size);
void __real_json_set_alloc_funcs(json_malloc_t allocate, json_free_t release);
void __wrap_json_set_alloc_funcs(json_malloc_t allocate, json_free_t release);

void __wrap_json_set_alloc_funcs(json_malloc_t allocate, json_free_t release)
{
	(void)allocate;
	__real_json_set_alloc_funcs(__real_malloc, release);
}

/* Its one argument is a pointer, a long or a curl_off_t: all of one size where this is built. */
CURLcode __real_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);

CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
	va_list ap;
	void *value;

	_Static_assert(sizeof(void *) == sizeof(long) && sizeof(void *) == sizeof(curl_off_t),
	               "a 64 bit system");
	va_start(ap, option);
	value = va_arg(ap, void *);
	va_end(ap);
	return inject_fails("curl_easy_setopt") ? CURLE_OUT_OF_MEMORY
	                                        : __real_curl_easy_setopt(easy, option, value);
}
