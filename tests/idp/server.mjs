#!/usr/bin/env node
// SPDX-License-Identifier: BSD-2-Clause
// An OpenID provider on loopback for the tests and the demo: see README.md.
// Usage: node server.mjs CONFIG.json [--no-stdin]

import { readFileSync } from 'node:fs';
import https from 'node:https';
import { dirname, resolve } from 'node:path';
import process from 'node:process';

import { AccessLog } from './access_log.mjs';
import { keep, keepIn } from './adapter.mjs';
import { readCommands } from './control.mjs';
import { answerFault, Faults } from './faults.mjs';
import { interaction } from './interaction.mjs';
import { makeKeys } from './keys.mjs';
import { Accounts, makeProvider } from './provider.mjs';

// stdout belongs to the protocol with our parent; the package's notices do not.
console.info = console.warn;
console.log = console.warn;

function readConfig(file) {
  const config = JSON.parse(readFileSync(file, 'utf8'));
  const here = dirname(resolve(file));
  for (const name of ['cert', 'key', 'access_log', 'client_ca', 'state']) {
    if (config[name]) config[name] = resolve(here, config[name]);
  }
  return { hostname: 'localhost', port: 0, accounts: {}, clients: [], ...config };
}

function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

class Idp {
  constructor(config) {
    this.config = config;
    this.accounts = new Accounts(config.accounts);
    this.faults = new Faults();
    this.log = new AccessLog(config.access_log);
    this.connections = new WeakMap();
    this.rawSockets = new Map();
    this.count = 0;
    this.server = https.createServer(this.tlsOptions(), (req, res) => this.request(req, res));
    this.server.keepAliveTimeout = (config.keep_alive_timeout ?? 75) * 1000;
    this.server.on('connection', (socket) => this.connected(socket));
    this.server.on('secureConnection', (socket) => this.secured(socket));
    this.server.on('tlsClientError', (err) => this.log.event('tls_error', {}, { code: err.code }));
  }

  tlsOptions() {
    const { cert, key, client_ca: clientCa, tls } = this.config;
    const asked = clientCa && {
      ca: readFileSync(clientCa), requestCert: true, rejectUnauthorized: false,
    };
    return { cert: readFileSync(cert), key: readFileSync(key), ...asked, ...tls };
  }

  async start() {
    if (this.config.state) keepIn(this.config.state);
    const keys = keep('keys of the server', makeKeys);
    await new Promise((done, failed) => {
      this.server.once('error', failed);
      this.server.listen(this.config.port, '127.0.0.1', done);
    });
    const { port } = this.server.address();
    this.issuer = `https://${this.config.hostname}:${port}`;
    this.useKeys(await keys);
    say({ issuer: this.issuer, port });
  }

  useKeys(jwks) {
    this.jwks = jwks;
    this.provider = makeProvider(this.issuer, this.config, this.accounts, jwks);
    this.handle = this.provider.callback();
  }

  // keep: the old keys stay published, as an orderly provider would do it.
  async rotate(keep) {
    const fresh = await makeKeys();
    this.useKeys({ keys: keep ? [...fresh.keys, ...this.jwks.keys] : fresh.keys });
  }

  connected(socket) {
    if (this.faults.take('reset_connection', '*', 1)) {
      socket.resetAndDestroy();
      return;
    }
    const { remotePort } = socket;
    this.rawSockets.set(remotePort, socket);
    socket.on('close', () => this.rawSockets.delete(remotePort));
  }

  secured(socket) {
    const resumed = socket.isSessionReused();
    this.count += 1;
    const connection = { number: this.count, requests: 0, resumed };
    this.connections.set(socket, connection);
    this.log.event('tls', connection, { resumed, protocol: socket.getProtocol() });
    socket.on('close', () => this.log.event('close', connection));
    socket.on('error', () => {});
  }

  async request(req, res) {
    const connection = this.connections.get(req.socket);
    const path = req.url.split('?')[0];
    connection.requests += 1;
    const unanswered = this.log.request(req, res, connection);
    const nth = connection.requests;
    const slow = this.faults.take('delay', path, nth);
    if (slow) {
      this.log.event('held', connection, { path });
      await new Promise((done) => { setTimeout(done, slow.ms); });
      if (req.socket.destroyed) return; // nobody waits any more: no rule is used up for that
    }
    if (this.faults.take('reset', path, nth)) {
      unanswered();
      this.rawSockets.get(req.socket.remotePort)?.resetAndDestroy();
      return;
    }
    const failure = this.faults.take('fail', path, nth);
    if (failure) answerFault(failure, res);
    else if (path.startsWith('/interaction/')) interaction(this.provider, this.accounts, req, res);
    else this.handle(req, res);
  }
}

process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));

const [file, option] = process.argv.slice(2);
if (!file || (option && option !== '--no-stdin')) {
  process.stderr.write('usage: node server.mjs CONFIG.json [--no-stdin]\n');
  process.exit(2);
}
const idp = new Idp(readConfig(file));
await idp.start();
if (option !== '--no-stdin') readCommands(idp, process.stdin, say);
