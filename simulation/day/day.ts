import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Plan, planOf } from '../../packages/server/src/replay/plan.ts';
import { type Random, seeded } from '../../packages/server/src/replay/random.ts';
import { readTranscripts } from '../../packages/server/src/replay/transcripts.ts';
import { addAgent, addInbox, addQueue, setQueue } from '../../packages/server/src/store/team.ts';
import { compareUnanswered } from '../../packages/server/src/verify/unanswered.ts';
import { Installation } from '../real/installation.ts';
import { Postgres } from '../real/postgres.ts';
import { FaultProxy } from '../real/proxy.ts';
import { crowd } from '../turns/crowd.ts';
import { AgentByKeys, type Matter } from './agent-by-keys.ts';
import { Film } from './film.ts';
import { type Interactions, type Memory, PageWatch } from './page-watch.ts';

export interface DayOptions {
  /** Records of conversations; each gives an equal share. */
  files: readonly string[];
  conversations: number;
  /** How long the customers' side is to take where nothing holds it up. */
  lastsMs: number;
  /** How long customers wait for an answer before they write on. */
  patienceMs?: number;
  seed: number;
  chromium: string;
  /** Where the film goes. */
  output?: string;
}

/** What the day came to. */
export interface Day {
  conversations: number;
  messages: number;
  replies: number;
  held: number;
  resolved: number;
  faults: number;
  interactions: Interactions;
  memory: Memory[];
  film: string;
  failures: string[];
}

const OUTPUT = join(import.meta.dirname, '../../e2e/output/day');
const EMAIL = 'ada@day.example';
const PASSWORD = 'correct horse battery';
/** So many write at a time; one agent cannot keep up, so that the queue is long and customers write again. */
const AT_ONCE_BY_FOUR = 6;
const LONGEST_REPLY = 140;
const PICTURES = 20;
/** What is left after the last word of the customers is answered in so long. */
const REST_MS = 45 * 60_000;
const FAULT_EVERY_MS = 25_000;
const FAULT_LASTS_MS = 4_000;
/** The heap may grow by so much from the middle of the day to its end: what is kept for who comes back is bounded (I13). */
const MOST_GROWTH = 1.3;

/** One agent works recorded conversations in Chromium, by keys alone, with a network that fails now and then. */
export async function playDay(options: DayOptions): Promise<Day> {
  const installation = new Installation();
  const closers: (() => Promise<unknown>)[] = [() => installation.remove()];
  try {
    await installation.start('--demo', 'off', '--grace-ms', '3600000');
    const pool = new pg.Pool({ ...new Postgres(installation.data).connection, max: 2 });
    closers.push(() => pool.end());
    const link = await FaultProxy.to(installation.port);
    closers.push(() => link.close());
    const browser = await chromium.launch({
      executablePath: options.chromium,
      args: ['--no-sandbox', '--disable-gpu'],
    });
    closers.push(() => browser.close());
    return await new Work(options, { url: installation.address, pool, link, browser }).run();
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

interface Place {
  url: string;
  pool: pg.Pool;
  link: FaultProxy;
  browser: Browser;
}

class Work {
  readonly #options: DayOptions;
  readonly #place: Place;
  readonly #matters = new Map<string, Matter>();
  readonly #film: Film;
  #areCustomersDone = false;
  #faults = 0;

  constructor(options: DayOptions, place: Place) {
    this.#options = options;
    this.#place = place;
    this.#film = new Film(options.output ?? OUTPUT);
  }

  async run(): Promise<Day> {
    const { url, browser } = this.#place;
    const plan = await this.#plan();
    const inbox = await this.#shop();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    const page = await context.newPage();
    const watch = await PageWatch.begin(page);
    await this.#signIn(page);
    const { patienceMs } = this.#options;
    const place = { url, inbox, dwellMs: 200, ...(patienceMs === undefined ? {} : { patienceMs }) };
    const customers = crowd(place, plan, (part, id) => this.#matters.set(id, matterOf(part)));
    void customers.finally(() => {
      this.#areCustomersDone = true;
    });
    const failing = this.#failNowAndThen();
    const agent = new AgentByKeys(page, this.#matters);
    const memory = await this.#work(page, watch, agent, plan.parts.length);
    const { pressed, failures } = await customers;
    await failing;
    const interactions = await watch.interactions();
    await this.#film.take(page, 'at the end');
    const { waiting, differences } = await compareUnanswered(this.#place.pool);
    const left = waiting.map(({ number }) => `#${number} still waits for an answer`);
    return {
      conversations: plan.parts.length,
      messages: pressed.length,
      replies: agent.replies,
      held: agent.held,
      resolved: await this.#resolved(),
      faults: this.#faults,
      interactions,
      memory,
      film: await this.#film.develop(browser),
      failures: [
        ...failures,
        ...left,
        ...differences,
        ...watch.errors,
        ...growth(memory),
        ...(await this.#lost(pressed)),
      ],
    };
  }

  /** An equal share of each record, at one pace: as many at once as one agent has in hand several times over. */
  async #plan(): Promise<Plan> {
    const { files, conversations, lastsMs, seed } = this.#options;
    const share = Math.ceil(conversations / files.length);
    const records = await Promise.all(files.map((file) => readTranscripts(file, share)));
    const transcripts = records
      .flat()
      .slice(0, conversations)
      .map((one) => ({
        ...one,
        turns: one.turns.map(({ from, text }) => ({ from, text })),
      }));
    const plan = planOf(transcripts, { speed: 1, agents: AT_ONCE_BY_FOUR, seed });
    const hurry = lastsMs / plan.lastsMs;
    for (const turn of plan.parts.flatMap(({ turns }) => turns)) turn.due *= hurry;
    return plan;
  }

  async #shop(): Promise<string> {
    const { pool } = this.#place;
    const { id: queue } = await addQueue(pool, { name: 'Day' });
    // One agent for what a team would do: nothing climbs because it waits for long.
    await setQueue(pool, queue, { firstReplyMs: 3_600_000, nextReplyMs: 3_600_000 });
    await addAgent(pool, { email: EMAIL, password: PASSWORD, name: 'Ada Day', role: 'agent', queues: ['Day'] });
    return (await addInbox(pool, { name: 'Day', queue })).key;
  }

  async #signIn(page: Page): Promise<void> {
    await page.goto(`${this.#place.link.url}/desk/`);
    await page.locator('input[type=email]:focus').waitFor();
    await page.keyboard.type(EMAIL);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator('.list').waitFor();
  }

  /** Until nobody is left, with pictures on the way, and a look at the memory at the beginning, the middle and the end. */
  async #work(page: Page, watch: PageWatch, agent: AgentByKeys, conversations: number): Promise<Memory[]> {
    const memory: Memory[] = [];
    let pictures = 0;
    let end = Number.POSITIVE_INFINITY;
    for (let resolved = 0; performance.now() < end; resolved = await this.#resolved()) {
      if (this.#areCustomersDone) end = Math.min(end, performance.now() + REST_MS);
      const share = resolved / conversations;
      // The beginning is after the first tenth: what is loaded when it is first needed is there then.
      if ((memory.length === 0 && share >= 0.1) || (memory.length === 1 && share >= 0.55))
        memory.push(await watch.memory());
      if (share * PICTURES >= pictures)
        await this.#film.take(page, `${resolved} of ${conversations}, picture ${++pictures}`);
      if (this.#areCustomersDone && resolved === conversations) break;
      let isBusy = false;
      for (let acts = 0; acts < 5; acts++) isBusy = (await agent.work()) || isBusy;
      if (!isBusy) await sleep(300);
    }
    return [...memory, await watch.memory()];
  }

  async #failNowAndThen(): Promise<void> {
    const { link } = this.#place;
    const random = seeded(this.#options.seed);
    const begin = [() => link.cut(), () => link.silence('down'), () => link.silence(), () => link.breakAll()];
    while (!this.#areCustomersDone) {
      await this.#pause(FAULT_EVERY_MS * (0.5 + random()));
      if (this.#areCustomersDone) break;
      pick(begin, random)();
      this.#faults++;
      await this.#pause(FAULT_LASTS_MS * (0.5 + random()));
      link.mend();
    }
  }

  async #pause(ms: number): Promise<void> {
    for (const end = performance.now() + ms; performance.now() < end && !this.#areCustomersDone; ) await sleep(200);
  }

  async #resolved(): Promise<number> {
    const { rows } = await this.#place.pool.query<{ count: string }>(
      "SELECT count(*) FROM conversation WHERE status = 'resolved'",
    );
    return Number(rows[0]?.count);
  }

  async #lost(pressed: readonly string[]): Promise<string[]> {
    const { rows } = await this.#place.pool.query<{ id: string }>(
      `SELECT id FROM unnest($1::text[]) AS p(id)
        WHERE (SELECT count(*) FROM item i WHERE i.id = p.id AND i.stream LIKE 'conversation/%') <> 1`,
      [pressed],
    );
    return rows.map(({ id }) => `the customer's message ${id} is not stored exactly once`);
  }
}

function pick<T>(some: readonly T[], random: Random): T {
  return some[Math.floor(random() * some.length)] as T;
}

/** What its agent says, on one line and not longer than people type; a slash or an at would ask the desk for something. */
function matterOf({ turns }: Plan['parts'][number]): Matter {
  const textsOf = (who: string) => turns.filter(({ from }) => from === who).map(({ text }) => text);
  const typed = (text: string) => text.replace(/\s+/g, ' ').replace(/[/@]/g, ' ').trim().slice(0, LONGEST_REPLY);
  return { words: textsOf('agent').map(typed).filter(Boolean), ends: textsOf('customer').at(-1) ?? '' };
}

function growth(memory: readonly Memory[]): string[] {
  const [middle, end] = [memory.at(-2), memory.at(-1)];
  if (!middle || !end || end.heapMB <= middle.heapMB * MOST_GROWTH) return [];
  return [`the page's heap grew from ${middle.heapMB} MB in the middle to ${end.heapMB} MB at the end`];
}
