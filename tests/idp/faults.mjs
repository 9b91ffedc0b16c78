// SPDX-License-Identifier: BSD-2-Clause
// Misfortunes on request: rules that a test sets and that wear out.

// A rule: { kind, path, count, when, ... }. path "*" means every path; when is
// "any", "first" (first request on its connection) or "reused" (a later one).
export class Faults {
  constructor() {
    this.rules = [];
  }

  add(rule) {
    this.rules.push({ path: '*', count: 1, when: 'any', ...rule });
  }

  clear() {
    this.rules = [];
  }

  // The first rule of this kind that fits, used up by one.
  take(kind, path, requestNumber) {
    const position = requestNumber === 1 ? 'first' : 'reused';
    const rule = this.rules.find((r) => r.kind === kind && r.count > 0
      && (r.path === '*' || r.path === path) && (r.when === 'any' || r.when === position));
    if (rule) rule.count -= 1;
    return rule;
  }
}

export function answerFault(rule, res) {
  const body = rule.body ?? '';
  res.writeHead(rule.status ?? 503, {
    'content-type': 'text/plain', 'content-length': Buffer.byteLength(body), ...rule.headers,
  });
  res.end(body);
}
