import { beforeEach, describe, expect, test } from 'vitest';
import { compareAll, type FaultName } from './compare.ts';
import { judgementOf } from './judge.ts';
import type { Said } from './record-file.ts';
import { heightKey, type Recording, receivedKey } from './recording.ts';
import type { StoredMessage, Tables } from './tables.ts';

// One conversation of three messages, as it looks where all went well.
const SAID: Said[] = [
  { side: 'customer', text: 'Is it blue?' },
  { side: 'agent', text: 'Yes, it is.' },
  { side: 'customer', text: 'Good.' },
];
const PAGE = 'page';
const DESK = 'desk';

let record: Map<string, Said[]>;
let recording: Recording;
let tables: Tables;

beforeEach(() => {
  record = new Map([['r1', SAID]]);
  recording = {
    sends: new Map(),
    received: new Map(),
    heights: new Map(),
    presses: [],
    casts: new Map([['r1', { stored: 'c1', customer: PAGE, agent: DESK }]]),
    held: 1,
    frames: 0,
  };
  tables = new Map([['c1', { conversation: [], chat: [] }]]);
  for (const [turn, { side, text }] of SAID.entries()) {
    const id = `m${turn}`;
    const place = 10 * (turn + 1);
    const terminal = side === 'customer' ? PAGE : DESK;
    recording.presses.push({ conversation: 'r1', turn, id, saved: false });
    recording.sends.set(id, {
      terminal,
      texts: new Set([text]),
      attempts: new Map([[1, { at: place, place }]]),
      storedAt: place + 2,
    });
    for (const [stream, window] of [
      ['conversation', DESK],
      ['chat', PAGE],
    ] as const) {
      const n = turn + 1;
      tables.get('c1')?.[stream].push({ id, n, side, text });
      recording.received.set(receivedKey(window, `${stream}/c1`, id), {
        numbers: new Set([n]),
        texts: new Set([text]),
        at: place + 3,
        place: place + 3,
      });
      const heights = recording.heights.get(heightKey(window, `${stream}/c1`)) ?? [];
      recording.heights.set(heightKey(window, `${stream}/c1`), [...heights, { place: place + 3, n }]);
    }
  }
});

function judged() {
  return judgementOf(compareAll(record, recording, tables));
}

function rows(stream: 'conversation' | 'chat'): StoredMessage[] {
  return tables.get('c1')?.[stream] ?? [];
}

function found(): FaultName[] {
  return [...new Set(compareAll(record, recording, tables).faults.map(({ fault }) => fault))];
}

test('a play in which all arrived is in order', () => {
  expect(judged()).toMatchObject({
    ok: true,
    conversations: 1,
    messages: 3,
    compared: 3,
    lost: 0,
    held: 1,
    sendToStoredMs: { p50: 2, p99: 2 },
    sendToShownMs: { p50: 3, p99: 3 },
    faults: [],
  });
});

test('nothing compared, or nothing held, is not in order', () => {
  recording.held = 0;
  expect(judged().ok).toBe(false);
  record = new Map();
  tables = new Map();
  recording.held = 1;
  expect(judged()).toMatchObject({ ok: false, compared: 0 });
});

describe('what is lost is found', () => {
  test('never pressed', () => {
    recording.presses.splice(1, 1);
    expect(found()).toContain('lost');
  });
  test('pressed, and not transmitted', () => {
    recording.sends.delete('m1');
    expect(found()).toContain('lost');
  });
  test.each(['conversation', 'chat'] as const)('not stored in the %s', (stream) => {
    rows(stream).splice(1, 1);
    expect(found()).toEqual(['lost']);
    expect(judged().ok).toBe(false);
  });
  test.each([
    [DESK, 'conversation/c1', 'm0'],
    [PAGE, 'chat/c1', 'm1'],
    [PAGE, 'chat/c1', 'm0'],
  ])('stored, and not received (%s, %s, %s)', (terminal, stream, id) => {
    recording.received.delete(receivedKey(terminal, stream, id));
    expect(found()).toContain('lost');
  });
});

describe('what is doubled is found', () => {
  test('stored twice under one id', () => {
    rows('chat').push({ id: 'm1', n: 4, side: 'agent', text: 'Yes, it is.' });
    expect(found()).toEqual(['doubled']);
  });
  test('stored again under another id', () => {
    rows('conversation').push({ id: 'other', n: 4, side: 'agent', text: 'Yes, it is.' });
    expect(found()).toEqual(['doubled']);
  });
  test('received under two numbers', () => {
    recording.received.get(receivedKey(PAGE, 'chat/c1', 'm1'))?.numbers.add(9);
    expect(found()).toEqual(['doubled']);
  });
  test('a conversation that nobody began', () => {
    tables.set('c2', { conversation: [], chat: [] });
    expect(judged()).toMatchObject({ ok: false, conversations: 2 });
  });
});

describe('what is out of order is found', () => {
  test.each(['conversation', 'chat'] as const)(
    "an author's messages stored the other way round in the %s",
    (stream) => {
      const [first, , third] = rows(stream) as [StoredMessage, StoredMessage, StoredMessage];
      [first.n, third.n] = [third.n, first.n];
      expect(found()).toContain('outOfOrder');
    },
  );
  test('a message numbered below something that its author had seen', () => {
    recording.heights.get(heightKey(PAGE, 'chat/c1'))?.splice(2, 0, { place: 25, n: 7 });
    expect(found()).toEqual(['outOfOrder']);
  });
});

describe('what is altered is found', () => {
  test.each(['conversation', 'chat'] as const)('in the %s', (stream) => {
    (rows(stream)[2] as StoredMessage).text = 'Good. ';
    expect(found()).toEqual(['altered']);
  });
  test('on its way to the other side', () => {
    recording.received.get(receivedKey(DESK, 'conversation/c1', 'm2'))?.texts.add('good.');
    expect(found()).toEqual(['altered']);
  });
  test('before it left', () => {
    recording.sends.get('m0')?.texts.add('Is it blue');
    expect(found()).toEqual(['altered']);
  });
  test('under another name', () => {
    (rows('conversation')[2] as StoredMessage).side = 'agent';
    expect(found()).toContain('altered');
  });
});

test('I3 a reply whose author did not have what it stands behind is found', () => {
  const received = recording.received.get(receivedKey(DESK, 'conversation/c1', 'm0'));
  if (received) received.place = 21;
  expect(found()).toEqual(['blind']);
  expect(judged()).toMatchObject({ ok: false, answeredBlindly: 1 });
});
