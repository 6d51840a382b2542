import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './figures.ts';
import type { Shape } from './lanes/lanes.ts';
import type { Figures } from './load.ts';
import { type Pgbench, preparePgbench } from './pgbench.ts';
import { openHeed, openRelay, openSocketIo, type System, startPostgres } from './systems.ts';
import { atLeast, atMost, type Findings, rounded, type Target } from './targets.ts';

export interface CompareOptions extends Shape {
  rounds: number;
  seconds: number;
  perSecond: number;
}

type Round = Record<string, number>;

/** A round in which the reference itself was this slow says more about the machine than about anything else. */
const NOISY_P99_MS = 20;

/** Heed beside its references, each measured in every round; what is compared is of the same round. */
export async function benchCompare(options: CompareOptions): Promise<Findings> {
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
      process.stderr.write(`  round ${round} of ${options.rounds}: ${JSON.stringify(roundedRound(figures))}\n`);
      if (round > 0) rounds.push(figures);
    }
    const quiet = rounds.filter((round) => (round['relay rate p99'] ?? 0) <= NOISY_P99_MS);
    const used = quiet.length > 0 ? quiet : rounds;
    const medians = Object.fromEntries(
      Object.keys(rounds[0] ?? {}).map((key) => [key, median(used.map((round) => round[key] ?? Number.NaN))]),
    );
    const about = { rounds: rounds.length, discarded: rounds.length - quiet.length };
    return { figures: { ...about, medians: roundedRound(medians) }, targets: targetsOf(used), rounds };
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
    rounded(median(rounds.map((round) => (round[a] ?? Number.NaN) / (round[b] ?? Number.NaN))), 2);
  const targets = [
    atLeast(
      'closed: messages/s beside the bare relay',
      ratio('heed closed perSecond', 'relay closed perSecond'),
      0.45,
      0.7,
    ),
    atLeast(
      'closed: messages/s beside Socket.IO + PostgreSQL',
      ratio('heed closed perSecond', 'socket-io closed perSecond'),
      2,
      4,
    ),
    atMost('closed: processor time a message beside Socket.IO + PostgreSQL', ratio('heed cpu', 'socket-io cpu'), 0.5),
    atLeast('stored: messages/s beside pgbench, 32 clients', ratio('heed stored perSecond', 'pgbench'), 1.2, 2),
    atMost('open: p50 beside the relay', ratio('heed rate p50', 'relay rate p50'), 2),
    atMost('open: p99 beside the relay', ratio('heed rate p99', 'relay rate p99'), 3),
  ];
  return targets.filter(({ value }) => !Number.isNaN(value));
}

function roundedRound(round: Round): Round {
  return Object.fromEntries(Object.entries(round).map(([key, value]) => [key, rounded(value)]));
}
