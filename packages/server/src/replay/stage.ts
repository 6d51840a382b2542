import type pg from 'pg';
import { ulid } from 'ulid';
import type { Config } from '../config.ts';
import { HeedError } from '../errors.ts';
import { freePort } from '../http/free-port.ts';
import type { Log } from '../log.ts';
import { startServer } from '../main.ts';
import { addAgent, addInbox, addQueue } from '../store/team.ts';

/** Where a play takes place: a server, and a queue, an inbox and agents of its own. */
export interface Stage {
  url: string;
  /** Whether the server was running already. */
  isForeign: boolean;
  queue: string;
  inbox: { id: string; key: string };
  agents: { id: string; email: string; password: string }[];
  close(): Promise<void>;
}

/** Sets the stage: the server named, or one that runs on this data folder, or one of our own. */
export async function openStage(
  pool: pg.Pool,
  config: Config,
  options: { url: string | undefined; agents: number; log: Log },
): Promise<Stage> {
  const running = await findServer(pool, config, options.url);
  const own = running === undefined ? await startServer(await ownConfig(config), options.log) : undefined;
  const team = await makeTeam(pool, options.agents);
  return {
    url: running ?? own?.address ?? '',
    isForeign: own === undefined,
    ...team,
    close: async () => own?.close(),
  };
}

/** No limits on one sender's pace, since here one address is everybody; no demo company, since nobody looks. */
async function ownConfig(config: Config): Promise<Config> {
  const { publicUrl: _, ...rest } = config;
  return { ...rest, publicUrl: undefined, host: '127.0.0.1', port: await freePort(), demo: false, rates: false };
}

/** A server on the same database as ours: the play makes its team there, and the judge looks there. */
async function findServer(pool: pg.Pool, config: Config, named: string | undefined): Promise<string | undefined> {
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host;
  const url = named ?? `http://${host}:${config.port}`;
  const epoch = await epochAt(url);
  const { rows } = await pool.query<{ epoch: string }>('SELECT epoch FROM lineage ORDER BY begun_at DESC LIMIT 1');
  if (epoch === rows[0]?.epoch) return url.replace(/\/$/, '');
  if (named === undefined) return undefined;
  if (epoch === undefined) throw new HeedError('server_not_found', `No Heed server answers at ${named}.`);
  throw new HeedError(
    'server_elsewhere',
    `The server at ${named} works on another database; name its data folder or its DATABASE_URL here too.`,
  );
}

async function epochAt(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url.replace(/\/$/, '')}/health/ready`, { signal: AbortSignal.timeout(3_000) });
    const { epoch } = (await answer.json()) as { epoch?: string };
    return epoch;
  } catch (thrown) {
    // Nothing that listens there, or something that is not ours.
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
}

/** Names of this play alone, so that it can be played again on the same data folder. */
async function makeTeam(pool: pg.Pool, count: number): Promise<Pick<Stage, 'queue' | 'inbox' | 'agents'>> {
  const play = ulid().slice(-10).toLowerCase();
  const queue = await addQueue(pool, { name: `Replay ${play}` });
  const inbox = await addInbox(pool, { name: `Replay ${play}`, queue: queue.id });
  const agents: Stage['agents'] = [];
  for (let place = 1; place <= count; place++) {
    const email = `agent-${place}.${play}@replay.example`;
    const password = ulid();
    const { id } = await addAgent(pool, { email, password, name: `Agent ${place}`, role: 'agent', queues: [queue.id] });
    agents.push({ id, email, password });
  }
  return { queue: queue.id, inbox: { id: inbox.id, key: inbox.key }, agents };
}
