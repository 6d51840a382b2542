import { setTimeout as sleep } from 'node:timers/promises';
import { unseen } from '@heed/client';
import type { Stream } from '@heed/protocol';
import pg from 'pg';
import { Customer } from '../../packages/server/src/replay/customer.ts';
import { Desk } from '../../packages/server/src/replay/desk.ts';
import { type Random, seeded } from '../../packages/server/src/replay/random.ts';
import { addAgent, addInbox, addQueue } from '../../packages/server/src/store/team.ts';
import { Installation } from '../real/installation.ts';
import { Postgres } from '../real/postgres.ts';

/** What races came to. */
export interface Races {
  races: number;
  replies: number;
  held: number;
  failures: string[];
}

const LANES = 10;
const DWELL_MS = 60;
const CROSSING_MS = 8;
const STUCK_MS = 30_000;
const PASSWORD = 'correct horse battery';
const silent = {
  frame: () => undefined,
  pressed: () => undefined,
  cast: () => undefined,
  close: async () => undefined,
};

/** GRD2: a reply, and up to which number its author had been shown everything when they pressed. */
interface Reply {
  id: string;
  terminal: string;
  s: Stream;
  shown: number;
}

/**
 * Customers and agents, and agents among themselves, press at the same instant over real sockets, again and again: what
 * was written blindly is held with its words, and no reply is stored above something that its author was not shown.
 */
export async function race(count: number, seed: number): Promise<Races> {
  const installation = new Installation();
  const closers: (() => Promise<unknown>)[] = [() => installation.remove()];
  try {
    await installation.start('--demo', 'off', '--grace-ms', '3600000');
    const pool = new pg.Pool({ ...new Postgres(installation.data).connection, max: 3 });
    closers.push(() => pool.end());
    const { id: queue } = await addQueue(pool, { name: 'Races' });
    const inbox = await addInbox(pool, { name: 'Races', queue });
    const place = { url: installation.address, queue, dwellMs: DWELL_MS, recorder: silent };
    const lanes: Lane[] = [];
    for (let i = 0; i < Math.min(LANES, count); i++) {
      const desks: Desk[] = [];
      for (const name of [`a${i}`, `b${i}`]) {
        const person = { name, email: `${name}@races.example`, password: PASSWORD };
        await addAgent(pool, { ...person, role: 'agent', queues: ['Races'] });
        desks.push(await Desk.signIn({ ...place, inbox: inbox.id, terminal: `desk-${name}` }, person));
      }
      const customer = await Customer.arrive({ ...place, inbox: inbox.key, terminal: `page-${i}` });
      for (const { client } of [...desks, customer]) closers.push(() => client.close());
      lanes.push(await Lane.open(customer, desks, queue, seeded(seed * 1_000 + i)));
    }
    const failures: string[] = [];
    const run = async (lane: Lane, at: number) => {
      for (let i = at; i < count; i += lanes.length) await lane.race(i % 2 === 0 ? 'customer' : 'agent');
    };
    await Promise.all(lanes.map((lane, at) => run(lane, at).catch((error) => failures.push(String(error)))));
    const replies = lanes.flatMap((lane) => lane.replies);
    failures.push(...lanes.flatMap((lane) => lane.failures), ...(await blind(pool, replies)));
    return { races: count, replies: replies.length, held: lanes.reduce((sum, { held }) => sum + held, 0), failures };
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

/** One conversation, its customer, and two agents who have it open. */
class Lane {
  readonly #customer: Customer;
  readonly #desks: readonly Desk[];
  readonly #chat: Stream;
  readonly #s: Stream;
  readonly #random: Random;
  readonly replies: Reply[] = [];
  readonly failures: string[] = [];
  held = 0;
  #words = 0;

  private constructor(customer: Customer, desks: readonly Desk[], chat: Stream, random: Random) {
    this.#customer = customer;
    this.#desks = desks;
    this.#chat = chat;
    this.#s = chat.replace('chat/', 'conversation/') as Stream;
    this.#random = random;
  }

  static async open(customer: Customer, desks: readonly Desk[], queue: string, random: Random): Promise<Lane> {
    const { s } = await customer.begin('Good morning');
    const lane = new Lane(customer, desks, await s, random);
    const answer = await desks[0]?.client.take(queue);
    if (!answer?.ok || answer.s !== lane.#s) throw new Error('the lane is not with its agent');
    for (const desk of desks) desk.open(lane.#s);
    return lane;
  }

  /** Everybody has seen everything; then two press at once, in whatever order. */
  async race(against: 'customer' | 'agent'): Promise<void> {
    await this.#calm();
    const [one, other] = this.#desks as [Desk, Desk];
    const pressed: { desk: Desk; reply: Reply; text: string }[] = [];
    const reply = (desk: Desk) => () => {
      const text = `Reply ${++this.#words} of ${desk.terminal}`;
      const shown = desk.client.state.replicas.get(this.#s)?.at?.n ?? 0;
      pressed.push({
        desk,
        text,
        reply: { id: desk.reply(this.#s, text, false), terminal: desk.terminal, s: this.#s, shown },
      });
    };
    const write = () => {
      this.#customer.client.press({ s: this.#chat, kind: 'message', body: { text: `Question ${++this.#words}` } });
    };
    const presses = [reply(one), against === 'customer' ? write : reply(other)];
    if (this.#random() < 0.5) presses.reverse();
    presses[0]?.();
    if (this.#random() < 0.5) await sleep(this.#random() * CROSSING_MS);
    presses[1]?.();
    const heldBefore = this.held;
    for (const each of pressed) await this.#settle(each.desk, each.reply, each.text);
    // Of two replies to the same, one had not been shown the other.
    if (against === 'agent' && this.held === heldBefore && pressed[0]?.reply.shown === pressed[1]?.reply.shown)
      this.failures.push(`${this.#s}: two replies to the same moment were stored, and none was held`);
  }

  async #calm(): Promise<void> {
    const isCalm = () => {
      const { outbox } = this.#customer.client.state;
      const heads = this.#desks.map(({ client }) => client.state.replicas.get(this.#s)?.at?.n);
      const said = this.#customer.client.state.replicas.get(this.#chat)?.items ?? [];
      const last = said.findLast(({ kind }) => kind === 'message')?.id;
      return (
        outbox.length === 0 &&
        heads[0] === heads[1] &&
        this.#desks.every(({ client }) => {
          const replica = client.state.replicas.get(this.#s);
          const has = replica?.items.some(({ id }) => id === last);
          return has && client.state.outbox.length === 0 && replica && unseen(client.state, replica).length === 0;
        })
      );
    };
    for (const end = performance.now() + STUCK_MS; !isCalm(); await sleep(10))
      if (performance.now() > end) throw new Error(`${this.#s} did not come to rest`);
  }

  /** Until it is stored: where it is held, its words are there as they were typed, and its author looks and presses again. */
  async #settle(desk: Desk, reply: Reply, text: string): Promise<void> {
    const { client } = desk;
    for (const end = performance.now() + STUCK_MS; ; await sleep(5)) {
      const pending = client.state.outbox.find(({ id }) => id === reply.id);
      if (!pending) break;
      if (performance.now() > end) throw new Error(`${reply.id} is still ${pending.state.name}`);
      if (pending.state.name === 'refused') throw new Error(`${reply.id} was refused: ${pending.state.code}`);
      if (pending.state.name !== 'held') continue;
      this.held++;
      if ((pending.body as { text?: string }).text !== text) this.failures.push(`the words of ${reply.id} are gone`);
      await desk.hasSeen(this.#s, []);
      reply.shown = client.state.replicas.get(this.#s)?.at?.n ?? 0;
      client.again(reply.id);
    }
    this.replies.push(reply);
  }
}

const BLIND = `
SELECT r.stream, r.n, m.n AS unseen
  FROM unnest($1::text[], $2::text[], $3::int[]) AS p(id, terminal, shown)
  JOIN item r ON r.id = p.id AND r.stream LIKE 'conversation/%'
  JOIN item m ON m.stream = r.stream AND m.n > p.shown AND m.n < r.n AND m.terminal IS DISTINCT FROM p.terminal
   AND (m.actor_type = 'customer' AND m.kind IN ('message', 'edited', 'erased')
     OR m.actor_type <> 'customer' AND m.kind IN ('message', 'note', 'edited', 'resolved', 'reopened', 'assigned', 'transferred', 'returned'))`;

/** I3, by the log and by what the desks had been shown. */
async function blind(pool: pg.Pool, replies: readonly Reply[]): Promise<string[]> {
  const columns = [
    replies.map(({ id }) => id),
    replies.map(({ terminal }) => terminal),
    replies.map(({ shown }) => shown),
  ];
  const { rows } = await pool.query<{ stream: string; n: number; unseen: number }>(BLIND, columns);
  const { rows: stored } = await pool.query<{ count: number }>(
    "SELECT count(*)::int FROM item WHERE id = ANY($1) AND stream LIKE 'conversation/%'",
    [columns[0]],
  );
  const missing =
    stored[0]?.count === replies.length ? [] : [`${stored[0]?.count} of ${replies.length} replies are stored`];
  return [
    ...missing,
    ...rows.map(
      ({ stream, n, unseen: other }) => `${stream} ${n} stands above ${other}, which its author was not shown`,
    ),
  ];
}
