import type { Customer } from '@heed/protocol';
import { Directory } from '../../packages/server/src/store/directory.ts';
import type { LogStretch, Reading } from '../../packages/server/src/store/reading.ts';
import { type ReadLimits, Streams } from '../../packages/server/src/store/streams.ts';
import { FIRST_EPOCH, headOf, type Log, NOW } from './log.ts';

const CUSTOMER: Customer = {
  id: 'cy',
  name: 'Cy',
  email: null,
  verified: false,
  language: null,
  device: null,
  attributes: {},
  createdAt: NOW,
  lastHeardAt: null,
  visits: [],
  past: [],
};

/** The port of reads over one log that never changes. */
function readingOf(log: Log): Reading {
  const { items } = log;
  const stretch = (edge: string | null, some: LogStretch['items']): LogStretch => ({
    head: headOf(log),
    birth: FIRST_EPOCH,
    edge,
    items: some,
  });
  return {
    heads: async (names) => new Map(names.map((s) => [s, headOf(log)])),
    access: async () => new Map(),
    after: async (_s, n, limit) => stretch(items[n - 1]?.h ?? null, items.slice(n, n + limit)),
    before: async (_s, n, limit) => stretch(null, items.slice(Math.max(0, n - 1 - limit), n - 1)),
    listAfter: async () => undefined,
    snapshot: async (_s, limit) => ({
      head: headOf(log),
      birth: FIRST_EPOCH,
      items: items.slice(-limit),
      state: log.conversation.state,
      lastHolder: log.conversation.lastHolder,
      customer: CUSTOMER,
    }),
    birth: async () => FIRST_EPOCH,
    places: async () => new Map(),
    paces: async () => new Map(),
    reads: async () => [],
  };
}

const nobody = new Directory({
  version: async () => 0,
  contents: () => Promise.reject(new Error('a small world has no team to read')),
});

/** The server's own reading of a log in an epoch. */
export function streamsOf(log: Log, epoch: string, limits: ReadLimits): Streams {
  return new Streams(readingOf(log), () => epoch, limits, nobody);
}
