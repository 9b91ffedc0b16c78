// SPDX-License-Identifier: BSD-2-Clause
// Sign-in and consent: the two pages between the confirmed code and the grant.

import * as pages from './pages.mjs';

const FORM_LIMIT = 4096;

async function readForm(req) {
  let text = '';
  for await (const chunk of req) {
    text += chunk;
    if (text.length > FORM_LIMIT) throw new Error('the form is too large');
  }
  return new URLSearchParams(text);
}

function send(res, status, text) {
  res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store',
  });
  res.end(text);
}

async function show(provider, accounts, details, res) {
  const { prompt, params, session } = details;
  if (prompt.name === 'login') return send(res, 200, pages.loginPage(accounts.names));
  const client = await provider.Client.find(params.client_id);
  const scopes = prompt.details.missingOIDCScope || [];
  return send(res, 200, pages.consentPage(
    client.clientName || client.clientId,
    accounts.name(session.accountId),
    scopes,
  ));
}

async function grantConsent(provider, details) {
  const { prompt, params, session, grantId } = details;
  const grant = (grantId && await provider.Grant.find(grantId))
    || new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  const { missingOIDCScope, missingOIDCClaims } = prompt.details;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
  return { consent: { grantId: await grant.save() } };
}

async function decide(provider, accounts, details, form) {
  if (form.has('abort')) {
    return { error: 'access_denied', error_description: 'the person refused' };
  }
  if (details.prompt.name === 'login') {
    const accountId = accounts.subject(form.get('account'));
    if (accountId === undefined) throw new Error('there is no such account');
    return { login: { accountId } };
  }
  return grantConsent(provider, details);
}

// Serves /interaction/<uid>; the provider's cookie says which one it is.
export async function interaction(provider, accounts, req, res) {
  try {
    const details = await provider.interactionDetails(req, res);
    if (req.method !== 'POST') {
      await show(provider, accounts, details, res);
      return;
    }
    const result = await decide(provider, accounts, details, await readForm(req));
    await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: true });
  } catch (err) {
    if (!res.headersSent) send(res, 400, pages.errorPage(err.message));
  }
}
