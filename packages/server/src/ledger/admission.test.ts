import { expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { type LedgerStore, StoreError } from '../store/port.ts';
import type { Ground } from './batch.ts';
import type { Command, Outcome } from './command.ts';
import { Ledger } from './ledger.ts';

/** A ledger over a database that answers when it is told to, and time that passes when it is told to. */
function stage(batchMax: number) {
  let now = 0;
  const attempts: (() => void)[] = [];
  const store: LedgerStore = {
    transact: () =>
      new Promise((_, reject) => {
        attempts.push(() => reject(new StoreError('unreachable', new Error('gone'))));
      }),
    ledTo: async () => undefined,
    customerOf: async () => undefined,
  };
  const clock = {
    now: () => now,
    wall: () => now,
    after: () => () => undefined,
    every: () => () => undefined,
    soon: (then: () => void) => {
      queueMicrotask(then);
      return () => undefined;
    },
    random: Math.random,
  };
  const ground = {} as Ground;
  const ledger = new Ledger({ store, ground, log: silentLog, slots: 1, batchMax, clock, publish: () => undefined });
  const answered: string[] = [];
  let sends = 0;
  const send = (type: 'customer' | 'agent', name: string) => {
    const who = { type, id: name, name, terminal: name, isAdmin: false, queues: new Map(), inbox: '' };
    const s = `${type === 'customer' ? 'chat' : 'conversation'}/c`;
    const body = { text: name };
    const frame = { t: 'send' as const, id: `i${++sends}`, s, epoch: 'e', kind: 'message' as const, body, attempt: 1 };
    const outcome = ledger.submit({ do: 'send', who, send: frame } as Command);
    void outcome.then((is: Outcome) => answered.push(`${name} ${is.do === 'refused' ? is.code : is.do}`));
  };
  const pass = async (ms: number) => {
    now += ms;
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  const fail = async () => {
    attempts.shift()?.();
    await pass(0);
  };
  return { ledger, answered, send, pass, fail };
}

test('CON6 while a database hangs, what would wait too long is put off at once: agents first, customers last', async () => {
  const { answered, send, pass } = stage(10);
  send('customer', 'k1');
  await pass(0);
  await pass(4_500);
  send('agent', 'ann');
  send('customer', 'k2');
  await pass(0);
  expect(answered).toEqual(['ann unavailable']);
  await pass(2_000);
  send('customer', 'k3');
  await pass(0);
  expect(answered).toEqual(['ann unavailable', 'k3 unavailable']);
});

test('CON6 where not all fit in a batch customers go first, each in order, and others have their share', async () => {
  const { answered, send, pass, fail } = stage(4);
  send('agent', 'a0');
  await pass(0);
  for (const name of ['a1', 'a2', 'a3']) send('agent', name);
  for (const name of ['k1', 'k2', 'k3', 'k4']) send('customer', name);
  await fail();
  await fail();
  expect(answered.map((each) => each.split(' ')[0])).toEqual(['a0', 'k1', 'k2', 'k3', 'a1']);
  await fail();
  expect(answered.map((each) => each.split(' ')[0]).slice(5)).toEqual(['a2', 'a3', 'k4'].sort());
});

test('NOD2 what is being stored counts as under way until it is answered', async () => {
  const { ledger, send, pass, fail } = stage(4);
  send('customer', 'k1');
  await pass(0);
  expect(ledger.underWay).toBe(1);
  await fail();
  expect(ledger.underWay).toBe(0);
});
