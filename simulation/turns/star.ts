import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { planOf } from '../../packages/server/src/replay/plan.ts';
import { seeded, shuffled } from '../../packages/server/src/replay/random.ts';
import { readTranscripts } from '../../packages/server/src/replay/transcripts.ts';
import { addAgent, addInbox, addQueue, setQueue } from '../../packages/server/src/store/team.ts';
import { compareUnanswered } from '../../packages/server/src/verify/unanswered.ts';
import { Installation } from '../real/installation.ts';
import { Postgres } from '../real/postgres.ts';
import { Autopilot, type Seat } from './autopilot.ts';
import { ChromiumDesk } from './chromium-desk.ts';
import { crowd } from './crowd.ts';
import type { Hold } from './holds.ts';
import { type Mortal, ProcessDesk } from './mortal.ts';
import { observe } from './observer.ts';
import { serviceOf } from './service.ts';

export interface StarOptions {
  file: string;
  conversations: number;
  agents: number;
  /** How many of them die, and how many of those come back. */
  dying: number;
  returning: number;
  capacity: number;
  /** How long the record is to take, where nothing holds it up. */
  lastsMs: number;
  seed: number;
  /** A Chromium for one of those who die. */
  chromium?: string | undefined;
}

/** What the replay came to. */
export interface Star {
  conversations: number;
  messages: number;
  replies: number;
  given: number;
  returned: Record<string, number>;
  died: string[];
  looks: number;
  handOutMs: { p50: number; p99: number; most: number };
  idleRoomMs: number;
  holds: Record<string, number>;
  needless: number;
  waiting: number;
  failures: string[];
}

const PASSWORD = 'correct horse battery';
const DWELL_MS = 200;
const THINK_MS = 600;
/** Whoever is to die has something in hand then. */
const LAST_THOUGHTS_MS = 5_000;
const GRACE_MS = 8_000;
const BEAT_MS = 2_000;
/** What is left after the last word is answered in so long; then it may also wait, if it is known where. */
const REST_MS = 60_000;

/**
 * Plays recorded conversations on a queue that gives its work orders itself, while agents die without a word and some
 * come back, and has everything judged by somebody who looked all the time, and by the log.
 */
export async function playStar(options: StarOptions): Promise<Star> {
  const installation = new Installation();
  const closers: (() => Promise<unknown>)[] = [() => installation.remove()];
  try {
    await installation.start('--demo', 'off', '--grace-ms', String(GRACE_MS));
    const pool = new pg.Pool({ ...new Postgres(installation.data).connection, max: 3 });
    closers.push(() => pool.end());
    return await new Play(options, installation.address, pool, closers).run();
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

class Play {
  readonly #options: StarOptions;
  readonly #url: string;
  readonly #pool: pg.Pool;
  readonly #closers: (() => Promise<unknown>)[];
  readonly #holds: Hold[] = [];
  readonly #failures: string[] = [];
  /** What agents say in each conversation, as the record has it. */
  readonly #words = new Map<string, string[]>();
  #queue = '';
  #inbox = { id: '', key: '' };

  constructor(options: StarOptions, url: string, pool: pg.Pool, closers: (() => Promise<unknown>)[]) {
    this.#options = options;
    this.#url = url;
    this.#pool = pool;
    this.#closers = closers;
  }

  async run(): Promise<Star> {
    const { file, conversations, agents, capacity, lastsMs, seed } = this.#options;
    const transcripts = await readTranscripts(file, conversations);
    const plan = planOf(transcripts, { speed: undefined, agents, seed });
    const hurry = lastsMs / plan.lastsMs;
    for (const turn of plan.parts.flatMap(({ turns }) => turns)) turn.due *= hurry;
    const seats = await this.#seats();
    const mortals = await this.#mortals(
      seats.splice(0, this.#options.dying),
      plan.parts.flatMap(({ turns }) => turns),
    );
    for (const seat of seats) await this.#sit(seat);
    let isOver = false;
    const observing = observe(this.#pool, { queue: this.#queue, capacity, heardMs: 2.5 * BEAT_MS }, () => isOver);
    const dying = this.#die(mortals, lastsMs);
    const place = { url: this.#url, inbox: this.#inbox.key, dwellMs: DWELL_MS };
    const { pressed, failures } = await crowd(place, plan, ({ turns }, id) =>
      this.#words.set(
        id,
        turns.filter(({ from }) => from === 'agent').map(({ text }) => text),
      ),
    );
    await dying;
    const { waiting, differences } = await this.#rest();
    isOver = true;
    const observed = await observing;
    const service = await serviceOf(this.#pool, { queue: this.#queue, capacity, sightings: observed.sightings });
    const lost = await this.#lost(pressed);
    return {
      conversations: plan.parts.length,
      messages: pressed.length,
      ...countsOf(service),
      died: mortals.map(({ name }) => name),
      looks: observed.looks,
      idleRoomMs: observed.idleRoomMs,
      ...this.#held(),
      waiting,
      failures: [...this.#failures, ...failures, ...observed.failures, ...differences, ...service.failures, ...lost],
    };
  }

  async #seats(): Promise<Seat[]> {
    const name = 'Star';
    this.#queue = (await addQueue(this.#pool, { name })).id;
    const settings = { routing: 'push' as const, capacity: this.#options.capacity };
    const targets = { firstReplyMs: 15_000, nextReplyMs: 15_000, returnAfterMs: 10_000, tellAfterMs: 30_000 };
    await setQueue(this.#pool, this.#queue, { ...settings, ...targets });
    this.#inbox = await addInbox(this.#pool, { name, queue: this.#queue });
    const seats: Seat[] = [];
    for (let i = 1; i <= this.#options.agents; i++) {
      const email = `agent-${i}@star.example`;
      await addAgent(this.#pool, { email, password: PASSWORD, name: `Agent ${i}`, role: 'agent', queues: [name] });
      const { id: inbox } = this.#inbox;
      const place = { url: this.#url, inbox, queue: this.#queue, terminal: `desk-${i}`, dwellMs: DWELL_MS };
      const thinkMs = i <= this.#options.dying ? LAST_THOUGHTS_MS : THINK_MS;
      seats.push({ ...place, thinkMs, email, password: PASSWORD, seed: this.#options.seed * 1_000 + i });
    }
    return seats;
  }

  readonly #heldBy = (hold: Hold) => this.#holds.push(hold);

  async #sit(seat: Seat): Promise<void> {
    const say = (id: string, nth: number) => this.#words.get(id)?.[nth] ?? `One moment, please (${nth}).`;
    const agent = await Autopilot.begin(seat, say, this.#heldBy);
    this.#closers.push(() => agent.end());
  }

  async #mortals(seats: Seat[], turns: readonly { from: string; text: string }[]): Promise<Mortal[]> {
    const words = shuffled(
      turns.filter(({ from }) => from === 'agent').map(({ text }) => text),
      seeded(this.#options.seed),
    );
    const mortals: Mortal[] = [];
    for (const [index, seat] of seats.entries()) {
      const how = index % 2 === 0 ? 'SIGSTOP' : 'SIGKILL';
      const { chromium } = this.#options;
      const mortal =
        index === 0 && chromium !== undefined
          ? await ChromiumDesk.begin(chromium, seat)
          : await ProcessDesk.begin(seat, words.slice(0, 200), how, this.#heldBy);
      mortals.push(mortal);
      this.#closers.push(() => mortal.remove());
    }
    return mortals;
  }

  /** They die one after the other in the first half, and come back in the second. */
  async #die(mortals: readonly Mortal[], lastsMs: number): Promise<void> {
    for (const mortal of mortals) {
      await sleep((0.4 * lastsMs) / mortals.length);
      await mortal.die();
    }
    await sleep(0.2 * lastsMs);
    for (const mortal of mortals.slice(0, this.#options.returning)) await mortal.revive?.();
  }

  /** Until nobody waits any more, or it takes too long; whoever waits then is on exactly one list and clock. */
  async #rest(): Promise<{ waiting: number; differences: string[] }> {
    for (const end = performance.now() + REST_MS; ; await sleep(500)) {
      const { waiting, differences } = await compareUnanswered(this.#pool);
      if ((waiting.length === 0 && differences.length === 0) || performance.now() > end)
        return { waiting: waiting.length, differences };
    }
  }

  async #lost(pressed: readonly string[]): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `SELECT id FROM unnest($1::text[]) AS p(id)
        WHERE (SELECT count(*) FROM item i WHERE i.id = p.id AND i.stream LIKE 'conversation/%') <> 1`,
      [pressed],
    );
    return rows.map(({ id }) => `the customer's message ${id} is not stored exactly once`);
  }

  #held(): Pick<Star, 'holds' | 'needless'> {
    const holds: Record<string, number> = {};
    for (const { cause } of this.#holds) holds[cause] = (holds[cause] ?? 0) + 1;
    const needless = this.#holds.filter(({ isNeedless }) => isNeedless).length;
    if (needless > 0) this.#failures.push(`${needless} replies were held for what their authors had seen`);
    return { holds, needless };
  }
}

function countsOf({ given, returned, replies, handOutMs }: Awaited<ReturnType<typeof serviceOf>>) {
  const at = (share: number) => handOutMs[Math.min(handOutMs.length - 1, Math.floor(share * handOutMs.length))] ?? 0;
  return { replies, given, returned, handOutMs: { p50: at(0.5), p99: at(0.99), most: at(1) } };
}
