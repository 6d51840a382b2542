import { startChild } from './child.ts';
import type { Recovered } from './crowd.ts';
import { transactionsOf } from './database.ts';
import { startBenchServer } from './server.ts';
import { atMost, type Findings, rounded } from './targets.ts';

/** What connections have done is counted a little later. */
const COUNTED_MS = 2_000;
/** Until the crowds know that they are to be cut off. */
const LISTENS_MS = 500;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The node is killed under so many terminals and started anew: until the last of them is in step, and what that asked of the database. */
export async function benchRecovery(options: { widgets: number; desks: number; rounds: number }): Promise<Findings> {
  const server = await startBenchServer(1);
  const [widgets, desks] = [startChild('crowd.ts'), startChild('crowd.ts')];
  const address = { url: server.url, key: server.key, agents: server.agents };
  try {
    await widgets.ask({ do: 'widgets', address, count: options.widgets, begin: true });
    const { queues } = await desks.ask<{ queues: string[] }>({ do: 'desks', address, count: 1, streams: [] });
    const streams = queues.map((id) => `list/open:${id}`);
    await desks.ask({ do: 'desks', address, count: options.desks - 1, streams });
    const rounds: (Recovered & { downMs: number; queries: number })[] = [];
    for (let round = 0; round < options.rounds; round++) rounds.push(await cut());
    const worst = rounds.reduce((a, b) => (a.longest > b.longest ? a : b));
    const terminals = options.widgets + options.desks;
    return {
      figures: {
        terminals,
        rounds: rounds.map(({ longest, p50, p99, downMs, queries, dials }) => ({
          inStepMs: Math.round(longest),
          p50Ms: Math.round(p50),
          p99Ms: Math.round(p99),
          serverDownMs: Math.round(downMs),
          queries: Math.round(queries),
          dials,
        })),
      },
      targets: [
        atMost(`recovery: s until ${terminals} terminals are in step`, rounded(worst.longest / 1_000), 10, 5),
        atMost('recovery: queries for each terminal', rounded(worst.queries / terminals, 2), 0.1),
      ],
    };
  } finally {
    widgets.kill();
    desks.kill();
    await server.stop();
  }

  async function cut(): Promise<Recovered & { downMs: number; queries: number }> {
    await pause(COUNTED_MS);
    const before = await transactionsOf(server.folder);
    const recovered = Promise.all([widgets, desks].map((crowd) => crowd.ask<Recovered>({ do: 'recover' })));
    await pause(LISTENS_MS);
    const downMs = await server.restart();
    const both = await recovered;
    await pause(COUNTED_MS);
    const queries = (await transactionsOf(server.folder)) - before;
    const most = (of: (each: Recovered) => number) => Math.max(...both.map(of));
    return {
      terminals: both.reduce((sum, each) => sum + each.terminals, 0),
      p50: most(({ p50 }) => p50),
      p99: most(({ p99 }) => p99),
      longest: most(({ longest }) => longest),
      dials: both.reduce((sum, each) => sum + each.dials, 0),
      downMs,
      queries,
    };
  }
}
