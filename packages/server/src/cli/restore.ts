import { restore } from '../backup/restore.ts';
import { HeedError } from '../errors.ts';
import type { Log } from '../log.ts';
import { verifyDatabase } from '../verify/verify.ts';
import { readCommandLine, userPath } from './command-line.ts';
import { commandLog, print } from './output.ts';
import { withDatabase } from './with-database.ts';

/** A restore ends all other connections, the command's own among them; that they are lost is no news. */
const quiet: Log = { ...commandLog, warn: () => undefined };

/** `heed restore --from FILE` */
export async function run(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv, { from: { type: 'string' }, replace: { type: 'boolean' } });
  if (line.words.length > 0)
    throw new HeedError('bad_command', 'After restore comes --from FILE, perhaps --replace, and nothing else.');
  const file = userPath(line.need('from'));
  const { done, verdict } = await withDatabase(
    line.config,
    async ({ pool, connection }) => {
      const restored = await restore(connection, file, { replace: line.has('replace') });
      return { done: restored, verdict: await verifyDatabase(pool) };
    },
    quiet,
  );
  const ok = verdict.wrong === 0;
  const { conversation = 0, item = 0 } = done.tables;
  print(line.json, { ok, file, ...done, verdict }, [
    `Restored ${conversation} conversations with ${item} items, as they were at ${done.of.at}; the epoch ${done.epoch} begins.`,
    ...verdict.findings.map(({ code, stream, n, sentence }) => `${code}  ${stream} ${n}: ${sentence}`),
    ok
      ? 'Everything that can be recomputed is right.'
      : `${verdict.wrong} things are wrong with it; see "heed verify".`,
  ]);
  return ok ? 0 : 1;
}
