import type { Point, Read, Stream } from '@heed/protocol';
import { describe, expect, test } from 'vitest';
import type { Company, Opens } from './company.ts';
import { EPOCH } from './company.ts';
import { after, begins, type Line, moves, pointOf, replies, says, write } from './scribe.ts';

/** What every store shows of streams. */
export function readingCases(open: Opens): void {
  describe('logs', () => logs(open));
  describe('lists of entries', () => lists(open));
  describe('snapshots', () => snapshots(open));
  describe('reads', () => reads(open));
}

function logs(open: Opens): void {
  test('STR1 heads, births and permissions; what does not exist is missing', async () => {
    const company = await open();
    const c = await begins(company, 'a');
    const names = ['conversation/a', 'chat/a', 'chat/b', 'list/agent:ann'];
    expect([...(await company.reading.heads(names)).keys()].sort()).toEqual([
      'chat/a',
      'conversation/a',
      'list/agent:ann',
    ]);
    expect((await company.reading.heads(names)).get('conversation/a')).toEqual(c.head);
    expect(await company.reading.birth('chat/a')).toBe(EPOCH);
    expect(await company.reading.birth('chat/b')).toBeUndefined();
    const access = { id: 'a', customer: 'cy', queue: 'orders', holder: 'queue:orders', mentioned: new Set() };
    expect(await company.reading.access(['a', 'b'])).toEqual(new Map([['a', access]]));
  });

  test('CMP4 what is above a number, with the hash at that number', async () => {
    const company = await open();
    await begins(company, 'a');
    const c = await write(company, 'a', [says('cy', 'two'), replies('bea', 'three', 3)], { at: after(1) });
    const at = async (n: number, limit = 10) => {
      const stretch = await company.reading.after('conversation/a', n, limit);
      return { ...stretch, items: stretch?.items.map((item) => item.n) };
    };
    const head = { head: c.head, birth: EPOCH };
    expect(await at(0)).toEqual({ ...head, edge: null, items: [1, 2, 3, 4] });
    expect(await at(0, 2)).toEqual({ ...head, edge: null, items: [1, 2] });
    expect(await at(3)).toEqual({ ...head, edge: (await pointOf(company, 'conversation/a', 3)).h, items: [4] });
    expect(await at(4)).toEqual({ ...head, edge: c.head.h, items: [] });
    expect(await at(9)).toEqual({ ...head, edge: null, items: [] });
    expect(await company.reading.after('conversation/b', 0, 10)).toBeUndefined();
  });

  test('CMP11 what is below a number: the last ones, in order, without a hash', async () => {
    const company = await open();
    await begins(company, 'a');
    await write(company, 'a', [says('cy', 'two'), says('cy', 'three')]);
    const at = async (n: number, limit: number) => {
      const stretch = await company.reading.before('conversation/a', n, limit);
      return [stretch?.edge, stretch?.items.map((item) => item.n)];
    };
    expect(await at(4, 2)).toEqual([null, [2, 3]]);
    expect(await at(4, 9)).toEqual([null, [1, 2, 3]]);
    expect(await at(99, 3)).toEqual([null, [2, 3, 4]]);
    expect(await at(1, 9)).toEqual([null, []]);
    expect(await at(0, 9)).toEqual([null, []]);
    expect(await at(3, 0)).toEqual([null, []]);
    expect(await company.reading.before('chat/b', 5, 10)).toBeUndefined();
  });

  test('STR2 an item has its body, the name of its author, and its erasure', async () => {
    const company = await open();
    await begins(company, 'a', 'cy', { at: after(1) });
    const lines = [says('dot', 'a bot', { terminal: null }), moves('agent:ann'), says('cy', '  \u00e9\u{1f600}\n')];
    await write(company, 'a', lines, { at: after(2) });
    await write(company, 'a', [{ by: 'cy', kind: 'erased', body: { target: 5 } }], {
      spoil: (pages) => pages.erasures.push({ stream: 'conversation/a', n: 5 }),
    });
    const items = (await company.reading.after('conversation/a', 0, 10))?.items ?? [];
    const { h } = await pointOf(company, 'conversation/a', 3);
    const dot = { type: 'bot', id: 'dot', name: 'Dot' };
    expect(items[2]).toEqual({
      n: 3,
      h,
      id: 'message-3',
      kind: 'message',
      actor: dot,
      at: after(2),
      body: { text: 'a bot' },
    });
    expect(items.map(({ actor }) => actor.name)).toEqual(['Cy', '', 'Dot', 'Bea', 'Cy', 'Cy']);
    expect(items[4]).toMatchObject({ n: 5, erased: true });
    expect(items[4]).not.toHaveProperty('body');
    // The chat has its own frozen body, which is erased where that is asked for.
    const chat = (await company.reading.after('chat/a', 0, 10))?.items ?? [];
    expect(chat.map(({ body }) => (body as { text: string }).text)).toEqual([
      'I am cy',
      'a bot',
      '  \u00e9\u{1f600}\n',
    ]);
  });
}

function lists(open: Opens): void {
  const at = async (company: Company, s: Stream, n: number, limit = 10) => {
    const stretch = await company.reading.listAfter(s, n, limit);
    return stretch && { ...stretch, items: stretch.items.map((item) => [item.n, item.kind, item.id]) };
  };

  test('LST2 the newest item of each conversation, what left too, and what is kept before', async () => {
    const company = await open();
    const s = 'list/queue:orders';
    const points: (Point | undefined)[] = [];
    const step = async (work: Promise<unknown>) => {
      await work;
      points.push((await company.reading.heads([s])).get(s));
    };
    await step(begins(company, 'a'));
    await step(begins(company, 'b', 'di'));
    await step(begins(company, 'c'));
    await step(write(company, 'a', [says('cy', 'more')]));
    await step(write(company, 'b', [moves('agent:ann', 'queue:orders')]));
    const head = { head: points[4], birth: EPOCH, floor: 0 };
    const all = [
      [3, 'entered', 'c.3'],
      [4, 'changed', 'a.4'],
      [5, 'left', 'b.5'],
    ];
    expect(await at(company, s, 0)).toEqual({ ...head, edge: null, keptBefore: 0, items: all });
    expect(await at(company, s, 0, 2)).toEqual({ ...head, edge: null, keptBefore: 0, items: all.slice(0, 2) });
    // The point of an item that was since replaced is still known.
    expect(await at(company, s, 2)).toEqual({ ...head, edge: points[1]?.h, keptBefore: 0, items: all });
    expect(await at(company, s, 3)).toEqual({ ...head, edge: points[2]?.h, keptBefore: 3, items: all.slice(1) });
    expect(await at(company, s, 5)).toEqual({ ...head, edge: points[4]?.h, keptBefore: 5, items: [] });
    expect(await at(company, s, 9)).toEqual({ ...head, edge: null, keptBefore: 5, items: [] });
    expect(await at(company, 'list/queue:nowhere', 0)).toBeUndefined();
    expect(await at(company, 'list/agent:bea', 0)).toMatchObject({ head: { n: 0 }, keptBefore: 0, items: [] });
  });

  test('LST2 whoever is far behind gets the newest item of each conversation, in order, a piece at a time', async () => {
    const company = await open();
    const s = 'list/queue:orders';
    await begins(company, 'a');
    await begins(company, 'b', 'di');
    for (let i = 0; i < 210; i++) await write(company, 'a', [says('cy', `more ${i}`)]);
    await begins(company, 'c');
    const all = [
      [2, 'entered', 'b.2'],
      [212, 'changed', 'a.212'],
      [213, 'entered', 'c.213'],
    ];
    expect(await at(company, s, 0)).toMatchObject({ keptBefore: 0, items: all });
    expect(await at(company, s, 0, 2)).toMatchObject({ items: all.slice(0, 2) });
    expect(await at(company, s, 2)).toMatchObject({ keptBefore: 2, items: all.slice(1) });
    expect(await at(company, s, 100)).toMatchObject({ keptBefore: 2, items: all.slice(1) });
  });

  test('LST2 entries say what the conversation is, what left says where to', async () => {
    const company = await open();
    await begins(company, 'a', 'cy', { at: after(1) });
    const c = await write(company, 'a', [moves('agent:ann', 'queue:orders')], { at: after(2) });
    const body = async (s: Stream) => (await company.reading.listAfter(s, 0, 10))?.items[0];
    expect(await body('list/queue:orders')).toMatchObject({
      kind: 'left',
      body: { conversation: 'a', to: 'agent:ann' },
    });
    const entry = { conversation: 'a', head: c.head, holder: 'agent:ann', waitingSince: after(1), dueAt: after(61) };
    const system = { type: 'system', id: 'system', name: '' };
    expect(await body('list/agent:ann')).toMatchObject({ kind: 'entered', actor: system, at: after(2), body: entry });
    expect(await body('list/open:orders')).toMatchObject({ kind: 'changed', body: entry });
  });
}

function snapshots(open: Opens): void {
  test('CMP10 the newest items with what they lead to', async () => {
    const company = await open();
    await begins(company, 'a');
    const label = { by: 'ann', kind: 'labelled', body: { added: ['x', 'a'], removed: [] } } satisfies Line;
    const c = await write(company, 'a', [moves('agent:ann'), says('cy', 'two'), replies('ann', 'one', 1), label]);
    const found = await company.reading.snapshot('conversation/a', 2);
    expect(found).toMatchObject({ head: c.head, birth: EPOCH, lastHolder: 'agent:ann' });
    expect(found?.items.map(({ n }) => n)).toEqual([5, 6]);
    const state = { status: 'open', holder: 'agent:ann', queue: 'orders', labels: ['x', 'a'], answeredUpTo: 1 };
    expect(found?.state).toEqual({ ...state, unanswered: [4] });
    const chat = await company.reading.snapshot('chat/a', 50);
    expect(chat?.items.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(chat).toMatchObject({ head: c.chatHead, state: { ...state, unanswered: [4] } });
    expect((await company.reading.snapshot('conversation/a', 0))?.items).toEqual([]);
    expect(await company.reading.snapshot('conversation/b', 50)).toBeUndefined();
    expect(await company.reading.snapshot('list/queue:orders', 50)).toBeUndefined();
  });

  test('CON2 the customer as of now: pages, attributes and past stand beside the conversation only', async () => {
    const company = await open();
    for (const id of ['a', 'b', 'c']) await begins(company, id, 'cy', { at: after(id.charCodeAt(0)) });
    await begins(company, 'd', 'di');
    await write(company, 'b', [replies('bea', 'bye', 2), { by: 'bea', kind: 'resolved', body: {} }]);
    const known = { id: 'cy', name: 'Cy', email: null, verified: false };
    const nothing = { language: null, device: null, attributes: {}, createdAt: after(0), lastHeardAt: null };
    expect((await company.reading.snapshot('chat/a', 5))?.customer).toEqual({
      ...known,
      ...nothing,
      visits: [],
      past: [],
    });
    await company.people.saveAttributes('cy', { language: 'de', device: 'phone', plan: 'gold', old: 'x' });
    await company.people.saveAttributes('cy', { language: 5, plan: 'silver' });
    for (let i = 1; i <= 60; i++) await company.people.saveVisit('cy', { url: `u${i}`, title: 't', referrer: '' });
    const customer = (await company.reading.snapshot('conversation/a', 5))?.customer;
    expect(customer).toMatchObject({
      ...known,
      language: 'de',
      device: 'phone',
      attributes: { plan: 'silver', old: 'x' },
    });
    expect(Date.parse(customer?.lastHeardAt ?? '')).not.toBeNaN();
    expect(customer?.visits.map(({ url }) => url)).toEqual(Array.from({ length: 50 }, (_, i) => `u${60 - i}`));
    const past = { queue: 'orders', preview: 'I am cy' };
    expect(customer?.past).toEqual([
      { ...past, conversation: 'c', number: 3, status: 'open', startedAt: after(99) },
      { ...past, conversation: 'b', number: 2, status: 'resolved', startedAt: after(98), preview: 'bye' },
    ]);
    const chat = (await company.reading.snapshot('chat/a', 5))?.customer;
    expect(chat).toMatchObject({ attributes: { plan: 'silver' }, visits: [], past: [] });
  });

  test('CON2 attributes that would be too many or too long stand instead of what was known', async () => {
    const company = await open();
    await begins(company, 'a');
    const attributes = async () => (await company.reading.snapshot('chat/a', 5))?.customer.attributes;
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'v']));
    await company.people.saveAttributes('cy', many);
    await company.people.saveAttributes('cy', { k0: 'w' });
    expect(await attributes()).toEqual({ ...many, k0: 'w' });
    await company.people.saveAttributes('cy', { new: 'n' });
    expect(await attributes()).toEqual({ new: 'n' });
    // {"new": "n", "long": "…"}: 24 bytes around the value.
    await company.people.saveAttributes('cy', { long: 'x'.repeat(16_384 - 24) });
    expect(Object.keys((await attributes()) ?? {})).toEqual(['new', 'long']);
    await company.people.saveAttributes('cy', { long: 'x'.repeat(16_384 - 23) });
    expect(Object.keys((await attributes()) ?? {})).toEqual(['long']);
  });
}

function reads(open: Opens): void {
  const marks = async (company: Company, ...streams: Stream[]) =>
    (await company.reading.reads(streams)).map(([s, actor, n]: [Stream, ...Read]) => `${s} ${actor} ${n}`).sort();
  const note = { by: 'ann', kind: 'note', body: { text: 'for us' } } as const;

  async function begun(open: Opens): Promise<Company> {
    const company = await open();
    await begins(company, 'a');
    // The conversation has 6 items; the chat shows 1, 4 and 6 of them as 1, 2 and 3.
    await write(company, 'a', [note, replies('bea', 'two', 1), note, says('cy', 'three')]);
    return company;
  }
  const read = async (company: Company, s: Stream, type: string, actor: string, n: number) =>
    company.people.saveReads([{ s, type, actor, n, h: (await pointOf(company, s, n)).h }]);

  test('CON3 each window has reads in its own numbers', async () => {
    const company = await begun(open);
    await read(company, 'conversation/a', 'agent', 'ann', 5);
    await read(company, 'conversation/a', 'agent', 'bea', 3);
    await read(company, 'chat/a', 'customer', 'cy', 2);
    expect(await marks(company, 'conversation/a')).toEqual([
      ...['conversation/a agent:ann 5', 'conversation/a agent:bea 3', 'conversation/a customer:cy 4'],
    ]);
    expect(await marks(company, 'chat/a')).toEqual([
      'chat/a agent:ann 2',
      'chat/a agent:bea 1',
      'chat/a customer:cy 2',
    ]);
    expect(await marks(company, 'chat/a', 'conversation/a', 'chat/b')).toHaveLength(6);
    expect(await marks(company, 'list/agent:ann')).toEqual([]);
  });

  test('CON3 the highest number wins', async () => {
    const company = await begun(open);
    await read(company, 'conversation/a', 'agent', 'ann', 4);
    await read(company, 'conversation/a', 'agent', 'ann', 2);
    expect(await marks(company, 'conversation/a')).toEqual(['conversation/a agent:ann 4']);
    const [, , , at] = (await company.reading.reads(['conversation/a']))[0] ?? [];
    await read(company, 'conversation/a', 'agent', 'ann', 4);
    expect((await company.reading.reads(['conversation/a']))[0]?.[3]).toBe(at);
    const h = async (n: number) => (await pointOf(company, 'conversation/a', n)).h;
    const own = { s: 'conversation/a', type: 'agent', actor: 'ann' };
    await company.people.saveReads([
      { ...own, n: 5, h: await h(5) },
      { ...own, n: 6, h: await h(6) },
      { ...own, n: 3, h: await h(3) },
    ]);
    expect(await marks(company, 'conversation/a')).toEqual(['conversation/a agent:ann 6']);
  });

  test('I10 a point that is no true one counts for nothing', async () => {
    const company = await begun(open);
    const { h } = await pointOf(company, 'conversation/a', 3);
    const own = { s: 'conversation/a', type: 'agent', actor: 'ann' };
    const false_ = [
      { ...own, n: 4, h },
      { ...own, n: 99, h },
      { ...own, n: 0, h: '' },
      { ...own, n: 2 ** 40, h },
    ];
    await company.people.saveReads([...false_, { ...own, s: 'conversation/b', n: 3, h }]);
    await company.people.saveReads([]);
    expect(await marks(company, 'conversation/a', 'chat/a')).toEqual([]);
    await company.people.saveReads([...false_, { ...own, n: 3, h }]);
    expect(await marks(company, 'conversation/a')).toEqual(['conversation/a agent:ann 3']);
  });
}
