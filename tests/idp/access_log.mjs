// SPDX-License-Identifier: BSD-2-Clause
// The access log: one JSON object per line, never a query, body, code or token.

import { closeSync, openSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

// Seconds since the epoch with microseconds, on a clock that never steps.
function now() {
  return (performance.timeOrigin + performance.now()) / 1000;
}

function round(seconds) {
  return Number(seconds.toFixed(6));
}

// Paths that hold the id of somebody's interaction are cut there.
function publicPath(url) {
  return url.split('?')[0].replace(/^(\/device|\/interaction)\/(?!auth$).*/, '$1/...');
}

export class AccessLog {
  constructor(file) {
    this.fd = file ? openSync(file, 'a', 0o600) : undefined;
  }

  write(entry) {
    if (this.fd === undefined) return;
    writeSync(this.fd, `${JSON.stringify(entry)}\n`);
  }

  event(name, connection, more = {}) {
    this.write({
      event: name, time: round(now()), connection: connection.number, ...more,
    });
  }

  // The line is written just before the answer ends, so whoever has read the
  // answer finds the line in the file. Status 0: no answer was sent.
  request(req, res, connection) {
    const start = now();
    let written = false;
    const write = (status) => {
      if (written) return;
      written = true;
      this.write({
        event: 'request',
        time: round(start),
        duration: round(now() - start),
        method: req.method,
        path: publicPath(req.url),
        status,
        connection: connection.number,
        nth: connection.requests,
        resumed: connection.resumed,
      });
    };
    const end = res.end.bind(res);
    res.end = (...args) => {
      write(res.statusCode);
      return end(...args);
    };
    res.on('close', () => write(0));
    return () => write(0);
  }

  close() {
    if (this.fd !== undefined) closeSync(this.fd);
  }
}
