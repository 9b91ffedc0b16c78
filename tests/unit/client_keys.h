/* SPDX-License-Identifier: BSD-2-Clause */
/* Private keys in PEM, made on the spot, for the tests of the client's side. */
#ifndef PO_TEST_CLIENT_KEYS_H
#define PO_TEST_CLIENT_KEYS_H

#include "table.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "po_secret.h"

/* RFC 8037 appendix A.1 */
static const unsigned char rfc8037_seed[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60,
                                               0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
                                               0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19,
                                               0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};

/* "RSA 2048", "EC P-256", "ED25519" (that of RFC 8037): a new key. */
static inline EVP_PKEY *make_key(const char *kind)
{
	if (strncmp(kind, "RSA ", 4) == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)strtoul(kind + 4, NULL, 10));
	if (strncmp(kind, "EC ", 3) == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", kind + 3);
	if (strcmp(kind, "ED25519") == 0)
		return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, rfc8037_seed, 32);
	return EVP_PKEY_Q_keygen(NULL, NULL, kind);
}

/* The key as a file would hold it, encrypted where there is a passphrase. */
static inline void write_pem(EVP_PKEY *pkey, const char *passphrase, struct po_secret *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, pkey,
	                                               passphrase ? EVP_aes_128_cbc() : NULL, NULL,
	                                               0, NULL, (void *)(uintptr_t)passphrase),
	                 1);
	len = BIO_get_mem_data(bio, &text);
	assert_true(po_secret_set(out, text, (size_t)len));
	BIO_free(bio);
}

static inline void make_pem(const char *kind, const char *passphrase, struct po_secret *out)
{
	EVP_PKEY *pkey = make_key(kind);

	assert_non_null(pkey);
	write_pem(pkey, passphrase, out);
	EVP_PKEY_free(pkey);
}

#endif
