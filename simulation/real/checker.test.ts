import { beforeEach, describe, expect, test } from 'vitest';
import { check, type FaultName, type Screen, type Stored, type StoredMessage } from './checker.ts';

// A customer, an agent, and three messages, as it looks where all went well.
let customer: Screen;
let agent: Screen;
let stored: Stored;

function screen(name: string, side: Screen['side'], own: string[], shown: string[]): Screen {
  return {
    name,
    side,
    presses: own.map((text) => ({ text, shown: shown.indexOf(text) })),
    shown,
    kept: new Set(own),
    stored: new Set(own),
    refused: new Set(),
    end: new Map([['c', ['k.1', 'a.1', 'k.2']]]),
    left: [],
    isWiped: false,
  };
}

const row = (n: number, text: string): StoredMessage => ({
  n,
  text,
  side: text.startsWith('k') ? 'customer' : 'agent',
  isOverride: false,
});

beforeEach(() => {
  customer = screen('k', 'customer', ['k.1', 'k.2'], ['k.1', 'a.1', 'k.2']);
  agent = screen('a', 'agent', ['a.1'], ['k.1', 'a.1', 'k.2']);
  const rows = () => ['k.1', 'a.1', 'k.2'].map((text, index) => row(index + 1, text));
  stored = new Map([['c', { conversation: rows(), chat: rows() }]]);
});

const found = (): FaultName[] => [...new Set(check([customer, agent], stored).faults.map(({ fault }) => fault))];
const both = (change: (messages: StoredMessage[]) => void) => {
  for (const messages of Object.values(stored.get('c') ?? {})) change(messages);
};
const everywhere = (texts: string[]) => {
  for (const each of [customer, agent]) each.end.set('c', texts);
};

test('a history in which all went well is in order', () => {
  expect(check([customer, agent], stored)).toEqual({ faults: [], pressed: 3, stored: 3, replies: 1, windows: 2 });
});

describe('lost is found', () => {
  test('what was shown as being sent', () => {
    both((messages) => messages.pop());
    everywhere(['k.1', 'a.1']);
    customer.stored.delete('k.2');
    expect(found()).toEqual(['lost']);
  });
  test('what was shown as stored, even where the device was lost', () => {
    both((messages) => messages.pop());
    everywhere(['k.1', 'a.1']);
    customer.isWiped = true;
    expect(found()).toEqual(['lost']);
    customer.stored.delete('k.2');
    expect(found()).toEqual([]);
  });
  test('what the customer never gets', () => {
    stored.get('c')?.chat.splice(1, 1);
    customer.end.set('c', ['k.1', 'k.2']);
    expect(found()).toEqual(['lost']);
  });
  test('what a window does not show', () => {
    agent.end.set('c', ['k.1', 'a.1']);
    expect(found()).toEqual(['lost']);
  });
  test('but not what was pressed and died before it was shown as being sent, or was said to be refused', () => {
    customer.presses.push({ text: 'k.3', shown: 3 }, { text: 'k.4', shown: 3 });
    expect(found()).toEqual([]);
    customer.kept.add('k.4');
    expect(found()).toEqual(['lost']);
    customer.refused.add('k.4');
    expect(found()).toEqual([]);
  });
});

describe('phantom is found', () => {
  test('stored, and pressed by nobody', () => {
    both((messages) => messages.push(row(4, 'k.9')));
    everywhere(['k.1', 'a.1', 'k.2', 'k.9']);
    expect(found()).toEqual(['phantom']);
  });
  test('shown, and not stored', () => {
    customer.end.set('c', ['k.1', 'a.1', 'k.2', 'k.3']);
    expect(found()).toEqual(['phantom']);
  });
});

describe('doubled is found', () => {
  test('stored twice', () => {
    both((messages) => messages.push(row(4, 'k.2')));
    everywhere(['k.1', 'a.1', 'k.2', 'k.2']);
    expect(found()).toContain('doubled');
  });
  test('shown twice', () => {
    agent.end.set('c', ['k.1', 'a.1', 'a.1', 'k.2']);
    expect(found()).toEqual(['doubled']);
  });
});

describe('out of order is found', () => {
  test("an author's presses stored the other way round", () => {
    both((messages) => messages.splice(0, 3, row(1, 'k.2'), row(2, 'a.1'), row(3, 'k.1')));
    everywhere(['k.2', 'a.1', 'k.1']);
    agent.shown = ['k.2', 'a.1', 'k.1'];
    expect(found()).toEqual(['outOfOrder']);
  });
  test('a window in another order', () => {
    customer.end.set('c', ['k.1', 'k.2', 'a.1']);
    expect(found()).toEqual(['outOfOrder']);
  });
  test('the customer is told in another order', () => {
    stored.get('c')?.chat.reverse();
    customer.end.set('c', ['k.2', 'a.1', 'k.1']);
    expect(found()).toEqual(['outOfOrder']);
  });
  test('but what was held takes its place by its last press', () => {
    agent.presses.push({ text: 'a.2', shown: 2 }, { text: 'a.1', shown: 3 });
    agent.shown = ['k.1', 'k.2', 'k.2', 'a.2', 'a.1'];
    both((messages) => messages.splice(0, 3, ...['k.1', 'k.2', 'a.2', 'a.1'].map((text, n) => row(n + 1, text))));
    everywhere(['k.1', 'k.2', 'a.2', 'a.1']);
    expect(found()).toEqual([]);
  });
});

describe('I3 a stale reply is found', () => {
  test('which stands below what its author had not been shown', () => {
    both((messages) => messages.splice(0, 3, row(1, 'k.1'), row(2, 'k.2'), row(3, 'a.1')));
    everywhere(['k.1', 'k.2', 'a.1']);
    expect(found()).toEqual(['stale']);
    both(([, , reply]) => {
      if (reply) reply.isOverride = true;
    });
    expect(found()).toEqual([]);
  });
  test('below another agent’s reply too', () => {
    const other = screen('b', 'agent', ['b.1'], ['k.1', 'b.1', 'a.1', 'k.2']);
    other.end = new Map();
    both((messages) => messages.splice(1, 2, row(2, 'b.1'), row(3, 'a.1'), row(4, 'k.2')));
    everywhere(['k.1', 'b.1', 'a.1', 'k.2']);
    expect(check([customer, agent, other], stored).faults.map(({ fault }) => fault)).toEqual(['stale']);
    agent.shown = ['k.1', 'b.1', 'a.1', 'k.2'];
    agent.presses = [{ text: 'a.1', shown: 2 }];
    expect(check([customer, agent, other], stored).faults).toEqual([]);
  });
});

test('I15 what is still under way at the end is found', () => {
  customer.presses.push({ text: 'k.3', shown: 3 });
  customer.kept.add('k.3');
  customer.left = ['k.3'];
  expect(found()).toEqual(['unsent']);
});
