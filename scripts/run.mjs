// Runs the command line on the project's Node, in the foreground, as if it were this process.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { environment, fail, root } from './ensure.mjs';
import { nodeFlags } from './node-flags.mjs';

/** Runs `heed ARGS` and ends as it ends. */
export function runHeed(node, args) {
  const child = spawn(node, [...nodeFlags, join(root, 'packages/server/src/cli/main.ts'), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: environment({ INIT_CWD: process.env.INIT_CWD ?? process.cwd() }),
  });
  child.on('error', (error) => fail(`Node 24 could not be run (${error.message}).`));
  // A terminal signals the whole group, so the child may hear the same twice; it takes that for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
