import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import type pg from 'pg';
import type { Config } from '../config.ts';
import { openDatabase } from '../database/connect.ts';
import { schemaState } from '../database/migrate.ts';
import { sentenceOf } from '../errors.ts';
import { readCommandLine } from './command-line.ts';
import { commandLog, print } from './output.ts';

/** What one check found. */
interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly sentence: string;
}

const leastDiskBytes = 1_000_000_000;
const largestClockDifferenceMs = 1_000;

/** `heed doctor`: a line for each thing that a start needs; ends with 1 if anything is bad. */
export async function run(argv: readonly string[]): Promise<number> {
  const { config, json } = readCommandLine(argv);
  const findings = [
    checkNode(),
    checkFolder(config),
    checkDisk(config),
    await checkPort(config),
    ...(await checkDatabase(config)),
  ];
  const ok = findings.every((each) => each.ok);
  const lines = findings.map((each) => `${each.ok ? 'ok ' : 'BAD'}  ${each.check}: ${each.sentence}`);
  print(json, { ok, findings }, lines);
  return ok ? 0 : 1;
}

function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const sentence = `Node ${process.versions.node} (24 is needed).`;
  return { check: 'node', ok: major >= 24, sentence };
}

function checkFolder({ data }: Config): Finding {
  try {
    mkdirSync(data, { recursive: true });
    accessSync(data, constants.R_OK | constants.W_OK | constants.X_OK);
    return { check: 'data', ok: true, sentence: `${data} can be written.` };
  } catch (thrown) {
    return { check: 'data', ok: false, sentence: `${data} cannot be written: ${sentenceOf(thrown)}.` };
  }
}

function checkDisk({ data }: Config): Finding {
  if (!existsSync(data)) return { check: 'disk', ok: false, sentence: 'There is no data folder to look at.' };
  const { bavail, bsize } = statfsSync(data);
  const free = bavail * bsize;
  return {
    check: 'disk',
    ok: free >= leastDiskBytes,
    sentence: `${(free / 1e9).toFixed(1)} GB free (at least 1 GB should be).`,
  };
}

async function checkPort({ host, port }: Config): Promise<Finding> {
  if (port === 0) return { check: 'port', ok: true, sentence: 'The system will choose one.' };
  const problem = await listenOnce(host, port);
  if (problem === undefined) return { check: 'port', ok: true, sentence: `${host}:${port} is free.` };
  if (problem.code === 'EADDRINUSE' && (await isHeed(host, port))) {
    return { check: 'port', ok: true, sentence: `A Heed server runs on ${host}:${port}.` };
  }
  return { check: 'port', ok: false, sentence: `${host}:${port} cannot be used: ${problem.message}.` };
}

function listenOnce(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

async function isHeed(host: string, port: number): Promise<boolean> {
  const local = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  try {
    const response = await fetch(`http://${local}:${port}/health/live`, { signal: AbortSignal.timeout(2_000) });
    return response.ok;
  } catch (thrown) {
    if (thrown instanceof Error) return false;
    throw thrown;
  }
}

async function checkDatabase(config: Config): Promise<readonly Finding[]> {
  try {
    const database = await openDatabase(config, commandLog);
    try {
      const about = await askServer(database.pool);
      const reached: Finding = {
        check: 'database',
        ok: true,
        sentence: `PostgreSQL ${about.version}, ${database.mode}.`,
      };
      return [reached, durability(about), role(about), clock(about), await schema(database.pool)];
    } finally {
      await database.close();
    }
  } catch (thrown) {
    return [{ check: 'database', ok: false, sentence: sentenceOf(thrown) }];
  }
}

interface ServerFacts {
  readonly version: string;
  readonly fsync: string;
  readonly commit: string;
  readonly pages: string;
  readonly superuser: boolean;
  readonly differenceMs: number;
}

async function askServer(pool: pg.Pool): Promise<ServerFacts> {
  // A connection that is open already, so that the answer's way is all that adds to the clocks' difference.
  await pool.query('SELECT 1');
  const before = Date.now();
  const { rows } = await pool.query(
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
            current_setting('synchronous_commit') AS commit, current_setting('full_page_writes') AS pages,
            (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser, clock_timestamp() AS now`,
  );
  const middle = (before + Date.now()) / 2;
  return { ...rows[0], differenceMs: Math.round(rows[0].now.getTime() - middle) };
}

function durability({ fsync, commit, pages }: ServerFacts): Finding {
  const ok = fsync === 'on' && pages === 'on' && commit !== 'off';
  return {
    check: 'durability',
    ok,
    sentence: `fsync ${fsync}, full_page_writes ${pages}, synchronous_commit ${commit}.`,
  };
}

function role({ superuser }: ServerFacts): Finding {
  const sentence = superuser
    ? 'The role is a superuser, whom no rule of the tables binds; use an ordinary one.'
    : 'The role is an ordinary one.';
  return { check: 'role', ok: !superuser, sentence };
}

function clock({ differenceMs }: ServerFacts): Finding {
  const sentence = `The clock of the database differs from this machine's by ${differenceMs} ms.`;
  return { check: 'clock', ok: Math.abs(differenceMs) <= largestClockDifferenceMs, sentence };
}

async function schema(pool: pg.Pool): Promise<Finding> {
  try {
    const { at, latest } = await schemaState(pool);
    const sentence =
      at === latest
        ? `The schema is at ${at}, as the program wants it.`
        : `The schema is at ${at}, the program wants ${latest}; start or migrate.`;
    // An older schema is what a start brings up to date by itself.
    return { check: 'schema', ok: true, sentence };
  } catch (thrown) {
    return { check: 'schema', ok: false, sentence: sentenceOf(thrown) };
  }
}
