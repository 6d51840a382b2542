import { afterAll, beforeAll, expect, test } from 'vitest';
import { Town } from './town.ts';

let town: Town;
beforeAll(async () => {
  town = await Town.build({ standby: true });
});
afterAll(() => town?.remove());

test('SND2 I8 EPO1 the primary dies and its synchronous standby takes over: all that was sent is there, in the same epoch', async () => {
  const { cluster, nodes } = town;
  const standby = cluster.standby!;
  await expect
    .poll(() => cluster.primary.asAdministrator('SELECT sync_state FROM pg_stat_replication'), { timeout: 30_000 })
    .toEqual([{ sync_state: 'sync' }]);
  await town.people(500);
  await town.stored(60);
  await cluster.primary.kill();
  town.database = standby;
  await standby.asAdministrator('SELECT pg_promote()');
  await town.stored(90);
  const { faults, failures, refused, replies, pressed, stored, restedMs } = await town.judge();
  process.stdout.write(`${JSON.stringify({ pressed, stored, replies, restedMs })}\n`);
  expect({ faults, failures, refused }).toEqual({ faults: [], failures: [], refused: [] });
  expect(replies).toBeGreaterThan(10);
  // No needless epoch: nobody's window froze, and no agent had to look at a reply again.
  expect(await town.epochs()).toHaveLength(1);
  for (const node of nodes) expect(await node.figure('heed_epochs_begun_total')).toBe(0);
}, 240_000);

test('EPO1 a standby that lacks what was told as stored begins a new epoch', async () => {
  const lost = await Town.build({ nodes: 1, standby: true });
  try {
    await lost.people(500);
    await lost.stored(30);
    // The standby is away, and commits are told not to wait for it.
    await lost.cluster.standby!.kill();
    await lost.cluster.isSynchronous(false);
    await lost.stored(60);
    await lost.cluster.primary.kill();
    await lost.cluster.startStandby();
    lost.database = lost.cluster.standby!;
    await lost.database.asAdministrator('SELECT pg_promote()');
    await expect.poll(() => lost.epochs(), { timeout: 60_000 }).toHaveLength(2);
  } finally {
    await lost.remove();
  }
}, 240_000);
