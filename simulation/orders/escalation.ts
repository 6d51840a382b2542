import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { freePort } from '../../packages/server/src/http/free-port.ts';
import { seeded } from '../../packages/server/src/replay/random.ts';
import { verifyDatabase } from '../../packages/server/src/verify/verify.ts';
import { Stage } from './stage.ts';

const cli = join(import.meta.dirname, '../../packages/server/src/cli/main.ts');
const TARGET_MS = 4_000;
const STEPS_MS = 3_000;
const REST_MS = 60_000;
/** They come in waves, so that steps are due for as long as it takes to kill often. */
const WAVE = 5;
const WAVE_MS = 2_000;
/** A look at what is due comes within a second of it. */
const LOOK_MS = 1_000;

/** What became of the clocks. */
export interface Escalated {
  clocks: number;
  kills: number;
  steps: number;
  failures: string[];
}

/**
 * CLK3: so many clocks that climb to the end, two nodes as processes of their own, one or the other killed with -9
 * again and again while steps are due: each step is there once.
 */
export async function escalate(connection: ClientConfig, clocks: number, seed: number): Promise<Escalated> {
  const stage = await Stage.build(connection, {
    firstReplyMs: TARGET_MS,
    returnAfterMs: STEPS_MS,
    tellAfterMs: 2 * STEPS_MS,
  });
  const random = seeded(seed);
  const folder = mkdtempSync(join(tmpdir(), 'heed-orders-'));
  const nodes = await Promise.all([1, 2].map((n) => NodeProcess.start(connection, folder, n)));
  let kills = 0;
  try {
    await attend(stage);
    let arrived = 0;
    const arriving = (async () => {
      for (; arrived < clocks; arrived += WAVE) {
        const wave = Math.min(WAVE, clocks - arrived);
        await stage.arrive(0, wave);
        await hold(stage, arrived, Math.floor(wave / 2));
        await sleep(WAVE_MS);
      }
    })();
    const deadline = Date.now() + REST_MS + (clocks / WAVE) * WAVE_MS;
    while ((arrived < clocks || (await climbing(stage)) > 0) && Date.now() < deadline) {
      await sleep((await untilDue(stage)) + random() * LOOK_MS);
      const chosen = Math.floor(random() * nodes.length);
      const victim = nodes[chosen];
      if (!victim) continue;
      await victim.kill();
      kills++;
      nodes[chosen] = await NodeProcess.start(connection, folder, chosen + 1);
    }
    await arriving;
    const { steps, failures } = await judge(stage, clocks);
    return { clocks, kills, steps, failures };
  } finally {
    for (const node of nodes) await node.kill();
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The agents are there, as far as anybody knows: what goes back goes back for being overdue. */
async function attend(stage: Stage): Promise<void> {
  await stage.pool.query(
    `INSERT INTO presence (agent, state, heard_at, signed_in_at)
     SELECT id, 'taking', clock_timestamp() + interval '1 hour', clock_timestamp() FROM unnest($1::text[]) AS u(id)`,
    [stage.agents],
  );
}

/** About half of them are with agents, who answer nothing. */
async function hold(stage: Stage, from: number, count: number): Promise<void> {
  const queue = stage.queues[0] as string;
  const take = (i: number) => {
    const who = stage.who(stage.agents[i % stage.agents.length] as string);
    return stage.node.submit({ do: 'take', who, id: `take-${i}`, queue });
  };
  await Promise.all(Array.from({ length: count }, (_, i) => take(from + i)));
}

/** How long until the next step is due: the worst moment to be killed is just after. */
async function untilDue({ pool }: Stage): Promise<number> {
  const { rows } = await pool.query<{ ms: number | null }>(
    `SELECT (extract(epoch FROM min(next_step_at) - clock_timestamp()) * 1000)::float8 AS ms
       FROM conversation WHERE next_step_at > clock_timestamp()`,
  );
  return Math.min(WAVE_MS, rows[0]?.ms ?? 0);
}

async function climbing({ pool }: Stage): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int FROM conversation WHERE NOT told');
  return rows[0]?.count ?? 0;
}

async function judge(stage: Stage, clocks: number): Promise<{ steps: number; failures: string[] }> {
  const { rows } = await stage.pool.query<{ stream: string; did: string[]; held: boolean; priority: number }>(
    `SELECT i.stream, array_agg(i.kind || ' ' || (b.json::json->>'reason') ORDER BY i.n) AS did, max(c.priority) AS priority,
            bool_or(i.kind = 'escalated' AND b.json::json->>'reason' = 'return' AND b.json::json->>'from' LIKE 'agent:%') AS held
       FROM item i JOIN body b USING (stream, n) JOIN conversation c ON i.stream = 'conversation/' || c.id
      WHERE i.kind IN ('escalated', 'returned') GROUP BY i.stream`,
  );
  const failures = rows.flatMap(({ stream, did, held, priority }) => {
    const expected = ['escalated remind', 'escalated return', ...(held ? ['returned overdue'] : []), 'escalated tell'];
    return did.join() === expected.join() && priority === 1 ? [] : [`${stream}: ${did.join()}, priority ${priority}`];
  });
  if (rows.length !== clocks) failures.push(`${rows.length} of ${clocks} clocks climbed`);
  const { findings } = await verifyDatabase(stage.pool);
  failures.push(...findings.map((finding) => `verify: ${JSON.stringify(finding)}`));
  const steps = rows.flatMap(({ did }) => did.filter((each) => each.startsWith('escalated'))).length;
  return { steps, failures };
}

/** A node as a process of its own. */
class NodeProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(connection: ClientConfig, folder: string, number: number): Promise<NodeProcess> {
    const { host = '', port = 0, user = '', password, database = '' } = connection;
    const url = `postgresql://${user}:${password}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`;
    const listening = await freePort();
    const flags = {
      port: String(listening),
      demo: 'off',
      log: 'warn',
      data: folder,
      'witness-file': join(folder, `witness-${number}.json`),
    };
    const words = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
    const env = { ...process.env, DATABASE_URL: url };
    const child = spawn(process.execPath, [cli, 'start', ...words], { stdio: ['ignore', 'ignore', 'inherit'], env });
    for (let tries = 0; tries < 400; tries++) {
      const answer = await fetch(`http://127.0.0.1:${listening}/health/ready`).catch(() => undefined);
      if (answer?.ok) return new NodeProcess(child);
      if (child.exitCode !== null) break;
      await sleep(25);
    }
    child.kill('SIGKILL');
    throw new Error('a node did not start');
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  /** kill -9: nothing is said to anybody. */
  async kill(): Promise<void> {
    if (this.pid === undefined) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}
