import { startChild } from './child.ts';
import { residentKb, startBenchServer } from './server.ts';
import { heedOver } from './systems.ts';
import { atMost, type Findings, rounded } from './targets.ts';

/** Above this it is no longer told how full a window is, but that the server does not keep up. */
const COLLAPSED_MS = 5_000;
/** How much a node may grow by what it has to hold for those who do not keep up (CON4). */
const GROWN_MB = 300;

export interface HotOptions {
  /** One conversation: so many messages a second, until it has so many. */
  perSecond: number;
  messages: number;
  /** One queue: so many wait, so many terminals watch it, so many messages a second. */
  waiting: number;
  watchers: number;
  queuePerSecond: number;
  seconds: number;
}

/** One conversation in which everybody writes, and one queue on which everybody looks; what is too much is put off (CON6). */
export async function benchHot(options: HotOptions): Promise<Findings> {
  const conversation = await hotConversation(options);
  const queue = await hotQueue(options);
  return {
    figures: { conversation, queue },
    targets: [
      atMost(`hot conversation, ${options.perSecond} messages/s: p99 in ms`, conversation.p99Ms, COLLAPSED_MS),
      atMost('hot conversation: MB that the node grew', conversation.grownMb, GROWN_MB),
      atMost(`a chat of ${options.messages} messages opened: p99 in ms`, conversation.openP99Ms, 50),
      atMost(`hot queue, ${options.watchers} watchers: p99 in ms`, queue.p99Ms, COLLAPSED_MS),
      atMost('hot queue: MB that the node grew', queue.grownMb, GROWN_MB),
    ],
  };
}

async function hotConversation({ perSecond, messages }: HotOptions) {
  const server = await startBenchServer(10);
  const system = await heedOver(server, { conversations: 1, agents: 10, everybody: true });
  const desks = startChild('crowd.ts');
  try {
    const before = residentKb(server.pid);
    const figures = await system.ask({ do: 'rate', perSecond, seconds: Math.ceil(messages / perSecond) });
    const grownMb = (residentKb(server.pid) - before) / 1024;
    const { streams } = await system.ask<{ streams: string[] }>({ do: 'streams' });
    await desks.ask({ do: 'desks', address: server, count: 4, streams: [] });
    const again = Array.from({ length: 200 }, () => streams[0] ?? '');
    const opened = await desks.ask<{ p50: number; p99: number }>({ do: 'open', streams: again, atOnce: 4 });
    return {
      putOff: figures.refused ?? 0,
      unshown: figures.unshown ?? 0,
      p50Ms: rounded(figures.p50),
      p99Ms: rounded(figures.p99),
      grownMb: rounded(grownMb),
      openP50Ms: rounded(opened.p50),
      openP99Ms: rounded(opened.p99),
    };
  } finally {
    desks.kill();
    await system.close();
  }
}

async function hotQueue({ waiting, watchers, queuePerSecond, seconds }: HotOptions) {
  const server = await startBenchServer(10);
  const system = await heedOver(server, { conversations: waiting, agents: 10, watchLists: watchers / 10 });
  try {
    const before = residentKb(server.pid);
    const figures = await system.ask({ do: 'rate', perSecond: queuePerSecond, seconds });
    return {
      waiting,
      watchers,
      putOff: figures.refused ?? 0,
      unshown: figures.unshown ?? 0,
      p50Ms: rounded(figures.p50),
      p99Ms: rounded(figures.p99),
      grownMb: rounded((residentKb(server.pid) - before) / 1024),
    };
  } finally {
    await system.close();
  }
}
