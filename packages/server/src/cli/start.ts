import { rmSync, writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { HeedError, sentenceOf } from '../errors.ts';
import { startServer } from '../main.ts';
import { readCommandLine } from './command-line.ts';

/** Longer than a server needs to end in order, once its terminals are gone; then it ends however things stand. */
const CLOSE_MS = 20_000;

/** `heed start`: runs the server until it is told to end. */
export async function run(argv: readonly string[]): Promise<number> {
  const { config, words } = readCommandLine(argv);
  if (words.length > 0)
    throw new HeedError('bad_command', `After start come flags only; you typed ${JSON.stringify(words.join(' '))}.`);
  const told = untilTold();
  const server = await startServer(config);
  if (config.pidFile !== undefined) writeFileSync(config.pidFile, `${process.pid}\n`);
  // Not only at the end: one that is killed should find it too.
  flushCompileCache();
  const signal = await told;
  setTimeout(endNow, CLOSE_MS + config.drainMs + config.leaveMs).unref();
  try {
    await server.close();
    return 0;
  } catch (thrown) {
    process.stderr.write(`While ending after ${signal}: ${sentenceOf(thrown)}\n`);
    return 1;
  } finally {
    if (config.pidFile !== undefined) rmSync(config.pidFile, { force: true });
  }
}

function endNow(): void {
  process.stderr.write('The server did not end in time, so it is ended now; nothing that was stored is lost.\n');
  process.exit(1);
}

/** Resolves at the first SIGINT or SIGTERM; another one after a second ends the process at once. */
function untilTold(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const told = (signal: NodeJS.Signals): void => {
      firstAt ??= Date.now();
      // Ctrl-C reaches us twice under npm: from the terminal and passed on by the processes above us.
      if (Date.now() - firstAt > 1_000) process.exit(1);
      resolve(signal);
    };
    process.on('SIGINT', told);
    process.on('SIGTERM', told);
  });
}
