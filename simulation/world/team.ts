import type { Hours } from '../../packages/server/src/domain/hours.ts';
import type { Chance } from './chance.ts';
import { type QueueSettings, type Team, usualQueue } from './house.ts';

export type { Team } from './house.ts';

/** Who there is, and how their queues work: as most do, or as the seed says. */
export function drawTeam(seed: Chance, settings: boolean): Team {
  const chance = seed.fork('team');
  const usual = [usualQueue('orders', 3), usualQueue('service', 2)];
  const queues = settings ? usual.map((queue) => drawQueue(queue, seed.fork(`settings of ${queue.id}`))) : usual;
  const agents: Team['agents'] = [
    { id: 'ann', isAdmin: false, roles: { orders: 'agent' } },
    { id: 'bob', isAdmin: false, roles: { orders: 'supervisor', service: 'agent' } },
    { id: 'cat', isAdmin: chance.is(0.3), roles: { service: 'agent' } },
  ];
  const inboxes = [
    { id: 'shop', queue: 'orders' },
    { id: 'help', queue: 'service' },
  ];
  const count = 2 + Math.floor(chance.next() * 3);
  const customers = Array.from({ length: count }, (_, i) => ({
    id: `customer${i + 1}`,
    name: `Customer ${i + 1}`,
    inbox: chance.is(0.7) ? 'shop' : 'help',
  }));
  return { queues, agents: agents.slice(0, 2 + Math.floor(chance.next() * 2)), inboxes, customers };
}

/** Hours of the only day that worlds have: they open and close while things go wrong, and after. */
const OPEN: [from: string, to: string][][] = [
  [['00:00', '00:01']],
  [['00:01', '24:00']],
  [
    ['00:00', '00:01'],
    ['00:02', '24:00'],
  ],
];

function drawQueue(queue: QueueSettings, chance: Chance): QueueSettings {
  const ms = (from: number, to: number) => Math.round(chance.between(from, to));
  const open = chance.is(0.4) ? chance.pick(OPEN) : undefined;
  const hours: Hours | null = open
    ? { zone: 'UTC', week: { mon: open, tue: [['00:00', '24:00']] }, holidays: [] }
    : null;
  return {
    ...queue,
    routing: chance.is(0.6) ? 'push' : 'take',
    capacity: 1 + Math.floor(chance.next() * 3),
    targets: {
      firstReplyMs: ms(3_000, 40_000),
      nextReplyMs: ms(3_000, 40_000),
      hours,
      returnAfterMs: chance.is(0.9) ? ms(1_000, 20_000) : null,
      tellAfterMs: chance.is(0.9) ? ms(1_000, 40_000) : null,
    },
  };
}

/** How long agents are waited for. */
export function drawGrace(seed: Chance): number {
  return Math.round(seed.fork('grace').between(13_000, 30_000));
}
