import { beforeEach, describe, expect, test } from 'vitest';
import { check, type FaultName, type Screen, type Stored, type StoredMessage } from './checker.ts';

// A customer, an agent, and three messages, as it looks where all went well.
let customer: Screen;
let agent: Screen;
let stored: Stored;

function screen(name: string, side: Screen['side'], own: string[], shown: string[]): Screen {
  return {
    name,
    person: name,
    side,
    presses: own.map((text) => ({ text, at: 10 * shown.indexOf(text) + 5 })),
    shown: shown.map(inView),
    kept: new Set(own),
    stored: new Set(own),
    refused: new Set(),
    end: new Map([['c', ['k.1', 'a.1', 'k.2']]]),
    left: [],
    isWiped: false,
  };
}

/** One message after the other comes into view; a press stands between those before it and its own. */
function inView(text: string, place: number) {
  return { text, at: 10 * (place + 1) };
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
  expect(check([customer, agent], stored)).toEqual({
    faults: [],
    pressed: 3,
    unborn: 0,
    onLostDevices: 0,
    stored: 3,
    replies: 1,
    windows: 2,
  });
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
    customer.presses.push({ text: 'k.3', at: 40 }, { text: 'k.4', at: 40 });
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
    agent.shown = ['k.2', 'a.1', 'k.1'].map(inView);
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
    agent.presses.push({ text: 'a.2', at: 25 }, { text: 'a.1', at: 35 });
    agent.shown = ['k.1', 'k.2', 'a.2', 'a.1'].map(inView);
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

  const withTwoAgents = (own: string[], rows: string[]) => {
    const other = screen('b', 'agent', ['b.1'], rows);
    other.end = new Map();
    both((messages) => messages.splice(0, messages.length, ...rows.map((text, n) => row(n + 1, text))));
    everywhere(rows);
    agent.shown = own.map(inView);
    agent.presses = [{ text: 'a.1', at: 10 * own.indexOf('a.1') + 5 }];
    return check([customer, agent, other], stored).faults.map(({ fault }) => fault);
  };
  test('below another agent’s reply too', () => {
    expect(withTwoAgents(['k.1', 'a.1'], ['k.1', 'b.1', 'a.1', 'k.2'])).toEqual(['stale']);
    expect(withTwoAgents(['k.1', 'b.1', 'a.1'], ['k.1', 'b.1', 'a.1', 'k.2'])).toEqual([]);
  });
  test('GRD1 but not where another agent answered it, and that answer was shown', () => {
    expect(withTwoAgents(['b.1', 'a.1'], ['k.1', 'b.1', 'a.1', 'k.2'])).toEqual([]);
    expect(withTwoAgents(['b.1', 'a.1'], ['k.1', 'b.1', 'k.2', 'a.1'])).toEqual(['stale']);
  });
  test('GRD1 nor where the same person was shown it on another screen', () => {
    agent.shown = [];
    expect(found()).toEqual(['stale']);
    const other = { ...screen('a2', 'agent', [], ['k.1']), person: 'a', end: new Map() };
    expect(check([customer, agent, other], stored).faults).toEqual([]);
    other.shown = [{ text: 'k.1', at: 1_000 }];
    expect(check([customer, agent, other], stored).faults.map(({ fault }) => fault)).toEqual(['stale']);
  });
});

test('I15 what is still under way at the end is found', () => {
  customer.presses.push({ text: 'k.3', at: 40 });
  customer.kept.add('k.3');
  customer.left = ['k.3'];
  expect(found()).toEqual(['unsent']);
});
