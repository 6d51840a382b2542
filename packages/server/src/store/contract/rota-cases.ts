import { describe, expect, test } from 'vitest';
import type { Patience } from '../../domain/presence.ts';
import type { Company, Opens } from './company.ts';
import { after, begins, loaded, look, moves, PATIENCE, replies, write } from './scribe.ts';

const SWEEP = { patience: PATIENCE, heardMs: 25_000, most: 100, except: [] as string[] };
const duties = ({ rota }: Company, more: Partial<typeof SWEEP> = {}) => rota.duties('one', { ...SWEEP, ...more });
const due = async (company: Company, patience: Patience = PATIENCE) =>
  (await duties(company, { patience }))?.conversations.sort();

/** Whose turn it is, what is due, and who waits for work. */
export function rotaCases(open: Opens): void {
  describe('the rota', () => {
    test('CLK3 one node at a time sweeps', async () => {
      const company = await open();
      expect(await company.rota.duties('one', SWEEP)).toBeDefined();
      expect(await company.rota.duties('two', SWEEP)).toBeUndefined();
      expect(await company.rota.duties('one', SWEEP)).toBeDefined();
    });

    test('CLK3 what is due, and nothing else', async () => {
      const company = await open();
      // Long ago, and to come.
      await begins(company, 'a', 'cy', { at: after(0) });
      await begins(company, 'b', 'cy', { at: new Date().toISOString() });
      await begins(company, 'c', 'cy', { at: after(0) });
      await write(company, 'c', [moves('agent:ann'), replies('ann', 'there', 2)], { at: after(1) });
      await company.setHeard('ann', 'taking', 0);
      expect(await due(company)).toEqual(['a']);
      await write(company, 'c', [{ by: 'ann', kind: 'snoozed', body: { until: after(60) } }], { at: after(2) });
      expect(await due(company)).toEqual(['a', 'c']);
      expect((await duties(company, { most: 1 }))?.conversations).toHaveLength(1);
      expect((await duties(company, { except: ['a'] }))?.conversations).toEqual(['c']);
    });

    test('LST6 what customers wait for with agents who are not there', async () => {
      const company = await open();
      const now = () => new Date().toISOString();
      await begins(company, 'a', 'cy', { at: now() });
      await begins(company, 'b', 'cy', { at: now() });
      await write(company, 'a', [moves('agent:ann')], { at: now() });
      await write(company, 'b', [moves('agent:ann'), replies('ann', 'there', 3)], { at: now() });
      const attendance = async (patience = PATIENCE) =>
        (await loaded(company, 'a', { patience })).conversation.attendance;
      const is = async (state: 'taking' | 'away' | 'offline', agoMs: number, patience = PATIENCE) => {
        await company.setHeard('ann', state, agoMs);
        return [(await attendance(patience))?.is, (await due(company, patience))?.length];
      };
      // Never there at all; and as long as nobody knows whether they were.
      expect([(await attendance())?.is, await due(company)]).toEqual(['gone', ['a']]);
      expect(await due(company, { ...PATIENCE, listens: false })).toEqual([]);
      expect(await is('taking', 0)).toEqual(['taking', 0]);
      expect(await is('taking', 61_000)).toEqual(['gone', 1]);
      expect(await is('taking', 61_000, { ...PATIENCE, listens: false })).toEqual(['taking', 0]);
      expect(await is('away', 0)).toEqual(['pausing', 0]);
      expect(await is('away', 6_000)).toEqual(['away', 1]);
      expect(await is('offline', 0)).toEqual(['signedOut', 1]);
      expect((await loaded(company, 'a')).conversation.attendance?.holder).toBe('agent:ann');
    });

    test('LST5 who takes chats, was heard, and has room, with the time since which they wait for work', async () => {
      const company = await open();
      const free = () => look(company, (transaction) => transaction.free('orders', 25_000));
      const names = async () => (await free()).map(({ agent, room }) => `${agent} ${room}`).sort();
      expect(await names()).toEqual([]);
      await company.setHeard('ann', 'taking', 2_000);
      await company.setHeard('bea', 'away', 0);
      await company.setHeard('dot', 'taking', 26_000);
      // Of another queue.
      await company.setHeard('cat', 'taking', 0);
      expect(await names()).toEqual(['ann 2']);
      const [before] = await free();
      await begins(company, 'a', 'cy');
      await write(company, 'a', [moves('agent:ann')], { at: new Date().toISOString() });
      const [since] = await free();
      expect(since?.room).toBe(1);
      expect(since?.since).toBeGreaterThan(before?.since ?? 0);
      // What only changes or leaves is not work that was given.
      await write(company, 'a', [replies('ann', 'there', 2)], { at: new Date(Date.now() + 5_000).toISOString() });
      expect((await free())[0]?.since).toBe(since?.since);
      await begins(company, 'b', 'cy');
      await write(company, 'b', [moves('agent:ann')]);
      expect(await names()).toEqual([]);
    });
  });
}
