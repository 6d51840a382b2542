import { describe, expect, test } from 'vitest';
import type { Conversation } from '../../domain/conversation.ts';
import type { Pages } from '../pages.ts';
import { type Key, StoreError } from '../port.ts';
import type { Company, Opens } from './company.ts';
import { after, begins, moves, queues, replies, says, write } from './scribe.ts';

type Spoil = (pages: Pages, after: Conversation) => void;

const KEY: Key = { stream: 'chat/a', actor: 'cy', id: 'k', leadsTo: null, at: { n: 1, h: 'h' }, bodyHash: 'b' };

/** What is there already: somebody was faster, and doing it again may help. */
const TAKEN: Record<string, Spoil> = {
  'a key': (pages) => void pages.keys.push(KEY),
  'a key twice': (pages) => void pages.keys.push({ ...KEY, id: 'l' }, { ...KEY, id: 'l' }),
  'a number of a log': (pages) => void Object.assign(pages.items[0]!.item, { n: 1 }),
  'a number of a log twice': (pages) => void pages.items.push(pages.items[0]!),
  'a number of a list': (pages) => void Object.assign(pages.entries[0]!.item, { n: 1 }),
  'the name of a stream': (pages) => void Object.assign(pages.heads.get('conversation/a')!, { isNew: true }),
  'the id of a conversation': (pages) => void Object.assign(pages.conversations.get('a')!, { isNew: true }),
};

/** Changes the row of the conversation and nothing else that the pages say. */
function row(change: (c: Conversation) => Partial<Conversation>): Spoil {
  return (pages, c) => void Object.assign(pages.conversations.get('a')!, { conversation: { ...c, ...change(c) } });
}

/** What no row may say while a customer waits for an answer. */
const WRONG_WHILE_WAITING: Record<string, Spoil> = {
  'open_has_a_holder: open and with nobody': row((c) => ({ state: { ...c.state, holder: null } })),
  'open_has_a_holder: resolved and with somebody': row((c) => ({ state: { ...c.state, status: 'resolved' } })),
  'holder_is_one: neither a queue nor an agent': row((c) => ({ state: { ...c.state, holder: 'ann' } })),
  'holder_is_one: no name': row((c) => ({ state: { ...c.state, holder: 'agent:' } })),
  'unanswered_is_counted: more than there are': row((c) => ({ lastCustomerN: c.state.answeredUpTo })),
  'unanswered_is_counted: fewer than there are': row((c) => ({ state: { ...c.state, unanswered: [] } })),
  'unanswered_has_holder_and_clock: since when is not said': row((c) => ({
    clock: { ...c.clock, waitingSince: null },
  })),
  'unanswered_has_holder_and_clock: no due time': row((c) => ({ clock: { ...c.clock, dueAt: null } })),
  'unanswered_has_holder_and_clock: snoozed': row((c) => ({
    state: { ...c.state, status: 'snoozed' },
    snoozedUntil: after(60),
  })),
  'snoozed_until_when: open, until some time': row(() => ({ snoozedUntil: after(60) })),
  'a status that is none': row((c) => ({ state: { ...c.state, status: 'closed' as never } })),
  'a queue that is none': row((c) => ({ state: { ...c.state, queue: 'nowhere' } })),
  'stands_on_its_holders_list: another holder than the list says': row((c) => ({
    state: { ...c.state, holder: 'agent:ann' },
  })),
  'stands_only_where_held: it left its list and its row knows nothing of it': (pages) => {
    for (const entry of pages.entries) Object.assign(entry, { kind: 'left' });
  },
  'on_one_list: it entered another one too': (pages) => {
    const entry = pages.entries.find(({ list }) => list === 'list/queue:orders')!;
    pages.entries.push({ ...entry, list: 'list/agent:ann', kind: 'entered', item: { ...entry.item, n: 1 } });
  },
  'an entry that is neither entered, changed nor left': (pages) =>
    void Object.assign(pages.entries[0]!, { kind: 'gone' }),
  'an entry without its conversation': (pages) => {
    const entry = pages.entries[0]!;
    pages.entries.push({ ...entry, conversation: 'nowhere', item: { ...entry.item, n: entry.item.n + 1 } });
  },
  'a number that is none': (pages) => void Object.assign(pages.items[0]!.item, { n: 0 }),
};

/** What no row may say while nobody waits. */
const WRONG_WHILE_NOBODY_WAITS: Record<string, Spoil> = {
  'clock_runs_for_somebody: since when': row((c) => ({ clock: { ...c.clock, waitingSince: after(1) } })),
  'clock_runs_for_somebody: due': row((c) => ({ clock: { ...c.clock, dueAt: after(1) } })),
  'snoozed_until_when: snoozed without end': row((c) => ({ state: { ...c.state, status: 'snoozed' } })),
  'unanswered_is_counted: none, but the last is not answered': row((c) => ({ lastCustomerN: c.head.n })),
};

/** What the keys and the checks of the tables hold against every writer (LST1, CLK1, STR1, SND3). */
export function constraintCases(open: Opens): void {
  describe('what is taken is a conflict (STR3, SND3)', () => {
    for (const [name, spoil] of Object.entries(TAKEN)) {
      test(name, async () => {
        const company = await open();
        await begins(company, 'a', 'cy', { keys: [KEY] });
        await refuses(company, 'conflict', () => write(company, 'a', [says('cy', 'again')], { spoil }));
      });
    }

    test('the number of a conversation', async () => {
      const company = await open();
      const { number } = await begins(company, 'a');
      const spoil: Spoil = (pages, c) => {
        Object.assign(pages.conversations.get('b')!, { conversation: { ...c, number } });
      };
      const work = () => write(company, 'b', [says('di', 'new'), queues('queue:orders')], { spoil });
      await refuses(company, 'conflict', work);
    });
  });

  describe('what breaks a rule of the tables is refused (LST1, CLK1)', () => {
    for (const [name, spoil] of Object.entries(WRONG_WHILE_WAITING)) {
      test(name, async () => {
        const company = await open();
        await begins(company, 'a');
        await refuses(company, 'refused', () => write(company, 'a', [says('cy', 'again')], { spoil }));
      });
    }

    for (const [name, spoil] of Object.entries(WRONG_WHILE_NOBODY_WAITS)) {
      test(name, async () => {
        const company = await open();
        await begins(company, 'a');
        await write(company, 'a', [replies('bea', 'there', 2)]);
        await refuses(company, 'refused', () => write(company, 'a', [says('bea', 'more')], { spoil }));
      });
    }

    test('a customer who is none', async () => {
      const company = await open();
      const spoil = row((c) => ({ customer: { ...c.customer, id: 'nobody' } }));
      await refuses(company, 'refused', () =>
        write(company, 'a', [says('cy', 'new'), queues('queue:orders')], { spoil }),
      );
    });

    test('an inbox that is none', async () => {
      const company = await open();
      const spoil = row(() => ({ inbox: 'nowhere' }));
      await refuses(company, 'refused', () =>
        write(company, 'a', [says('cy', 'new'), queues('queue:orders')], { spoil }),
      );
    });

    test('LST1 moving says both or nothing', async () => {
      const company = await open();
      await begins(company, 'a');
      const halves: Spoil[] = [
        (pages) =>
          void pages.entries.splice(
            pages.entries.findIndex(({ kind }) => kind === 'left'),
            1,
          ),
        (pages) =>
          void pages.entries.splice(
            pages.entries.findIndex(({ kind }) => kind === 'entered'),
            1,
          ),
      ];
      for (const spoil of halves)
        await refuses(company, 'refused', () => write(company, 'a', [moves('agent:ann', 'queue:orders')], { spoil }));
      await write(company, 'a', [moves('agent:ann', 'queue:orders')]);
    });
  });
}

/** The store says why, and nothing of it is written. */
async function refuses(company: Company, why: StoreError['why'], work: () => Promise<unknown>): Promise<void> {
  const before = await company.rows();
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StoreError);
  expect((error as StoreError).why).toBe(why);
  expect(await company.rows()).toEqual(before);
}
