/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jws.c and jwk.c decode what a provider sent, form.c and assertion.c encode the client's
 * credentials. The decoder accepts exactly one spelling of any sequence of bytes: a second
 * one would let two parsers disagree about the same token.
 */
#include "base64.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

#define ENCODE_CHUNK 48 /* bytes at a time; a multiple of 3, so only the last chunk is padded */

/* The six bits that a character stands for; -1 = not in the alphabet of RFC 4648 section 5. */
static int sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* All of it is judged before any of it is used. */
static bool canonical(const char *text, size_t len)
{
	int unused = len % 4 == 2 ? 0x0f : len % 4 == 3 ? 0x03 : 0;

	if (len % 4 == 1)
		return false;
	for (size_t i = 0; i < len; i++)
		if (sextet(text[i]) < 0)
			return false;
	return unused == 0 || (sextet(text[len - 1]) & unused) == 0;
}

bool po_base64url_decode(struct po_buf *out, const char *text, size_t len)
{
	if (!canonical(text, len))
		return false;
	for (size_t i = 0; i < len; i += 4) {
		size_t n = len - i < 4 ? len - i : 4;
		uint32_t bits = 0;
		unsigned char bytes[3];

		for (size_t k = 0; k < 4; k++)
			/* cppcheck-suppress [badBitmaskCheck, knownConditionTrueFalse]; n > 0 */
			bits = bits << 6 | (k < n ? (uint32_t)sextet(text[i + k]) : 0);
		bytes[0] = (unsigned char)(bits >> 16);
		bytes[1] = (unsigned char)(bits >> 8);
		bytes[2] = (unsigned char)bits;
		if (!po_buf_add(out, bytes, n * 6 / 8))
			return false;
	}
	return true;
}

/* From one alphabet to the other, and off with the padding. */
static int to_url(unsigned char *text, int len)
{
	while (len > 0 && text[len - 1] == '=')
		len--;
	for (int i = 0; i < len; i++)
		text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
	return len;
}

static bool encode(struct po_buf *out, const unsigned char *bytes, size_t len, bool url)
{
	unsigned char text[ENCODE_CHUNK / 3 * 4 + 1];
	bool ok = true;

	for (size_t i = 0; i < len && ok; i += ENCODE_CHUNK) {
		size_t n = len - i < ENCODE_CHUNK ? len - i : ENCODE_CHUNK;
		int written = EVP_EncodeBlock(text, bytes + i, (int)n);

		if (url)
			written = to_url(text, written);
		ok = written > 0 && po_buf_add(out, text, (size_t)written);
	}
	explicit_bzero(text, sizeof(text)); /* it held a client's secret (GEN-4) */
	return ok;
}

bool po_base64_encode(struct po_buf *out, const void *data, size_t len)
{
	return encode(out, data, len, false);
}

bool po_base64url_encode(struct po_buf *out, const void *data, size_t len)
{
	return encode(out, data, len, true);
}
