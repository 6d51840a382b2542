import { setTimeout as sleep } from 'node:timers/promises';
import { LINKS } from './links.ts';
import type { Town } from './town.ts';

/** Long enough that everybody notices; and that everybody is back before the next. */
const LASTS_MS = 2_500;
const PAUSE_MS = 1_000;

/** One after the other while people write: everything that can go alone, and what can go together. */
const FAULTS = {
  'a node': ({ nodes }) => kill(nodes[0]),
  NATS: ({ nats }) => nats.kill(),
  'the link of a node to NATS': async ({ links }) => links.cut(1, 'nats'),
  'the link of a node to the database': async ({ links }) => links.cut(2, 'database'),
  'both links of a node': async ({ links }) => LINKS.map((link) => links.cut(0, link)),
  'one link here, the other there': async ({ links }) => [links.cut(0, 'nats'), links.cut(1, 'database')],
  'NATS and a node': ({ nats, nodes }) => Promise.all([nats.kill(), kill(nodes[1])]),
  'a node and a link to NATS': ({ links, nodes }) => Promise.all([kill(nodes[2]), links.cut(0, 'nats')]),
  'a node and a link to the database': ({ links, nodes }) => Promise.all([kill(nodes[0]), links.cut(1, 'database')]),
  'two nodes at once': ({ nodes }) => Promise.all([kill(nodes[0]), kill(nodes[2])]),
  'the database': async ({ cluster }) => {
    await cluster.primary.kill();
    await cluster.startPrimary();
  },
  'NATS and the database': async ({ nats, cluster }) => {
    await Promise.all([nats.kill(), cluster.primary.kill()]);
    await cluster.startPrimary();
  },
  all: async ({ nats, cluster, nodes }) => {
    await Promise.all([nats.kill(), cluster.primary.kill(), ...nodes.map(kill)]);
    await cluster.startPrimary();
  },
} satisfies Record<string, (town: Town) => Promise<unknown>>;

export type Fault = keyof typeof FAULTS;
export const ALL = Object.keys(FAULTS) as Fault[];

async function kill(node: Town['nodes'][number] | undefined): Promise<void> {
  await node?.kill();
}

/** Does them one after the other while people write; each is mended before the next. */
export async function storm(town: Town, faults: readonly Fault[], tell: (what: string) => void): Promise<void> {
  for (const what of faults) {
    await FAULTS[what](town);
    await sleep(LASTS_MS);
    await town.mend();
    tell(what);
    await sleep(PAUSE_MS);
  }
}
