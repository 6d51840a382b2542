import {
  type At,
  EMPTY_CONVERSATION,
  evolveConversation,
  GUARDED,
  type Item,
  isMaterial,
  type Kind,
  type Then,
} from '@heed/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../../protocol/src/testing/runs.ts';
import { STOPPED, timeOf, USUAL_TARGETS } from './clock.ts';
import {
  type Conversation,
  emptyConversation,
  entryOf,
  evolve,
  listsOf,
  type StoredAttachment,
  unansweredCount,
} from './conversation.ts';
import { type Decision, decide, type Intent } from './decide.ts';
import type { Trace } from './guard.ts';
import type { Who } from './permission.ts';
import { type Answer, fold, withItem } from './repeat.ts';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const TARGETS = { ...USUAL_TARGETS, firstReplyMs: 300_000, nextReplyMs: 600_000 };
const LATER = '2999-01-01T00:00:00Z';

const nobody = { isAdmin: false, queues: new Map() };
const CUSTOMER: Who = { ...nobody, type: 'customer', id: 'cy', name: 'Cy', terminal: 'phone', inbox: 'shop' };
const agent = (id: string, terminal: string, role: 'agent' | 'supervisor'): Who => ({
  ...nobody,
  type: 'agent',
  id,
  name: id,
  terminal,
  queues: new Map([['orders', role]]),
});
const PEOPLE: Who[] = [
  CUSTOMER,
  agent('ann', 'a1', 'agent'),
  agent('ann', 'a2', 'agent'),
  agent('bob', 'b1', 'supervisor'),
  { ...agent('bot', 'k1', 'agent'), type: 'bot' },
  // Of another queue: may do nothing here, until it is given to them.
  { ...nobody, type: 'agent', id: 'eve', name: 'eve', terminal: 'e1', queues: new Map([['returns', 'agent']]) },
];

function beginning(): Conversation {
  const birth = { n: 0, h: 'h0' };
  const place = { inbox: 'shop', queue: 'orders', targets: TARGETS, at: timeOf(START) };
  return emptyConversation({
    id: 'c1',
    number: 1,
    customer: { id: 'cy', name: 'Cy' },
    ...place,
    head: birth,
    chatHead: birth,
  });
}

/** One conversation with the ledger's part played by hand: numbers, times, and what sends point at. */
class World {
  c = beginning();
  items: Item[] = [];
  traces: Trace[] = [];
  answers: readonly Answer[] = [];
  attachments = new Map<string, StoredAttachment>();
  snapshots: Conversation[] = [this.c];
  now = START;

  send(who: Who, kind: Kind, body: object, extra: Partial<Intent> = {}): Decision {
    this.now += 1_000;
    const at: At = timeOf(this.now);
    const targets = new Map(this.traces.map((trace) => [trace.n, { ...trace, ...this.about(trace.n) }]));
    const id = `s${this.now}`;
    const intent: Intent = { id, kind, body, basedOn: this.c.head, ...extra };
    const around = {
      now: at,
      exists: (holder: string) => holder !== 'agent:gone',
      textBytes: 16_384,
    };
    const decision = decide(
      this.c,
      { recent: this.traces, targets, answers: this.answers, attachments: this.attachments },
      who,
      intent,
      around,
    );
    if (decision.do === 'store') for (const item of decision.items) this.store({ ...item, at }, who);
    return decision;
  }

  private about(n: number): { covers?: number; inChat?: number } {
    const { covers } = (this.items[n - 1]?.body ?? {}) as { covers?: number };
    return { inChat: n, ...(covers === undefined ? {} : { covers }) };
  }

  private store(item: Omit<Item, 'n' | 'h'>, who: Who): void {
    const n = this.c.head.n + 1;
    const stored: Item = {
      n,
      h: `h${n}`,
      id: item.id,
      kind: item.kind,
      actor: item.actor,
      at: item.at,
      body: item.body,
    };
    this.items.push(stored);
    this.traces.push({ n, id: item.id, kind: item.kind, actor: item.actor, terminal: who.terminal });
    this.c = evolve(this.c, stored);
    this.answers = withItem(this.answers, stored);
    this.snapshots.push(this.c);
  }
}

const body = (kind: Kind, n: number): fc.Arbitrary<object> => {
  const to = fc.constantFrom('agent:ann', 'agent:bob', 'agent:eve', 'queue:orders', 'queue:returns', 'agent:gone');
  const label = fc.subarray(['vip', 'late', 'de']);
  const bodies: { [K in Kind]: fc.Arbitrary<object> } = {
    message: fc.record({ text: fc.constantFrom('Hello', 'Sure', '') }),
    note: fc.record({ text: fc.constantFrom('Between us', '') }),
    edit: fc.record({ target: fc.integer({ min: 1, max: n + 1 }), text: fc.constant('Better') }),
    erase: fc.record({ target: fc.integer({ min: 1, max: n + 1 }) }),
    assign: fc.record({ to }),
    transfer: fc.record({ to }),
    resolve: fc.constantFrom({}, { noReplyNeeded: { upTo: n, reason: 'Thanks' } }),
    reopen: fc.constant({}),
    snooze: fc.record({ until: fc.constantFrom(LATER, '2020-01-01T00:00:00Z') }),
    label: fc.record({ add: label, remove: label }),
    noReplyNeeded: fc.record({ upTo: fc.integer({ min: 0, max: n + 1 }), reason: fc.constant('Thanks') }),
    rating: fc.constant({ score: 5 }),
  };
  return bodies[kind];
};
const KINDS: Kind[] = ['message', 'message', 'message', 'note', 'edit', 'erase', 'assign', 'transfer', 'resolve'];
KINDS.push('reopen', 'snooze', 'label', 'noReplyNeeded', 'rating');

interface Act {
  who: number;
  kind: Kind;
  /** How far behind the head its author had seen. */
  behind: number;
  then?: Then;
  body: object;
  override: boolean;
  free: boolean;
}
const act: fc.Arbitrary<Act> = fc.constantFrom(...KINDS).chain((kind) =>
  fc.record(
    {
      // Customers write as often as all others.
      who: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: PEOPLE.length - 1 })),
      kind: fc.constant(kind),
      behind: fc.constantFrom(0, 0, 0, 1, 2, 9),
      then: fc.constantFrom<Then>('resolve', { snooze: LATER }),
      body: body(kind, 8),
      override: fc.boolean(),
      free: fc.boolean(),
    },
    { requiredKeys: ['who', 'kind', 'behind', 'body', 'override', 'free'] },
  ),
) as fc.Arbitrary<Act>;

function play(acts: Act[], check: (world: World, decision: Decision, act: Act, before: Conversation) => void): World {
  const world = new World();
  world.send(CUSTOMER, 'message', { text: 'Begin' });
  for (const each of acts) {
    const n = Math.max(0, world.c.head.n - each.behind);
    world.c = { ...world.c, lastHolderIsFree: each.free };
    const before = world.c;
    const decision = world.send(PEOPLE[each.who] as Who, each.kind, each.body, {
      basedOn: { n, h: `h${n}` },
      ...(each.then === undefined ? {} : { then: each.then }),
      ...(each.override ? { override: { upTo: world.c.head } } : {}),
    });
    check(world, decision, each, before);
  }
  return world;
}

describe('whatever is sent in whatever order', () => {
  test('LST1 CLK1 the row is one that the table takes, and stands on the lists that its state says', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        play(acts, ({ c }) => {
          const { status, holder, answeredUpTo, queue } = c.state;
          const waiting = unansweredCount(c) > 0;
          expect(status === 'resolved').toBe(holder === null);
          expect(waiting).toBe(c.lastCustomerN > answeredUpTo);
          if (waiting) expect(status).toBe('open');
          expect(waiting).toBe(c.clock.dueAt !== null);
          expect(waiting).toBe(c.clock.waitingSince !== null);
          expect(status === 'snoozed').toBe(c.snoozedUntil !== null);
          expect(c.waits).toHaveLength(c.state.unanswered.length);
          expect(listsOf(c.state)).toEqual(holder === null ? [] : [`list/${holder}`, `list/open:${queue}`].sort());
          if (holder?.startsWith('queue:')) expect(holder).toBe(`queue:${queue}`);
          expect(entryOf(c).state).toBe(status === 'snoozed' ? 'snoozed' : waiting ? 'waiting' : 'active');
        });
      }),
      runs(300),
    );
  });

  test('habit 10 any snapshot and the items after it lead to the same conversation', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), fc.nat(), (acts, place) => {
        const { snapshots, items, c } = play(acts, () => undefined);
        const from = place % snapshots.length;
        const again = items.slice(from).reduce(evolve, snapshots[from] as Conversation);
        expect({ ...again, lastHolderIsFree: false }).toEqual({ ...c, lastHolderIsFree: false });
        const shown = items.reduce(evolveConversation, { ...EMPTY_CONVERSATION, queue: 'orders' });
        expect(shown).toEqual(c.state);
      }),
      runs(300),
    );
  });

  test('a batch in which the customer only writes need not know which messages wait', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), fc.integer({ min: 1, max: 4 }), (acts, more) => {
        const whole = play(acts, () => undefined);
        const counted = new World();
        const { c } = whole;
        const state = { ...c.state, unanswered: [] };
        counted.c = { ...c, state, earlier: unansweredCount(c), waits: [] };
        counted.now = whole.now;
        for (let i = 0; i < more; i++)
          for (const world of [whole, counted]) world.send(CUSTOMER, 'message', { text: 'And' });
        expect(entryOf(counted.c)).toEqual(entryOf(whole.c));
        expect(counted.c.lastCustomerN).toBe(whole.c.lastCustomerN);
      }),
      runs(200),
    );
  });

  test('I3 GRD2 nothing guarded is stored over what its author had not seen, unless they said so', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
        play(acts, (world, decision, { who: index, kind, behind, override }, before) => {
          const who = PEOPLE[index] as Who;
          if (decision.do !== 'store' || who.type === 'customer' || !GUARDED.has(kind) || override) return;
          const unseen = world.traces.filter(({ n, kind: of, actor, terminal }) => {
            const above = n > before.head.n - behind && n <= before.head.n;
            const mine = terminal === who.terminal && (actor.type === 'system' || actor.id === who.id);
            return above && isMaterial(of, actor.type) && !mine;
          });
          expect(unseen).toEqual([]);
        });
      }),
      runs(300),
    );
  });

  test('GRD5 no two answers in a row say the same, unless somebody said so', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
        let said: string[] = [];
        play(acts, (_world, decision, { who: index, kind, override, body: sent }) => {
          const who = PEOPLE[index] as Who;
          if (decision.do !== 'store' || kind !== 'message') return;
          const { text } = sent as { text: string };
          if (who.type === 'customer') said = [];
          else if (!override && text !== '') expect(said).not.toContain(fold(text));
          if (who.type !== 'customer') said.push(fold(text));
        });
      }),
      runs(300),
    );
  });

  test('STR4 the own item comes first and bears the id, the rest is by system or is what was to follow', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
        play(acts, (_world, decision, { who }) => {
          if (decision.do !== 'store') return;
          const [own, ...rest] = decision.items;
          expect(own?.actor.id).toBe(PEOPLE[who]?.id);
          for (const item of rest) {
            expect(item.id.startsWith(`${own?.id}.`)).toBe(true);
            expect(item.actor.type === 'system' || item.id === `${own?.id}.then`).toBe(true);
          }
          const ids = decision.items.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
        });
      }),
    );
  });
});

describe('a reply that says what was said', () => {
  const [, ann, , bob] = PEOPLE as [Who, Who, Who, Who];

  test('GRD5 it is held though everything was seen, the item is named, and an override passes it', () => {
    const world = new World();
    world.send(CUSTOMER, 'message', { text: 'Where is it?' });
    world.send(ann, 'message', { text: 'It left on Monday.' });
    const repeat = { text: 'it left on monday' };
    const n = world.c.head.n;
    expect(world.send(bob, 'message', repeat)).toEqual({ do: 'held', because: [], duplicateOf: n - 1 });
    // Whoever said it first is held as well: a second press is no second answer.
    expect(world.send(ann, 'message', repeat)).toMatchObject({ do: 'held', duplicateOf: n - 1 });
    expect(world.send(bob, 'note', repeat)).toMatchObject({ do: 'store' });
    const upTo = world.c.head;
    expect(world.send(bob, 'message', repeat, { override: { upTo } })).toMatchObject({ do: 'store' });
    // The customer asks again, and the same words answer again.
    world.send(CUSTOMER, 'message', { text: 'When?' });
    expect(world.send(ann, 'message', repeat)).toMatchObject({ do: 'store' });
  });

  test('GRD5 GRD2 what is unseen as well is told as well', () => {
    const world = new World();
    world.send(CUSTOMER, 'message', { text: 'Where is it?' });
    const basedOn = world.c.head;
    world.send(ann, 'message', { text: 'On its way.' });
    const held = world.send(bob, 'message', { text: 'On its way' }, { basedOn });
    expect(held).toEqual({ do: 'held', because: [basedOn.n + 1, basedOn.n + 2], duplicateOf: basedOn.n + 1 });
  });
});

test('§11 the team offers answers with a message, in the chat too; a customer offers none, and says which they chose', () => {
  const world = new World();
  const [ann] = PEOPLE.slice(1) as [Who];
  expect(world.send(CUSTOMER, 'message', { text: 'Hi', choices: ['Yes'] })).toEqual({
    do: 'refused',
    code: 'bad_body',
  });
  world.send(CUSTOMER, 'message', { text: 'Hi' });
  const asked = world.send(ann, 'message', { text: 'Blue?', choices: ['Yes', 'No'] });
  expect(asked).toMatchObject({
    items: [{ body: { choices: ['Yes', 'No'] }, chat: { body: { text: 'Blue?', choices: ['Yes', 'No'] } } }, {}],
  });
  const replyTo = world.items.findLast(({ kind }) => kind === 'message')?.n ?? 0;
  expect(world.send(CUSTOMER, 'message', { text: 'Yes', replyTo })).toMatchObject({ items: [{ body: { replyTo } }] });
});

test('§11 a message names files that are there, its author’s own and of no other conversation, as their bytes have them', () => {
  const world = new World();
  const file = { id: 'f1', name: 'a.png', type: 'image/png', size: 10, sha256: 'x'.repeat(64) };
  const owner = { type: 'customer' as const, id: 'cy' };
  const names = (more: object = {}) => ({ text: '', attachments: [{ ...file, type: 'what/ever', ...more }] });
  const refused = { do: 'refused', code: 'no_attachment' };
  expect(world.send(CUSTOMER, 'message', names())).toEqual(refused);
  for (const wrong of [
    { owner: { type: 'agent' as const, id: 'cy' } },
    { owner: { ...owner, id: 'di' } },
    { conversation: 'c2' },
  ]) {
    world.attachments.set('f1', { attachment: file, owner, conversation: null, ...wrong });
    expect(world.send(CUSTOMER, 'message', names())).toEqual(refused);
  }
  world.attachments.set('f1', { attachment: file, owner, conversation: 'c1' });
  expect(world.send(CUSTOMER, 'message', names({ sha256: 'y'.repeat(64) }))).toEqual(refused);
  expect(world.send(CUSTOMER, 'message', names())).toMatchObject({ do: 'store' });
  expect(world.items[0]?.body).toEqual({ text: '', attachments: [file] });
});

describe('the clock', () => {
  test('CLK1 it runs from the oldest message that waits, and stops when the last is covered', () => {
    const world = new World();
    const first = START + 1_000;
    world.send(CUSTOMER, 'message', { text: 'one' });
    const seen = world.c.head;
    world.send(CUSTOMER, 'message', { text: 'two' });
    expect(world.c.clock).toMatchObject({
      waitingSince: timeOf(first),
      soonAt: timeOf(first + 180_000),
      dueAt: timeOf(first + 300_000),
    });
    const { head } = world.c;
    const override = { upTo: head };
    // Covers only what was seen: what was overridden still waits, from when it came.
    expect(world.send(PEOPLE[1] as Who, 'message', { text: 'x' }, { basedOn: seen, override })).toMatchObject({
      do: 'store',
    });
    expect(world.c.clock.waitingSince).toBe(timeOf(first + 1_000));
    world.send(PEOPLE[1] as Who, 'message', { text: 'y' });
    expect(world.c.clock).toEqual(STOPPED);
  });

  test('CLK1 an erasure by the customer takes the claim back, one by a supervisor does not', () => {
    const world = new World();
    world.send(CUSTOMER, 'message', { text: 'one' });
    expect(world.send(PEOPLE[3] as Who, 'erase', { target: 1 })).toMatchObject({ do: 'store' });
    expect(unansweredCount(world.c)).toBe(1);
    world.send(CUSTOMER, 'erase', { target: 1 });
    expect(unansweredCount(world.c)).toBe(0);
    expect(world.c.clock).toEqual(STOPPED);
  });

  test('CLK1 a bot that is not the holder covers nothing, and so resolves nothing', () => {
    const world = new World();
    world.send(CUSTOMER, 'message', { text: 'one' });
    world.send(PEOPLE[3] as Who, 'transfer', { to: 'agent:ann' });
    const bot = PEOPLE[4] as Who;
    expect(world.send(bot, 'message', { text: 'x' }, { then: 'resolve' })).toEqual({
      do: 'refused',
      code: 'unanswered',
    });
    expect(world.send(bot, 'message', { text: 'x' })).toMatchObject({ do: 'store' });
    expect(unansweredCount(world.c)).toBe(1);
  });
});
