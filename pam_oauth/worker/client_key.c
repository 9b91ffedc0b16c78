/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signing, where jws.c verifies. Called by client.c (load, fits) and assertion.c (sign). The key
 * decides what can be computed; names that do not fit it are refused.
 */
#include "client_key.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "po_limits.h"

#define P256_OCTETS     32
#define SIGNATURE_LIMIT (PO_RSA_BITS_MAX / 8)

struct po_client_key {
	EVP_PKEY *pkey;
};

struct mac {
	const char *alg;
	const char *digest;
	size_t octets;
};

static const struct mac macs[] = {
        {"HS256", "SHA256", 32},
        {"HS384", "SHA384", 48},
        {"HS512", "SHA512", 64},
};

static int on_passphrase(char *out, int size, int writing, void *ctx)
{
	const struct po_secret *passphrase = ctx;

	(void)writing;
	if (!passphrase->data || passphrase->len > (size_t)size)
		return -1;
	memcpy(out, passphrase->data, passphrase->len);
	return (int)passphrase->len;
}

struct po_client_key *po_client_key_load(const struct po_secret *pem,
                                         const struct po_secret *passphrase, struct po_fault *f)
{
	struct po_client_key *key = calloc(1, sizeof(*key));
	struct po_secret copy = *passphrase; /* the callback's argument is not const */
	BIO *text;

	ERR_set_mark(); /* what is left behind must not confuse libcurl later */
	text = BIO_new_mem_buf(pem->data, (int)pem->len);
	if (key && text)
		key->pkey = PEM_read_bio_PrivateKey(text, NULL, on_passphrase, &copy);
	BIO_free(text);
	ERR_pop_to_mark();
	if (!key || !text) {
		po_fail_memory(f);
	} else if (!key->pkey) {
		po_fail(f, PO_E_CONFIG, "client_key_file: no usable key, or %s",
		        passphrase->data ? "a wrong passphrase" : "one that needs a passphrase");
	} else {
		return key;
	}
	po_client_key_free(key);
	return NULL;
}

void po_client_key_free(struct po_client_key *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->pkey); /* wipes */
	free(key);
}

static bool is_p256(const EVP_PKEY *pkey)
{
	char group[32] = "";

	return EVP_PKEY_is_a(pkey, "EC") &&
	       EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) == 1 &&
	       strcmp(group, "prime256v1") == 0;
}

bool po_client_key_fits(const struct po_client_key *key, const char *alg)
{
	int bits = EVP_PKEY_get_bits(key->pkey);

	if (strcmp(alg, "RS256") == 0 || strcmp(alg, "PS256") == 0)
		return EVP_PKEY_is_a(key->pkey, "RSA") && bits >= PO_RSA_BITS_MIN &&
		       bits <= PO_RSA_BITS_MAX;
	if (strcmp(alg, "ES256") == 0)
		return is_p256(key->pkey);
	return strcmp(alg, "EdDSA") == 0 && EVP_PKEY_is_a(key->pkey, "ED25519");
}

/* RFC 7518 section 3.4: from DER to R and S side by side. */
static bool add_raw(const unsigned char *der, size_t len, struct po_buf *out)
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
	unsigned char raw[2 * P256_OCTETS];
	bool ok = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, P256_OCTETS) == P256_OCTETS &&
	          BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + P256_OCTETS, P256_OCTETS) ==
	                  P256_OCTETS &&
	          po_buf_add(out, raw, sizeof(raw));

	ECDSA_SIG_free(sig);
	return ok;
}

/* RFC 7518 section 3.5: salt as long as the hash, MGF1 with the same hash. */
static bool set_padding(EVP_PKEY_CTX *ctx, bool pss)
{
	if (!pss)
		return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0;
}

bool po_client_key_sign(const struct po_client_key *key, const char *alg, const void *data,
                        size_t len, struct po_buf *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL; /* owned by ctx */
	const char *digest = strcmp(alg, "EdDSA") == 0 ? NULL : "SHA256";
	bool rsa = EVP_PKEY_is_a(key->pkey, "RSA");
	unsigned char signature[SIGNATURE_LIMIT];
	size_t n = sizeof(signature);
	bool ok;

	ok = po_client_key_fits(key, alg) && ctx &&
	     EVP_DigestSignInit_ex(ctx, &options, digest, NULL, NULL, key->pkey, NULL) == 1 &&
	     (!rsa || set_padding(options, alg[0] == 'P')) &&
	     EVP_DigestSign(ctx, signature, &n, data, len) == 1 &&
	     (strcmp(alg, "ES256") == 0 ? add_raw(signature, n, out)
	                                : po_buf_add(out, signature, n));
	EVP_MD_CTX_free(ctx);
	return ok;
}

static const struct mac *mac_of(const char *alg)
{
	for (size_t i = 0; i < sizeof(macs) / sizeof(macs[0]); i++)
		if (strcmp(macs[i].alg, alg) == 0)
			return &macs[i];
	return NULL;
}

size_t po_client_mac_octets(const char *alg)
{
	const struct mac *mac = mac_of(alg);

	return mac ? mac->octets : 0;
}

bool po_client_mac(const struct po_secret *secret, const char *alg, const void *data, size_t len,
                   struct po_buf *out)
{
	const struct mac *mac = mac_of(alg);
	unsigned char code[EVP_MAX_MD_SIZE];
	size_t n = 0;

	return mac && secret->len >= mac->octets &&
	       EVP_Q_mac(NULL, "HMAC", NULL, mac->digest, NULL, secret->data, secret->len, data,
	                 len, code, sizeof(code), &n) &&
	       po_buf_add(out, code, n);
}
