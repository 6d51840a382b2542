import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './figures.ts';
import type { Shape } from './lanes/lanes.ts';
import type { Figures } from './load.ts';
import { type Pgbench, preparePgbench } from './pgbench.ts';
import { openHeed, openRelay, openSocketIo, type System, startPostgres } from './systems.ts';

export interface CompareOptions extends Shape {
  rounds: number;
  seconds: number;
  perSecond: number;
}

/** A ratio of two figures of the same round, and what it should be. */
interface Target {
  name: string;
  wanted: string;
  ratio: number;
  isMet: boolean;
}

type Round = Record<string, number>;

/** A round in which the reference itself was this slow says more about the machine than about anything else. */
const NOISY_P99_MS = 20;

/** Heed beside its references, each measured in every round; what is compared is of the same round. */
export async function benchCompare(options: CompareOptions) {
  const postgres = await startPostgres();
  const systems: System[] = [];
  try {
    for (const open of [openRelay, (shape: Shape) => openSocketIo(shape, postgres), openHeed])
      systems.push(await open(options));
    const pgbench = await preparePgbench(postgres, 32);
    const rounds: Round[] = [];
    // The first round warms up.
    for (let round = 0; round <= options.rounds; round++) {
      const figures = await playRound(systems, pgbench, options);
      process.stderr.write(`  round ${round} of ${options.rounds}: ${JSON.stringify(rounded(figures))}\n`);
      if (round > 0) rounds.push(figures);
    }
    const quiet = rounds.filter((round) => (round['relay rate p99'] ?? 0) <= NOISY_P99_MS);
    const used = quiet.length > 0 ? quiet : rounds;
    const medians = Object.fromEntries(
      Object.keys(rounds[0] ?? {}).map((key) => [key, median(used.map((round) => round[key] ?? Number.NaN))]),
    );
    const targets = targetsOf(used);
    return { rounds: rounds.length, discarded: rounds.length - quiet.length, medians: rounded(medians), targets };
  } finally {
    for (const system of systems) await system.close();
    await postgres.close();
  }
}

async function playRound(systems: System[], pgbench: Pgbench | undefined, options: CompareOptions): Promise<Round> {
  const { seconds, perSecond } = options;
  const round: Round = {};
  const note = (name: string, figures: Figures) => {
    for (const key of ['perSecond', 'p50', 'p99'] as const) round[`${name} ${key}`] = figures[key];
  };
  for (const system of systems) {
    const before = system.cpuMs();
    const closed = await system.ask({ do: 'closed', seconds });
    note(`${system.name} closed`, closed);
    round[`${system.name} cpu`] = ((system.cpuMs() - before) * 1_000) / closed.messages;
  }
  for (const system of systems.filter(({ name }) => name !== 'relay'))
    note(`${system.name} stored`, await system.ask({ do: 'stored', seconds }));
  for (const system of systems) note(`${system.name} rate`, await system.ask({ do: 'rate', perSecond, seconds }));
  if (pgbench) round.pgbench = await pgbench.perSecond(seconds);
  round.fdatasync = syncsPerSecond();
  return round;
}

/** What the disk gives: 8 KB and fdatasync, one after the other. */
function syncsPerSecond(): number {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const file = openSync(join(folder, 'sync'), 'w');
  const page = Buffer.alloc(8192, 1);
  const end = performance.now() + 500;
  let count = 0;
  while (performance.now() < end) {
    writeSync(file, page);
    fdatasyncSync(file);
    count++;
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return count * 2;
}

function targetsOf(rounds: Round[]): Target[] {
  const ratio = (a: string, b: string) =>
    median(rounds.map((round) => (round[a] ?? Number.NaN) / (round[b] ?? Number.NaN)));
  const least = (name: string, a: string, b: string, wanted: number, wish: number): Target => {
    const value = ratio(a, b);
    return { name, wanted: `≥ ${wanted} (${wish})`, ratio: value, isMet: value >= wanted };
  };
  const most = (name: string, a: string, b: string, wanted: number): Target => {
    const value = ratio(a, b);
    return { name, wanted: `≤ ${wanted}`, ratio: value, isMet: value <= wanted };
  };
  const targets = [
    least('closed: messages/s beside the bare relay', 'heed closed perSecond', 'relay closed perSecond', 0.45, 0.7),
    least(
      'closed: messages/s beside Socket.IO + PostgreSQL',
      'heed closed perSecond',
      'socket-io closed perSecond',
      2,
      4,
    ),
    most('closed: processor time a message beside Socket.IO + PostgreSQL', 'heed cpu', 'socket-io cpu', 0.5),
    least('stored: messages/s beside pgbench, 32 clients', 'heed stored perSecond', 'pgbench', 1.2, 2),
    most('open: p50 beside the relay', 'heed rate p50', 'relay rate p50', 2),
    most('open: p99 beside the relay', 'heed rate p99', 'relay rate p99', 3),
  ];
  return targets
    .filter((target) => !Number.isNaN(target.ratio))
    .map((target) => ({ ...target, ratio: Math.round(target.ratio * 100) / 100 }));
}

function rounded(round: Round): Round {
  return Object.fromEntries(Object.entries(round).map(([key, value]) => [key, Math.round(value * 10) / 10]));
}
