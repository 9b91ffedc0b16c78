// SPDX-License-Identifier: BSD-2-Clause
// From our configuration file to a configured oidc-provider.

import { randomBytes } from 'node:crypto';

import Provider, { errors, interactionPolicy } from 'oidc-provider';

import { MemoryStore } from './adapter.mjs';
import * as pages from './pages.mjs';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPE_CLAIMS = {
  openid: ['sub'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
};

// Accounts in the configuration: { name: { claim: value, ... }, ... }. The
// subject is the name unless the claims say otherwise.
export class Accounts {
  constructor(table) {
    this.names = Object.keys(table);
    this.claims = new Map(Object.entries(table).map(([name, claims]) => {
      const sub = String(claims.sub ?? name);
      return [sub, { ...claims, sub }];
    }));
    this.subjects = new Map(Object.entries(table).map(
      ([name, claims]) => [name, String(claims.sub ?? name)],
    ));
  }

  subject(name) {
    return this.subjects.get(name);
  }

  name(sub) {
    return this.names.find((name) => this.subjects.get(name) === sub);
  }

  find(sub) {
    const claims = this.claims.get(sub);
    return claims && { accountId: sub, claims: () => claims };
  }

  // Every claim that no other scope hands out belongs to "profile".
  scopes() {
    const taken = new Set(Object.values(SCOPE_CLAIMS).flat());
    const profile = new Set(['name', 'preferred_username']);
    for (const claims of this.claims.values()) {
      Object.keys(claims).filter((name) => !taken.has(name)).forEach((name) => profile.add(name));
    }
    return { ...SCOPE_CLAIMS, profile: [...profile] };
  }
}

function html(ctx, text) {
  ctx.type = 'html';
  ctx.body = text;
}

function deviceFlow(config) {
  return {
    enabled: true,
    ...(config.user_code_charset && { charset: config.user_code_charset }),
    ...(config.user_code_mask && { mask: config.user_code_mask }),
    userCodeInputSource(ctx, form, out, err) {
      if (err?.name === 'AbortedError') html(ctx, pages.refusedPage());
      else html(ctx, pages.codePage(form, err?.message));
    },
    userCodeConfirmSource(ctx, form, client, device, userCode) {
      html(ctx, pages.confirmPage(form, client.clientName || client.clientId, device, userCode));
    },
    successSource(ctx) { html(ctx, pages.successPage()); },
  };
}

function mutualTls(config) {
  return {
    enabled: Boolean(config.client_ca),
    tlsClientAuth: true,
    selfSignedTlsClientAuth: true,
    certificateBoundAccessTokens: true,
    getCertificate: (ctx) => ctx.socket.getPeerX509Certificate(),
    certificateAuthorized: (ctx) => ctx.socket.authorized,
    certificateSubjectMatches(ctx, property, expected) {
      const { subject, subjectAltName } = ctx.socket.getPeerX509Certificate();
      if (property === 'tls_client_auth_subject_dn') return subject === expected;
      const kinds = { tls_client_auth_san_dns: 'DNS', tls_client_auth_san_uri: 'URI' };
      return `${subjectAltName}`.split(', ').includes(`${kinds[property]}:${expected}`);
    },
  };
}

// Access tokens for the named resources are JWTs; all others stay opaque.
function resourceIndicators(config) {
  return {
    enabled: true,
    defaultResource: () => undefined,
    getResourceServerInfo(ctx, resource) {
      if (!config.resources?.includes(resource)) throw new errors.InvalidTarget();
      return { scope: '', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } };
    },
  };
}

// The person is asked who he is each time: otherwise the cookie of the last
// sign-in would choose the account, and in a demo one could never change it.
function policy() {
  const { Check, base } = interactionPolicy;
  const prompts = base();
  prompts.get('login').checks.add(new Check('always', 'always ask who it is', (ctx) => (
    ctx.oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT)));
  return prompts;
}

function clientMetadata(client) {
  return {
    grant_types: [DEVICE_GRANT],
    response_types: [],
    redirect_uris: [],
    ...client,
  };
}

function ttl(config) {
  const life = (name, otherwise) => () => config[name] ?? otherwise;
  return {
    AccessToken: life('access_token_ttl', 600),
    DeviceCode: life('device_code_ttl', 600),
    IdToken: life('id_token_ttl', 600),
    Grant: () => 3600,
    Interaction: () => 3600,
    Session: () => 3600,
  };
}

const cookieKeys = [randomBytes(24).toString('hex')];

// Called again after a rotation of the keys: codes, sessions and tokens live
// in the store, which all instances of a process share.
export function makeProvider(issuer, config, accounts, jwks) {
  const provider = new Provider(issuer, {
    adapter: MemoryStore,
    clients: config.clients.map(clientMetadata),
    claims: accounts.scopes(),
    conformIdTokenClaims: config.claims_in_id_token === false,
    cookies: { keys: cookieKeys },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: deviceFlow(config),
      encryption: { enabled: true },
      mTLS: mutualTls(config),
      introspection: { enabled: true },
      jwtUserinfo: { enabled: true },
      resourceIndicators: resourceIndicators(config),
      revocation: { enabled: true },
    },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt',
      'private_key_jwt',
      ...(config.client_ca ? ['tls_client_auth', 'self_signed_tls_client_auth'] : [])],
    enabledJWA: {
      clientAuthSigningAlgValues: ['HS256', 'HS384', 'HS512', 'RS256', 'PS256', 'ES256', 'EdDSA'],
    },
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: (ctx, accountId, client) => `${accountId}-${client.clientId}`,
    findAccount: (ctx, sub) => accounts.find(sub),
    interactions: { policy: policy(), url: (ctx, { uid }) => `/interaction/${uid}` },
    jwks,
    renderError(ctx, out) { html(ctx, pages.errorPage(out.error_description || out.error)); },
    ttl: ttl(config),
  });
  if (config.device_interval !== undefined) addInterval(provider, config.device_interval);
  provider.on('server_error', (ctx, err) => process.stderr.write(`${err.stack}\n`));
  return provider;
}

// The package sends no "interval" (which means 5 seconds). A test that cannot
// wait may have one added.
function addInterval(provider, seconds) {
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.body?.device_code) ctx.body.interval = seconds;
  });
}
