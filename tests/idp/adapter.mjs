// SPDX-License-Identifier: BSD-2-Clause
// Storage in memory for oidc-provider (its own one warns and holds little).
// Records outlive their expiry on purpose: the provider must still find an old
// device code to be able to answer "expired_token".

const MAX_RECORDS = 20000;
const records = new Map(); // shared by all instances, so that it survives a rotation of the keys

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
  }

  async destroy(id) {
    records.delete(this.key(id));
  }

  async revokeByGrantId(grantId) {
    const start = `${this.model}/`;
    for (const [key, value] of records) {
      if (key.startsWith(start) && value.grantId === grantId) records.delete(key);
    }
  }
}
