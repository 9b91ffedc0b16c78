// SPDX-License-Identifier: BSD-2-Clause
// Storage in memory for oidc-provider (its own one warns and holds little).
// Records outlive their expiry on purpose: the provider must still find an old
// device code to be able to answer "expired_token".

import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const MAX_RECORDS = 20000;
const records = new Map(); // shared by all instances, so that it survives a rotation of the keys
let file; // where a copy is kept, if at all

// From now on a server that is killed at any instant can be started again with its records.
export function keepIn(path) {
  file = path;
  try {
    JSON.parse(readFileSync(file, 'utf8')).forEach(([key, value]) => records.set(key, value));
  } catch (err) {
    if (err.code !== 'ENOENT') throw err;
  }
}

function save() {
  if (!file) return;
  writeFileSync(`${file}.new`, JSON.stringify([...records]), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

// What the server itself wants to find again.
export async function keep(name, make) {
  if (!file) return make();
  if (!records.has(name)) records.set(name, await make());
  save();
  return records.get(name);
}

function put(key, value) {
  records.delete(key);
  records.set(key, value);
  if (records.size > MAX_RECORDS) records.delete(records.keys().next().value);
}

export class MemoryStore {
  constructor(model) {
    this.model = model;
  }

  key(id) {
    return `${this.model}/${id}`;
  }

  async upsert(id, payload) {
    put(this.key(id), payload);
    if (payload.userCode) put(`${this.model}/userCode/${payload.userCode}`, id);
    if (payload.uid) put(`${this.model}/uid/${payload.uid}`, id);
    save();
  }

  async find(id) {
    return records.get(this.key(id));
  }

  async findByUserCode(userCode) {
    return this.find(records.get(`${this.model}/userCode/${userCode}`));
  }

  async findByUid(uid) {
    return this.find(records.get(`${this.model}/uid/${uid}`));
  }

  async consume(id) {
    records.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
    save();
  }

  async destroy(id) {
    records.delete(this.key(id));
    save();
  }

  async revokeByGrantId(grantId) {
    const start = `${this.model}/`;
    for (const [key, value] of records) {
      if (key.startsWith(start) && value.grantId === grantId) records.delete(key);
    }
    save();
  }
}
