import { emptyReplica } from '@heed/client';
import { expect, test } from 'vitest';
import { announce } from './announcements.ts';
import { discardedIn, forgetDiscarded, keepDiscarded } from './discarded.ts';
import { dockOf } from './dock.ts';
import { joined } from './drafts.ts';
import { stretchesOf } from './links.ts';
import { firstName, initials } from './people.ts';
import { type Surroundings, terminalId } from './terminal-id.ts';
import { heldReply, ORLA, S, START, said, terminal, windowOf } from './test-terminal.ts';

test('initials follow the script of the name', () => {
  expect(['Rosa Maria Stein', '林晓晴', '森田 葵', 'ليلى الخطيب', 'Оксана Мельник', '', '🙂'].map(initials)).toEqual([
    'RS',
    '林',
    '森',
    'لخ',
    'ОМ',
    '',
    '',
  ]);
  expect([firstName('Orla Hennigan'), firstName('森田 葵')]).toEqual(['Orla', '森田 葵']);
});

test('only http and https become links, and the marks that end a sentence stay outside', () => {
  expect(stretchesOf('See https://a.example/x?y=1, or (http://b.example). javascript:alert(1)')).toEqual([
    { text: 'See ' },
    { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' },
    { text: ', or (' },
    { text: 'http://b.example', href: 'http://b.example' },
    { text: '). javascript:alert(1)' },
  ]);
});

test('an address that shows one host and leads to another is no link', () => {
  const text = 'https://bank.example@thief.example/';
  expect(stretchesOf(text)).toEqual([{ text }]);
});

test('a window that holds nothing yet does not say that nothing is unanswered', () => {
  expect(dockOf(terminal([emptyReplica(S)]), S, undefined, START)).toEqual({ kind: 'none' });
  expect(dockOf(terminal([windowOf([])]), S, undefined, START).kind).toBe('answered');
});

test('a discarded reply is kept for seven days, and gone once it was put back', () => {
  const kept = new Map<string, string>();
  const shelf = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  keepDiscarded(shelf, 'a1', { id: 'p1', conversation: 'k1', text: 'words', at: 1_000 });
  expect(discardedIn(shelf, 'a1', 'k1', 2_000)?.text).toBe('words');
  expect(discardedIn(shelf, 'a2', 'k1', 2_000)).toBeUndefined();
  expect(discardedIn(shelf, 'a1', 'k1', 1_000 + 7 * 86_400_000)).toBeUndefined();
  forgetDiscarded(shelf, 'a1', 'p1');
  expect(discardedIn(shelf, 'a1', 'k1', 2_000)).toBeUndefined();
  kept.set('heed-discarded-a1', 'no json');
  expect(discardedIn(shelf, 'a1', 'k1', 2_000)).toBeUndefined();
});

test('a text that comes back stands before what was typed since', () => {
  expect([joined('a', ''), joined('', 'b'), joined('a', 'b')]).toEqual(['a', 'b', 'a\n\nb']);
});

/** A few pages over one channel, as a browser has them. */
function pages() {
  const listeners: ((event: { data: unknown }) => void)[] = [];
  let serial = 0;
  return (storage: Map<string, string>): Surroundings => {
    const own: ((event: { data: unknown }) => void)[] = [];
    return {
      storage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => void storage.set(key, value) },
      channel: {
        postMessage: (data) => {
          for (const listener of listeners) if (!own.includes(listener)) listener({ data });
        },
        addEventListener: (_name: string, listener: unknown) => {
          own.push(listener as (typeof own)[0]);
          listeners.push(listener as (typeof own)[0]);
        },
      },
      newId: () => `id${++serial}`,
      wait: () => Promise.resolve(),
    };
  };
}

test('GRD2 a terminal’s id survives a reload, and a duplicated tab takes a new one', async () => {
  const page = pages();
  const storage = new Map<string, string>();
  const first = await terminalId(page(storage));
  const twin = await terminalId(page(new Map(storage)));
  expect(twin).not.toBe(first);
  const alone = pages();
  expect(await terminalId(alone(storage))).toBe(first);
});

test('new messages are read out, more than three at once in one sentence; a hold at once', () => {
  const before = terminal([windowOf([said(1, ORLA, 'a')])]);
  const one = terminal([windowOf([said(1, ORLA, 'a'), said(2, ORLA, 'Are you there?')])]);
  expect(announce(before, one, S)).toEqual([
    { tone: 'polite', sentence: { key: 'announce.message', values: { name: 'Orla', text: 'Are you there?' } } },
  ]);
  const many = terminal([windowOf([1, 2, 3, 4, 5].map((n) => said(n, ORLA, 'x')))]);
  expect(announce(before, many, S)).toMatchObject([{ sentence: { key: 'announce.messages', values: { count: 4 } } }]);
  const held = { ...before, outbox: [heldReply('x', 0)] };
  expect(announce(before, held, S)).toMatchObject([{ tone: 'assertive', sentence: { key: 'announce.held' } }]);
  const lost = { ...before, link: { state: 'connecting' as const, since: START, attempt: 1 } };
  expect(announce(before, lost, S)).toMatchObject([{ tone: 'assertive', sentence: { key: 'announce.lost' } }]);
});
