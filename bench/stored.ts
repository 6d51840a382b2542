import { childrenCpuMs, cpuMs } from './cpu.ts';
import { median } from './figures.ts';
import { startBenchServer } from './server.ts';
import { heedOver } from './systems.ts';
import { type Findings, rounded } from './targets.ts';

/** Through sockets: so many customers, each of whom waits for `sent` before writing again, and what a message costs. */
export async function benchStored(options: { customers: number; seconds: number; rounds: number }): Promise<Findings> {
  const server = await startBenchServer();
  const system = await heedOver(server, { conversations: options.customers, agents: 0 });
  try {
    const rounds: Record<'perSecond' | 'p50' | 'p99' | 'node' | 'postgres', number>[] = [];
    for (let round = 0; round <= options.rounds; round++) {
      const before = { node: cpuMs(server.pid), postgres: childrenCpuMs(server.folder) };
      const { perSecond, p50, p99, messages } = await system.ask({ do: 'stored', seconds: options.seconds });
      const micros = (now: number, was: number) => ((now - was) * 1_000) / messages;
      const node = micros(cpuMs(server.pid), before.node);
      const postgres = micros(childrenCpuMs(server.folder), before.postgres);
      // The first round warms up.
      if (round > 0) rounds.push({ perSecond, p50, p99, node, postgres });
    }
    const of = (name: keyof (typeof rounds)[number]) => rounded(median(rounds.map((round) => round[name])));
    return {
      figures: {
        perSecond: of('perSecond'),
        p50Ms: of('p50'),
        p99Ms: of('p99'),
        // Time of processors per message: what limits, where their number is all there is.
        nodeMicros: of('node'),
        postgresMicros: of('postgres'),
      },
      targets: [],
    };
  } finally {
    await system.close();
  }
}
