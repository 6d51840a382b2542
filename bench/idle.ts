import { startChild, startServer } from './child.ts';
import { childrenCpuMs, cpuMs } from './cpu.ts';
import { residentKb, startBenchServer } from './server.ts';
import { atMost, type Findings, rounded } from './targets.ts';

const SETTLE_MS = 8_000;
/** Every widget has had a beat by then. */
const WATCHED_MS = 30_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Widgets that are open and do nothing: memory of each beside a bare `ws`, and what their beats cost. */
export async function benchIdle(options: { widgets: number }): Promise<Findings> {
  const { widgets } = options;
  const bare = await startServer('bare.ts');
  const crowds = [startChild('crowd.ts'), startChild('crowd.ts')] as const;
  const server = await startBenchServer();
  const { url, key, agents } = server;
  const perWidget = async (pid: number, fill: () => Promise<unknown>) => {
    await pause(SETTLE_MS);
    const before = residentKb(pid);
    await fill();
    await pause(SETTLE_MS);
    return (residentKb(pid) - before) / widgets;
  };
  try {
    const bareUrl = `http://127.0.0.1:${bare.port}`;
    const bareKb = await perWidget(bare.pid, () => crowds[0].ask({ do: 'bare', url: bareUrl, count: widgets }));
    const heedKb = await perWidget(server.pid, () =>
      crowds[1].ask({ do: 'widgets', address: { url, key, agents }, count: widgets, begin: false }),
    );
    const before = [cpuMs(server.pid), childrenCpuMs(server.folder)] as const;
    await pause(WATCHED_MS);
    const percent = (now: number, was: number) => ((now - was) * 100) / WATCHED_MS;
    const node = percent(cpuMs(server.pid), before[0]);
    const postgres = percent(childrenCpuMs(server.folder), before[1]);
    return {
      figures: {
        widgets,
        bareKb: rounded(bareKb),
        heedKb: rounded(heedKb),
        nodePercentOfCore: rounded(node),
        postgresPercentOfCore: rounded(postgres),
      },
      targets: [
        atMost('idle: KB a widget above a bare ws', rounded(heedKb - bareKb), 4),
        atMost(`idle: ${widgets} widgets with their beats, percent of a core`, rounded(node), 5),
      ],
    };
  } finally {
    for (const crowd of crowds) crowd.kill();
    bare.kill();
    await server.stop();
  }
}
