// SPDX-License-Identifier: BSD-2-Clause
// Signing keys of the test provider: one per algorithm, made anew at each start.

import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

const KINDS = {
  RS256: ['rsa', { modulusLength: 2048 }],
  PS256: ['rsa', { modulusLength: 2048 }],
  ES256: ['ec', { namedCurve: 'P-256' }],
  EdDSA: ['ed25519', {}],
};

async function makeKey(alg) {
  const [type, options] = KINDS[alg];
  const { privateKey } = await generate(type, options);
  const kid = `${alg}-${randomBytes(6).toString('hex')}`;
  return {
    ...privateKey.export({ format: 'jwk' }), alg, kid, use: 'sig',
  };
}

// All four keys as a private JWK Set. The work is done in parallel, off the
// main thread: RSA generation is what a start of the server waits for.
export async function makeKeys() {
  return { keys: await Promise.all(Object.keys(KINDS).map(makeKey)) };
}
