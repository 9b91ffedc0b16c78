// SPDX-License-Identifier: BSD-2-Clause
// Commands on stdin, one JSON object per line; each gets one line on stdout.

import process from 'node:process';
import readline from 'node:readline';

const COMMANDS = {
  ping: () => undefined,
  rotate: (idp, { keep }) => idp.rotate(Boolean(keep)),
  fail: (idp, rule) => idp.faults.add({ kind: 'fail', ...rule }),
  reset: (idp, rule) => idp.faults.add({ kind: 'reset', ...rule }),
  reset_connection: (idp, rule) => idp.faults.add({ kind: 'reset_connection', ...rule }),
  delay: (idp, rule) => idp.faults.add({ kind: 'delay', ...rule }),
  close_idle: (idp) => idp.server.closeIdleConnections(),
  clear: (idp) => idp.faults.clear(),
};

async function run(idp, line) {
  const { cmd, ...options } = JSON.parse(line);
  if (!Object.hasOwn(COMMANDS, cmd)) throw new Error(`unknown command ${cmd}`);
  await COMMANDS[cmd](idp, options);
}

// The end of stdin means that the parent is gone: nobody would stop us later.
export function readCommands(idp, input, say) {
  const lines = readline.createInterface({ input });
  let last = Promise.resolve();
  lines.on('line', (line) => {
    last = last.then(() => run(idp, line))
      .then(() => say({ ok: true }), (err) => say({ ok: false, error: err.message }));
  });
  lines.on('close', () => process.exit(0));
}
