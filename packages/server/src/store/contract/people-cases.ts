import { describe, expect, test } from 'vitest';
import type { Opens } from './company.ts';
import { after, begins, itemsOf } from './scribe.ts';

/** What every store knows of people. */
export function peopleCases(open: Opens): void {
  describe('people', () => {
    test('CON1 a token leads to its session, a customer to their inbox', async () => {
      const { people } = await open();
      expect(await people.findToken('token-ann')).toEqual({ id: 'session-ann', personType: 'agent', person: 'ann' });
      expect(await people.findToken('token-cy')).toEqual({ id: 'session-cy', personType: 'customer', person: 'cy' });
      expect(await people.findToken('token-nobody')).toBeUndefined();
      expect(await people.customer('cy')).toEqual({ id: 'cy', name: 'Cy', inbox: 'shop' });
      expect(await people.customer('nobody')).toBeUndefined();
    });

    test('CON7 which sessions live', async () => {
      const { people } = await open();
      expect(await people.living(['session-ann', 'session-cy', 'session-gone'])).toEqual(
        new Set(['session-ann', 'session-cy']),
      );
      expect(await people.living([])).toEqual(new Set());
    });

    test('CON1 the newest 20 chats of a customer, the oldest of them first', async () => {
      const company = await open();
      // Not begun in the order of their times, as on two nodes.
      const order = Array.from({ length: 22 }, (_, i) => (i * 5) % 22);
      for (const i of order) await begins(company, `c${i}`, 'cy', { at: after(i) });
      await begins(company, 'other', 'di', { at: after(99) });
      const chats = await company.people.chatsOf('cy');
      expect(chats.map(([s]) => s)).toEqual(Array.from({ length: 20 }, (_, i) => `chat/c${i + 2}`));
      const [last] = await itemsOf(company, 'chat/c21');
      expect(chats.at(-1)).toEqual(['chat/c21', 1, last?.h]);
      expect(await company.people.chatsOf('ed')).toEqual([]);
    });

    test('LST6 who was never there takes chats; what was said last holds', async () => {
      const { people } = await open();
      expect(await people.arrive('ann')).toBe('taking');
      await people.savePresence('ann', 'away');
      expect(await people.arrive('ann')).toBe('away');
      await people.saveHeard([
        { agent: 'ann', agoMs: 0 },
        { agent: 'bea', agoMs: 0 },
      ]);
      await people.saveHeard([]);
      expect(await people.arrive('ann')).toBe('away');
      await people.savePresence('ann', 'taking');
      expect(await people.arrive('ann')).toBe('taking');
      expect(await people.arrive('bea')).toBe('taking');
    });

    test('CON2 the newest draft wins, and an empty one is none', async () => {
      const { people } = await open();
      const drafts = async () => (await people.draftsOf('ann')).sort((a, b) => (a.s < b.s ? -1 : 1));
      const [a, b] = ['conversation/a', 'conversation/b'];
      await people.saveDraft('ann', b, 'b1', 1);
      await people.saveDraft('ann', a, 'a5', 5);
      // Who comes late is told what is newer.
      expect(await people.saveDraft('ann', a, 'a4', 4)).toEqual({ text: 'a5', version: 5 });
      await people.saveDraft('ann', a, 'a5 again', 5);
      await people.saveDraft('bea', a, 'hers', Date.parse(after(0)));
      expect(await drafts()).toEqual([
        { s: a, text: 'a5', version: 5 },
        { s: b, text: 'b1', version: 1 },
      ]);
      expect(await people.saveDraft('ann', a, '', 6)).toEqual({ text: '', version: 6 });
      expect(await drafts()).toEqual([{ s: b, text: 'b1', version: 1 }]);
      await people.saveDraft('ann', a, 'late', 5);
      expect(await drafts()).toHaveLength(1);
      expect(await people.draftsOf('bea')).toEqual([{ s: a, text: 'hers', version: Date.parse(after(0)) }]);
      expect(await people.draftsOf('cat')).toEqual([]);
    });

    test('CON2 what is said of somebody who is not there is heard by nobody', async () => {
      const { people } = await open();
      await people.saveAttributes('nobody', { plan: 'gold' });
      await people.saveHeard([{ agent: 'nobody', agoMs: 5 }]);
      expect(await people.customer('nobody')).toBeUndefined();
    });
  });
}
