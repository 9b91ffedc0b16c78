/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SipHash-2-4, after the paper. Called by quota.c for names and addresses. A hash without a key
 * would let an attacker compute an account name of his own that shares a counter with somebody
 * else's; must never be used for a signature or a secret, which need libcrypto.
 */
#include "siphash.h"

#include <string.h>

#define WORD 8

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotated(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void mix(struct state *s, unsigned rounds)
{
	while (rounds--) {
		s->v0 += s->v1;
		s->v2 += s->v3;
		s->v1 = rotated(s->v1, 13) ^ s->v0;
		s->v3 = rotated(s->v3, 16) ^ s->v2;
		s->v0 = rotated(s->v0, 32);
		s->v2 += s->v1;
		s->v0 += s->v3;
		s->v1 = rotated(s->v1, 17) ^ s->v2;
		s->v3 = rotated(s->v3, 21) ^ s->v0;
		s->v2 = rotated(s->v2, 32);
	}
}

/* Up to eight bytes, least significant first. */
static uint64_t little_endian(const unsigned char *p, size_t len)
{
	uint64_t word = 0;

	for (size_t i = 0; i < len; i++)
		word |= (uint64_t)p[i] << (8 * i);
	return word;
}

static void absorb(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	mix(s, 2);
	s->v0 ^= word;
}

uint64_t po_siphash(const unsigned char key[PO_SIPHASH_KEY], const void *data, size_t len)
{
	uint64_t k0 = little_endian(key, WORD);
	uint64_t k1 = little_endian(key + WORD, WORD);
	struct state s = {
	        .v0 = k0 ^ 0x736f6d6570736575ULL,
	        .v1 = k1 ^ 0x646f72616e646f6dULL,
	        .v2 = k0 ^ 0x6c7967656e657261ULL,
	        .v3 = k1 ^ 0x7465646279746573ULL,
	};
	const unsigned char *p = data;
	size_t left = len;

	for (; left >= WORD; left -= WORD, p += WORD)
		absorb(&s, little_endian(p, WORD));
	absorb(&s, little_endian(p, left) | (uint64_t)len << 56);
	s.v2 ^= 0xff;
	mix(&s, 4);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
