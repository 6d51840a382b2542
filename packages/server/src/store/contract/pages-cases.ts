import { expect, test } from 'vitest';
import type { Key } from '../port.ts';
import { type Opens, sorted } from './company.ts';
import { after, begins, look, says, wanted, write } from './scribe.ts';

/** What pages leave in the store. */
export function pagesCases(open: Opens): void {
  test('STR4 all of it is there after the commit', async () => {
    const company = await open();
    const key: Key = { stream: 'chat/a', actor: 'cy', id: 'k', leadsTo: null, at: { n: 1, h: 'h' }, bodyHash: 'b' };
    const c = await begins(company, 'a', 'cy', { keys: [key], at: after(1) });
    const rows = await company.rows();
    const lists = sorted(rows.points as object[]) as { list: string; n: number }[];
    expect(lists.map(({ list, n }) => [list, n])).toEqual(
      expect.arrayContaining([
        ['list/open:orders', 1],
        ['list/queue:orders', 1],
      ]),
    );
    expect(rows.keys).toEqual(sorted([key]));
    expect(rows.items).toHaveLength(3);
    expect(await company.reading.heads(['conversation/a', 'chat/a'])).toEqual(
      new Map([
        ['conversation/a', c.head],
        ['chat/a', c.chatHead],
      ]),
    );
    expect(await company.reading.birth('conversation/a')).toBe(await company.reading.birth('list/open:orders'));
  });

  test('I12 erasing takes the words of an item and of its edits, and what its sends were recognised by', async () => {
    const company = await open();
    const key = (s: string, id: string): Key => ({
      ...{ stream: s, actor: 'cy', id, leadsTo: null, at: { n: 1, h: 'h' }, bodyHash: `hash of ${id}` },
    });
    const keys = [key('chat/a', 'message-1'), key('chat/new', 'message-1'), key('conversation/a', 'message-1')];
    await begins(company, 'a', 'cy', { keys: [...keys, key('chat/a', 'message-3')] });
    const edit = (target: number, n: number) =>
      ({ by: 'cy', kind: 'edited', body: { target, text: `so: ${n}` }, chat: true }) as const;
    await write(company, 'a', [says('cy', 'two'), edit(1, 4), edit(3, 5), edit(1, 6)]);
    const erasures = [
      { stream: 'conversation/a', n: 1 },
      { stream: 'chat/a', n: 1 },
    ];
    await write(company, 'a', [{ by: 'cy', kind: 'erased', body: { target: 1 } }], {
      spoil: (pages) => pages.erasures.push(...erasures),
    });
    const erased = async (s: string) =>
      (await company.reading.after(s, 0, 100))?.items.filter((item) => item.erased).map(({ n }) => n);
    expect(await erased('conversation/a')).toEqual([1, 4, 6]);
    // In the chat the edits name the number of the conversation here: only the message itself has that target.
    expect(await erased('chat/a')).toContain(1);
    const kept = ((await company.rows()).keys as Key[]).filter(({ bodyHash }) => bodyHash !== null);
    expect(kept.map(({ stream, id }) => [stream, id])).toEqual([['chat/a', 'message-3']]);
  });

  test('an empty transaction changes nothing', async () => {
    const company = await open();
    await begins(company, 'a');
    const before = await company.rows();
    await look(company, (transaction) => transaction.load(wanted(['a'])));
    expect(await company.rows()).toEqual(before);
  });
}
