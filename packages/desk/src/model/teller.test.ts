import { expect, test } from 'vitest';
import type { Notice } from './notices.ts';
import { type Claim, newTeller, type Teller } from './teller.ts';

const notice: Notice = {
  kind: 'message',
  key: 'message:k1:5',
  conversation: 'k1',
  title: { key: 'notice.message' },
  text: '',
};

/** Tabs that hear each other at once, and a time that stands until it is told to go on. */
function tabs(count: number, inFront: (tab: number) => boolean = () => false) {
  const told: number[] = [];
  const due: { at: number; then: () => void }[] = [];
  const tellers: Teller[] = [];
  let now = 0;
  for (let tab = 0; tab < count; tab++) {
    tellers.push(
      newTeller({
        id: `t${tab}`,
        post: (claim: Claim) => {
          for (const [index, other] of tellers.entries()) if (index !== tab) other.heard(claim);
        },
        isInFront: () => inFront(tab),
        tell: () => told.push(tab),
        now: () => now,
        after: (ms, then) => void due.push({ at: now + ms, then }),
      }),
    );
  }
  const pass = (ms: number) => {
    now += ms;
    for (const one of due.splice(0).sort((a, b) => a.at - b.at))
      if (one.at <= now) one.then();
      else due.push(one);
  };
  return { tellers, told, pass };
}

test('one happening is told once, however many tabs learn of it, and whenever', () => {
  const { tellers, told, pass } = tabs(3);
  tellers[2]?.notice(notice);
  tellers[0]?.notice(notice);
  pass(1_000);
  tellers[1]?.notice(notice);
  pass(1_000);
  expect(told).toEqual([2]);
});

test('nothing is told of a conversation that somebody has in front of them in any tab', () => {
  const { tellers, told, pass } = tabs(2, (tab) => tab === 1);
  tellers[1]?.notice(notice);
  tellers[0]?.notice(notice);
  pass(1_000);
  expect(told).toEqual([]);
});

test('a tab that is slow to learn of it keeps the others silent, while it is known to be looked at', () => {
  const { tellers, told, pass } = tabs(2);
  tellers[1]?.front('k1');
  tellers[0]?.notice(notice);
  pass(1_000);
  expect(told).toEqual([]);
  // It crashed, or nobody has looked at it since.
  pass(60_000);
  tellers[0]?.notice({ ...notice, key: 'message:k1:6' });
  pass(1_000);
  tellers[1]?.front('k1');
  tellers[1]?.front(null);
  tellers[0]?.notice({ ...notice, key: 'message:k1:7' });
  pass(1_000);
  expect(told).toEqual([0, 0]);
});

test('what is remembered is forgotten after a while', () => {
  const { tellers, told, pass } = tabs(1);
  tellers[0]?.notice(notice);
  pass(1_000);
  pass(3_600_000);
  tellers[0]?.notice(notice);
  pass(1_000);
  expect(told).toEqual([0, 0]);
});
