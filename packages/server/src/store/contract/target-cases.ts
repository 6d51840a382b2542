import type { ItemKind } from '@heed/protocol';
import { isMaterial } from '@heed/protocol';
import { expect, test } from 'vitest';
import type { Basis } from '../port.ts';
import { type Company, fileOf, type Opens } from './company.ts';
import { after, begins, load, look, moves, type noPages, pointOf, replies, says, write } from './scribe.ts';

const KINDS: ItemKind[] = [
  ...(['message', 'note', 'edited', 'erased', 'assigned', 'transferred', 'queued', 'returned', 'escalated'] as const),
  ...(['resolved', 'reopened', 'snoozed', 'labelled', 'answeredMarked', 'rated', 'served'] as const),
];

/** What points and numbers of sends lead to. */
export function targetCases(open: Opens): void {
  const basis = (n: number, h: string, more: Partial<Basis> = {}): Basis => ({
    ...{ conversation: 'a', point: { n, h }, actor: 'ann', terminal: 'ann-1' },
    ...more,
  });
  const recent = async (company: Company, ...bases: Basis[]) => (await load(company, 'a', { bases })).recent;

  test('GRD1 a point is true or counts as 0; what is above it comes in order', async () => {
    const company = await open();
    await begins(company, 'a');
    await write(company, 'a', [says('cy', 'two'), replies('bea', 'yes', 1), says('cy', 'three')]);
    const { h } = await pointOf(company, 'conversation/a', 3);
    const found = await recent(
      company,
      ...[basis(3, h), basis(3, 'wrong'), basis(0, ''), basis(99, h), basis(2 ** 40, h)],
    );
    expect(found.map(({ isTrue }) => isTrue)).toEqual([true, false, false, false, false]);
    expect(found.map((each) => each.recent.map(({ n }) => n))).toEqual([
      ...[[4, 5]],
      ...Array.from({ length: 4 }, () => [1, 3, 4, 5]),
    ]);
    const [first] = found[0]?.recent ?? [];
    expect(first).toEqual({
      n: 4,
      id: 'message-4',
      kind: 'message',
      actor: { type: 'agent', id: 'bea' },
      terminal: 'bea-1',
    });
  });

  test('GRD2 what the same terminal sent, and the system because of it, is not news to it', async () => {
    const company = await open();
    await begins(company, 'a');
    const by = (who: string, terminal: string | null) => says(who, `${who} ${terminal}`, { terminal });
    await write(company, 'a', [by('ann', 'ann-1'), by('ann', 'ann-2'), by('bea', 'ann-1'), by('dot', 'dot-1')]);
    const system = (terminal: string | null) => ({ ...moves('agent:ann'), by: 'system', terminal });
    await write(company, 'a', [system('ann-1'), system('ann-2'), system(null), by('cy', 'ann-1')]);
    const numbers = async (actor: string, terminal: string) =>
      (await recent(company, basis(0, '', { actor, terminal })))[0]?.recent.map(({ n }) => n);
    expect(await numbers('ann', 'ann-1')).toEqual([1, 4, 5, 6, 8, 9, 10]);
    expect(await numbers('dot', 'dot-1')).toEqual([1, 3, 4, 5, 7, 8, 9, 10]);
  });

  test('GRD2 every material item comes, the first 101, and only what somebody must see', async () => {
    const company = await open();
    await begins(company, 'a');
    const body = { target: 1, text: 'x', to: 'queue:orders', until: after(1), added: [], removed: [], upTo: 0 };
    const lines = ['cy', 'bea', 'dot', 'system'].flatMap((by) =>
      KINDS.map((kind) => ({ by, kind, body: body as never, terminal: 'elsewhere' })),
    );
    await write(company, 'a', lines, { spoil: keepRow });
    const all = await company.reading.after('conversation/a', 2, 1000);
    const material = all?.items.filter((item) => isMaterial(item.kind, item.actor.type)).map(({ n }) => n) ?? [];
    const found = (await recent(company, basis(0, '')))[0]?.recent.map(({ n }) => n) ?? [];
    expect(found).toEqual([1, ...material]);
    await write(
      company,
      'a',
      Array.from({ length: 120 }, () => says('cy', 'more')),
    );
    const many = (await recent(company, basis(0, '')))[0]?.recent ?? [];
    expect(many).toHaveLength(101);
  });

  test('SND6 a target is found by its number in the conversation, or in the chat', async () => {
    const company = await open();
    await begins(company, 'a');
    const note = { by: 'ann', kind: 'note', body: { text: 'for us' } } as const;
    await write(company, 'a', [note, replies('bea', 'for you', 1), says('cy', 'thanks')]);
    const targets = await look(company, (transaction) =>
      transaction.targets([
        { conversation: 'a', n: 3, inChat: false },
        { conversation: 'a', n: 4, inChat: false },
        { conversation: 'a', n: 2, inChat: true },
        { conversation: 'a', n: 9, inChat: false },
        { conversation: 'a', n: 9, inChat: true },
        { conversation: 'b', n: 1, inChat: true },
        { conversation: 'a', n: 0, inChat: true },
        { conversation: 'a', n: 2 ** 40, inChat: false },
      ]),
    );
    const { h: three } = await pointOf(company, 'conversation/a', 3);
    const { h: four } = await pointOf(company, 'conversation/a', 4);
    const ann = { type: 'agent', id: 'ann' };
    const said = {
      n: 4,
      h: four,
      id: 'message-4',
      kind: 'message',
      actor: { type: 'agent', id: 'bea' },
      terminal: 'bea-1',
    };
    const shown = { ...said, isErased: false, inChat: 2, covers: 1 };
    expect(targets.slice(0, 3)).toEqual([
      { n: 3, h: three, id: 'note-3', kind: 'note', actor: ann, terminal: 'ann-1', isErased: false },
      shown,
      shown,
    ]);
    expect(targets.slice(3)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(await look(company, (transaction) => transaction.targets([]))).toEqual([]);
  });

  test('LST2 what was said: so many of the newest messages that are not erased', async () => {
    const company = await open();
    await begins(company, 'a');
    await write(company, 'a', [says('cy', 'two'), says('bea', 'three'), says('cy', 'four')]);
    await write(company, 'a', [{ by: 'cy', kind: 'erased', body: { target: 5 } }], {
      spoil: (pages) => pages.erasures.push({ stream: 'conversation/a', n: 5 }),
    });
    const said = async (count: number) => (await load(company, 'a', { said: new Map([['a', count]]) })).said.get('a');
    expect(await said(2)).toEqual(
      new Map([
        [3, 'two'],
        [4, 'three'],
      ]),
    );
    expect(await said(9)).toEqual(
      new Map([
        [1, 'I am cy'],
        [3, 'two'],
        [4, 'three'],
      ]),
    );
    expect((await load(company, 'a', { said: new Map([['b', 3]]) })).said.size).toBe(0);
  });

  test('§11 files are those of the message that names them, and go with it', async () => {
    const company = await open();
    await begins(company, 'a');
    await company.addFile('f1', 'cy');
    const found = async () => (await load(company, 'a', { attachments: ['f1', 'f2'] })).attachments;
    expect(await found()).toEqual(
      new Map([['f1', { attachment: fileOf('f1'), owner: { type: 'customer', id: 'cy' }, conversation: null }]]),
    );
    await write(company, 'a', [{ by: 'cy', kind: 'message', body: { text: '', attachments: [fileOf('f1')] } }], {
      spoil: (pages) => pages.attached.push(['f1', 'a']),
    });
    expect((await found()).get('f1')?.conversation).toBe('a');
    const [target] = await look(company, (transaction) =>
      transaction.targets([{ conversation: 'a', n: 3, inChat: false }]),
    );
    expect(target?.attachments).toEqual(['f1']);
    await write(company, 'a', [{ by: 'cy', kind: 'erased', body: { target: 3 } }], {
      spoil: (pages) => pages.detached.push('f1'),
    });
    expect((await found()).size).toBe(0);
  });

  test('GRD5 what was said since the customer’s last message, as it stands', async () => {
    const company = await open();
    await begins(company, 'a');
    const answers = async () => (await load(company, 'a', { answers: ['a'] })).answers.get('a') ?? [];
    expect(await answers()).toEqual([]);
    await write(company, 'a', [says('bea', 'before'), says('cy', 'and?'), says('bea', 'one'), says('bea', 'two')]);
    await write(
      company,
      'a',
      [
        { by: 'bea', kind: 'note', body: { text: 'between us' } },
        { by: 'bea', kind: 'edited', body: { target: 5, text: 'three' } },
        { by: 'bea', kind: 'erased', body: { target: 6 } },
      ],
      {
        spoil: (pages) => pages.erasures.push({ stream: 'conversation/a', n: 6 }),
      },
    );
    expect(await answers()).toEqual([{ n: 5, text: 'three' }]);
    expect((await load(company, 'a')).answers.size).toBe(0);
    await write(company, 'a', [says('cy', 'thanks')]);
    expect(await answers()).toEqual([]);
  });
}

/** The row as it was before: what is appended then changes nothing of what the tables check. */
function keepRow(pages: ReturnType<typeof noPages>): void {
  const [id, stored] = [...pages.conversations][0] ?? [];
  if (id === undefined || !stored) return;
  const { head, chatHead } = stored.conversation;
  pages.conversations.delete(id);
  pages.entries.length = 0;
  for (const name of [...pages.heads.keys()]) if (name.startsWith('list/')) pages.heads.delete(name);
  pages.heads.set(`conversation/${id}`, { at: head, time: after(0), isNew: false });
  pages.heads.set(`chat/${id}`, { at: chatHead, time: after(0), isNew: false });
}
