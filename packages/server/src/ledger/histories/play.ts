import { expect } from 'vitest';
import { type Database, makePool } from '../../database/connect.ts';
import { type Log, silentLog } from '../../log.ts';
import { seeded } from '../../replay/random.ts';
import { type Company, EPOCH } from '../../store/contract/company.ts';
import { companyInMemory } from '../../store/contract/in-memory.ts';
import type { Pages } from '../../store/pages.ts';
import { postgresLedgerStore } from '../../store/pg-ledger.ts';
import type { LedgerStore, Transaction } from '../../store/port.ts';
import { verifyDatabase } from '../../verify/verify.ts';
import type { Ground } from '../batch.ts';
import type { Command, News, Outcome } from '../command.ts';
import { Ledger } from '../ledger.ts';
import { StoodElsewhere } from '../standing.ts';
import { Knowledge, Players } from './players.ts';

const BEGAN = Date.parse('2026-01-01T10:00:00.000Z');

/** A time that is the same in both stores: it goes on when the history says so. */
class FixedTime {
  seconds = 0;
  readonly now = (): string => new Date(BEGAN + this.seconds * 1000).toISOString();
}

function groundOf({ directory }: Company, time: FixedTime, salt: () => Buffer): Ground {
  const patience = { graceMs: HOUR_MS, awayMs: HOUR_MS, listens: () => true };
  return { epoch: EPOCH, ...patience, textBytes: 16_384, directory, timeOf: time.now, salt };
}

/** Nobody comes or goes while a history is played. */
const HOUR_MS = 3_600_000;

/** A salt of its own for each body, the same ones in the same order. */
function countedSalts(): () => Buffer {
  let count = 0;
  return () => {
    const salt = Buffer.alloc(16);
    salt.writeUInt32BE(++count);
    return salt;
  };
}

interface NodeOptions {
  store: LedgerStore;
  ground: Ground;
  publish: (news: News[]) => void;
  complaints: string[];
  slots: number;
}

function nodeOf({ store, ground, publish, complaints, slots }: NodeOptions): Ledger {
  const complain = (fields: object, sentence: string) => void complaints.push(`${sentence} ${JSON.stringify(fields)}`);
  const log: Log = { ...silentLog, warn: complain, error: complain };
  return new Ledger({ store, ground, log, slots, batchMax: 100, publish });
}

/** Commands of one history in order. */
const COMMANDS = 120;

// One after the other ----------------------------------------------------------------------------------------------------

/**
 * The same commands, some of them in one batch, to a ledger on memory and to one on PostgreSQL: every outcome, every
 * item that the bus hears of with its hash, and in the end every row must be equal.
 */
export async function playInOrder(database: Database, open: () => Promise<Company>, seed: number): Promise<Outcome[]> {
  const [stored, remembered] = await Promise.all([open(), companyInMemory()]);
  const { pool } = makePool(database.connection, 1, silentLog);
  const random = seeded(seed);
  const time = new FixedTime();
  const complaints: string[] = [];
  const told: Record<'postgres' | 'memory', News[][]> = { postgres: [], memory: [] };
  const ledger = (name: keyof typeof told, company: Company, store: LedgerStore) => {
    const publish = (news: News[]) => void told[name].push(news);
    return nodeOf({ store, ground: groundOf(company, time, countedSalts()), publish, complaints, slots: 1 });
  };
  const postgres = ledger('postgres', stored, postgresLedgerStore(pool));
  const memory = ledger('memory', remembered, remembered.ledger);
  const knowledge = new Knowledge();
  const players = new Players(random, stored.directory, knowledge.conversations, `s${seed}`, 8);
  const outcomes: Outcome[] = [];
  try {
    for (const company of [stored, remembered]) await setPresence(company);
    while (outcomes.length < COMMANDS) {
      const commands = togetherFrom(players, random);
      // Now and then long enough for clocks to be due, and to climb.
      time.seconds += Math.floor(random() * (random() < 0.1 ? 300 : 3));
      const [real, other] = await Promise.all(
        [postgres, memory].map((node) => Promise.all(commands.map((command) => node.submit(command)))),
      );
      expect(other, `seed ${seed}: ${JSON.stringify(commands)}`).toEqual(real);
      expect(told.memory, `seed ${seed}`).toEqual(told.postgres);
      for (const news of told.postgres) knowledge.hear(news);
      for (const each of Object.values(told)) each.length = 0;
      outcomes.push(...(real as Outcome[]));
    }
    expect(complaints, `seed ${seed}`).toEqual([]);
    expect(await remembered.rows(), `seed ${seed}`).toEqual(await stored.rows());
    expect((await verifyDatabase(database.pool)).findings, `seed ${seed}`).toEqual([]);
    return outcomes;
  } finally {
    await pool.end();
  }
}

/** Two agents take chats and are heard, one is away for a moment, one signed out (LST6, LST7). */
async function setPresence({ setHeard }: Company): Promise<void> {
  await setHeard('ann', 'taking', 0);
  await setHeard('cat', 'taking', 0);
  await setHeard('bea', 'away', 0);
  await setHeard('dot', 'offline', 0);
}

/** Some commands of one batch; one that has to be looked up first, or stands in another line, comes alone. */
function togetherFrom(players: Players, random: () => number): Command[] {
  const commands: Command[] = [];
  const count = 1 + Math.floor(random() * 8);
  while (commands.length < count) {
    const command = players.next();
    commands.push(command);
    if (isAlone(command)) return commands.length === 1 ? commands : commands.slice(-1);
  }
  return commands;
}

function isAlone(command: Command): boolean {
  if (command.do === 'take' || command.do === 'handOut') return true;
  if (command.do !== 'send') return false;
  return command.send.s === 'conversation/new' || (command.send.s === 'chat/new' && command.send.follows !== undefined);
}

// Side by side -----------------------------------------------------------------------------------------------------------

/** A transaction that was committed. */
interface Done {
  /** When its work was done, with every lock held: who waited for one of them is done later. */
  at: number;
  seconds: number;
  /** Those that its conversations got: two nodes draw from two stocks. */
  numbers: number[];
  work: (transaction: Transaction) => Promise<{ pages: Pages; result: unknown }>;
  result: unknown;
}

/** A store that notes what it committed. */
function noting(store: LedgerStore, time: FixedTime, done: Done[], steps: { count: number }): LedgerStore {
  const transact: LedgerStore['transact'] = async (work) => {
    let noted: Pick<Done, 'at' | 'seconds' | 'numbers'> = { at: 0, seconds: 0, numbers: [] };
    const result = await store.transact(async (transaction) => {
      const { seconds } = time;
      let numbers: number[] = [];
      const load: Transaction['load'] = async (wanted) => {
        const found = await transaction.load(wanted);
        numbers = [...found.numbers];
        return found;
      };
      const written = await work(withLoad(transaction, load));
      noted = { at: steps.count++, seconds, numbers };
      return written;
    });
    done.push({ ...noted, work, result });
    return result;
  };
  return { transact, ledTo: (...about) => store.ledTo(...about), customerOf: (...about) => store.customerOf(...about) };
}

function withLoad(transaction: Transaction, load: Transaction['load']): Transaction {
  return {
    load,
    targets: (wanted) => transaction.targets(wanted),
    lockLists: (names) => transaction.lockLists(names),
    lockQueue: (queue) => transaction.lockQueue(queue),
    first: (queue, limit) => transaction.first(queue, limit),
    free: (queue, heardMs) => transaction.free(queue, heardMs),
  };
}

/** Phases of one concurrent history, between which time goes on; writers in each, and commands of each writer. */
const PHASES = 4;
const WRITERS = 8;
const DEEDS = 8;

/**
 * Writers on two nodes at once, each with pools of its own. What was committed is then done again in memory, in the
 * order in which its locks were had: every verdict and every item must be the same, and the rows in the end. So the
 * order that the log shows is one in which it all could have happened one after the other.
 */
export async function playSideBySide(
  database: Database,
  open: () => Promise<Company>,
  seed: number,
): Promise<Outcome[]> {
  const [stored, remembered] = await Promise.all([open(), companyInMemory()]);
  const time = new FixedTime();
  const ground = groundOf(stored, time, () => Buffer.alloc(16, 7));
  const done: Done[] = [];
  const complaints: string[] = [];
  const knowledge = new Knowledge();
  const steps = { count: 0 };
  const pools = [1, 2].map(() => makePool(database.connection, 4, silentLog).pool);
  const nodes = pools.map((pool) => {
    const store = noting(postgresLedgerStore(pool), time, done, steps);
    return nodeOf({ store, ground, publish: (news) => knowledge.hear(news), complaints, slots: 2 });
  });
  try {
    for (const company of [stored, remembered]) await setPresence(company);
    const outcomes = await writeSideBySide(nodes, stored, knowledge, time, seed);
    expect(complaints, `seed ${seed}`).toEqual([]);
    done.sort((a, b) => a.at - b.at);
    for (const each of done) await again(each, remembered.ledger, time, seed);
    expect(await remembered.rows(), `seed ${seed}`).toEqual(await stored.rows());
    expect((await verifyDatabase(database.pool)).findings, `seed ${seed}`).toEqual([]);
    return outcomes;
  } finally {
    for (const pool of pools) await pool.end();
  }
}

async function writeSideBySide(
  nodes: Ledger[],
  { directory }: Company,
  knowledge: Knowledge,
  time: FixedTime,
  seed: number,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const writers = Array.from({ length: WRITERS }, (_, i) => {
    const random = seeded(seed * 1000 + i);
    return { random, players: new Players(random, directory, knowledge.conversations, `w${i}`, 6) };
  });
  for (let phase = 0; phase < PHASES; phase++) {
    const write = async ({ players, random }: (typeof writers)[number]) => {
      for (let i = 0; i < DEEDS; i++) {
        const command = players.next();
        // One that finds nothing to give locks nothing: it may have looked before what was done before it.
        if (command.do === 'handOut') continue;
        // Now and then to both at once, as after a reconnect.
        const to = random() < 0.2 ? nodes : [nodes[Math.floor(random() * nodes.length)] as Ledger];
        outcomes.push(...(await Promise.all(to.map((node) => node.submit(command)))));
      }
    };
    await Promise.all(writers.map(write));
    time.seconds += 7;
  }
  return outcomes;
}

/** The same work in memory: with the same time and the same numbers it must come to the same. */
async function again(
  { seconds, numbers, work, result }: Done,
  store: LedgerStore,
  time: FixedTime,
  seed: number,
): Promise<void> {
  time.seconds = seconds;
  const once = () =>
    store.transact((transaction) => {
      const load: Transaction['load'] = async (wanted) => ({
        ...(await transaction.load(wanted)),
        numbers: [...numbers],
      });
      return work(withLoad(transaction, load));
    });
  // The ledger by now remembers where each conversation stood last, which is not where it stood then.
  const same = await once().catch((error: unknown) => {
    if (error instanceof StoodElsewhere) return once();
    throw error;
  });
  expect(same, `seed ${seed}`).toEqual(result);
}

/** What histories come to in which everything happens that can: one in which nothing is held proves little. */
export function expectEverything(outcomes: Outcome[]): void {
  const counts = tally(outcomes);
  const refused = ['id_reused', 'wrong_epoch', 'unknown_follows', 'unanswered', 'not_found', 'bad_state', 'forbidden'];
  for (const each of ['sent', 'held', 'cancelled', 'empty', 'bad_body', ...refused])
    expect(counts[each] ?? 0, each).toBeGreaterThan(0);
  expect(counts).not.toHaveProperty('unavailable');
}

function tally(outcomes: Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const name = outcome.do === 'refused' ? outcome.code : outcome.do;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
