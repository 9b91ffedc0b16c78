// SPDX-License-Identifier: BSD-2-Clause
// The HTML a person sees. Plain forms without scripts; every page names itself
// in <body data-page="...">, so that a program can tell where it is.

const STYLE = `body{font:18px/1.5 sans-serif;max-width:30em;margin:2em auto;padding:0 1em}
button{font:inherit;display:block;width:100%;margin:.6em 0;padding:.7em}
input[type=text]{font:inherit;width:100%;padding:.5em;text-transform:uppercase}
.code{font:bold 1.6em monospace;letter-spacing:.1em}.note{color:#666;font-size:.8em}
.error{color:#b00}`;

export function escapeHtml(value) {
  const names = {
    '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;',
  };
  return String(value).replace(/[&<>"']/g, (c) => names[c]);
}

function page(name, title, body) {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${STYLE}</style></head>
<body data-page="${name}"><h1>${title}</h1>
${body}
<p class="note">This is a demonstration provider: it asks for no password and protects nothing.</p>
</body></html>
`;
}

// form: the provider's own form (with its token against request forgery); our
// buttons stand outside of it and name it by its id.
export function codePage(form, message) {
  const error = message ? `<p class="error">${escapeHtml(message)}</p>` : '';
  return page('code', 'Enter your code', `${error}
<p>Enter the code that your terminal shows.</p>
${form}
<button type="submit" form="op.deviceInputForm">Continue</button>`);
}

export function confirmPage(form, client, device, userCode) {
  return page('confirm', 'Is this your code?', `
<p><strong>${escapeHtml(client)}</strong> wants to sign you in.
Does your terminal show this code?</p>
<p class="code">${escapeHtml(userCode)}</p>
<p class="note">Asked for by ${escapeHtml(device.ip)},
${escapeHtml(device.ua || 'unknown program')}</p>
${form}
<button type="submit" form="op.deviceConfirmForm">Yes, continue</button>
<button type="submit" form="op.deviceConfirmForm" name="abort" value="yes">No, refuse</button>`);
}

export function loginPage(accounts) {
  const buttons = accounts.map((name) => `<button type="submit" name="account"
 value="${escapeHtml(name)}">${escapeHtml(name)}</button>`).join('\n');
  return page('login', 'Sign in', `
<p>Who are you?</p>
<form method="post">
${buttons}
<button type="submit" name="abort" value="yes">Refuse</button>
</form>`);
}

export function consentPage(client, account, scopes) {
  const items = scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('');
  return page('consent', 'Allow access?', `
<p>You are <strong>${escapeHtml(account)}</strong>.
<strong>${escapeHtml(client)}</strong> asks for:</p><ul>${items}</ul>
<form method="post">
<button type="submit" name="allow" value="yes">Allow</button>
<button type="submit" name="abort" value="yes">Refuse</button>
</form>`);
}

export function successPage() {
  return page('success', 'You are signed in', `
<p>Return to the terminal. You may close this page.</p>`);
}

export function refusedPage() {
  return page('refused', 'Refused', '<p>Nobody was signed in. You may close this page.</p>');
}

export function errorPage(message) {
  return page('error', 'Something went wrong', `<p class="error">${escapeHtml(message)}</p>`);
}
