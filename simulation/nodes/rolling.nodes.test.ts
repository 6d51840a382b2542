import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectMany } from './many.ts';
import { Town } from './town.ts';
import { quantile } from './waits.ts';

const TERMINALS = 500;
/** Longer than what waits is admitted, so that some is put off. */
const HANGS_MS = 9_000;

let town: Town;
beforeAll(async () => {
  town = await Town.build({ settings: { 'drain-ms': '600' } });
});
afterAll(() => town?.remove());

test('CON7 CON6 three nodes restarted in turn, and a database that hangs: nobody sees an error, and all of it is stored', async () => {
  const { nodes } = town;
  await town.people(500);
  await town.stored(30);
  const began = Date.now();
  for (const node of nodes) {
    expect(await node.stop()).toBe(0);
    await node.start();
    await sleep(1_000);
  }
  const waits = await town.customersWaits(began, Date.now());
  const [median, most] = [quantile(waits, 0.5), quantile(waits, 0.99)];
  process.stdout.write(`rolling restart: ${waits.length} messages of customers, p50 ${median} ms, p99 ${most} ms\n`);
  await town.hang(HANGS_MS);
  const putOff = await Promise.all(nodes.map((node) => node.figure('heed_commands_total{outcome="unavailable"}')));
  const { faults, failures, refused, replies, pressed, stored, restedMs } = await town.judge();
  process.stdout.write(`${JSON.stringify({ putOff, pressed, stored, replies, restedMs })}\n`);
  expect({ faults, failures, refused }).toEqual({ faults: [], failures: [], refused: [] });
  expect(replies).toBeGreaterThan(10);
  expect(Math.max(...putOff)).toBeGreaterThan(0);
}, 240_000);

test('BEAT4 a node killed with 500 terminals: they come back at the others, spread by jitter, and all are in step', async () => {
  const many = await connectMany(town, TERMINALS);
  try {
    const killedAt = Date.now();
    await town.nodes[0]?.kill();
    await many.inStep(killedAt);
    const after = many.arrivals.filter((at) => at >= killedAt).map((at) => at - killedAt);
    const slots: number[] = [];
    for (const ms of after) slots[Math.floor(ms / 100)] = (slots[Math.floor(ms / 100)] ?? 0) + 1;
    process.stdout.write(`connections in each 100 ms after the kill: ${Array.from(slots, (n) => n ?? 0).join(' ')}\n`);
    expect(after.length).toBeGreaterThanOrEqual(TERMINALS);
    // Without jitter all would come in the same instant.
    expect(Object.keys(slots).length).toBeGreaterThan(3);
  } finally {
    await many.close();
    await town.nodes[0]?.start();
  }
}, 240_000);
