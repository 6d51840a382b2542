import { expect, test } from 'vitest';
import { currentChat, startTarget } from './current.ts';
import { NEW } from './new.ts';
import { AGENT, CUSTOMER, chat, item, pending, S, terminal } from './samples.test-data.ts';
import { afterPress, draftOf, placeOf, settle, type View } from './view.ts';

const AUTO: View = { name: 'auto' };
const open = chat([item(1, CUSTOMER, 'message', { text: 'a' })], { seen: { n: 1, h: 'h1' } });
const closed = { ...open, state: { status: 'resolved', servedBy: null } } as const;

test('a window opens on the conversation that goes on, else on the start page', () => {
  expect(placeOf(settle(AUTO, terminal(open)), terminal(open))).toEqual({ name: 'chat', s: S });
  expect(settle(AUTO, terminal(closed))).toBe(AUTO);
  expect(settle(AUTO, terminal())).toBe(AUTO);
});

test('a closed conversation with something new is opened once more', () => {
  const news = chat([...open.items, item(2, AGENT, 'resolved', {})], { ...closed, seen: { n: 1, h: 'h1' } });
  const replica = { ...news, items: [...open.items, item(2, AGENT, 'resolved', {})] };
  expect(settle(AUTO, terminal(replica)).name).toBe('chat');
});

test('a conversation that is closed while it is looked at stays on the screen', () => {
  const view = settle(AUTO, terminal(open));
  expect(placeOf(view, terminal(closed))).toEqual({ name: 'chat', s: S });
});

test('SND7 a first message is followed to the conversation that it became', () => {
  const view = afterPress({ name: 'home' }, NEW, 'm1');
  const waiting = terminal(undefined, { outbox: [pending('m1', { name: 'waiting' }, { s: NEW })] });
  expect(placeOf(view, waiting)).toEqual({ name: 'chat', s: NEW });
  const sent = terminal(undefined, { outbox: [pending('m1', { name: 'stored', at: { n: 1, h: '' } })] });
  expect(placeOf(view, sent)).toEqual({ name: 'chat', s: S });
  const there = terminal(chat([{ ...item(1, CUSTOMER, 'message', { text: 'a' }), id: 'm1' }]));
  expect(placeOf(view, there)).toEqual({ name: 'chat', s: S });
});

test('one matter at a time: the start page writes to the open conversation, after it was closed to a new one', () => {
  expect(startTarget(terminal(open))).toBe(S);
  expect(startTarget(terminal(closed))).toBe(NEW);
});

test('the newest conversation is the current one, and one that is gone is not', () => {
  const you = {
    ...terminal(open).you!,
    chats: [
      ['chat/old', 1, ''],
      [S, 1, 'h1'],
    ] as [string, number, string][],
  };
  expect(currentChat(terminal(open, { you }))).toBe(S);
  const gone = { ...open, phase: { name: 'gone' } } as const;
  expect(currentChat(terminal(gone, { you }))).toBe('chat/old');
});

test('a draft written before the conversation began is found in it', () => {
  const drafts = new Map([[NEW, { text: 'half a', version: 1, kind: 'message' as const }]]);
  expect(draftOf(terminal(open, { drafts }), S)).toBe('half a');
});
