import { expect, test } from 'vitest';
import type { Opens } from './company.ts';
import { begins, load, loaded, look, moves, noPages, queues, says, wanted, write, writeIn } from './scribe.ts';

/** Who waits for whom. */
export function lockCases(open: Opens): void {
  test('STR1 who comes later waits, and sees what the first one wrote', async () => {
    const company = await open();
    await begins(company, 'a');
    const steps: string[] = [];
    const { promise: go, resolve: letGo } = Promise.withResolvers<void>();
    const { promise: isIn, resolve: first } = Promise.withResolvers<void>();
    const one = company.ledger.transact(async (transaction) => {
      const pages = await writeIn(transaction, 'a', [says('cy', 'first')]);
      first();
      await go;
      steps.push('one');
      return pages;
    });
    await isIn;
    const two = company.ledger.transact(async (transaction) => {
      const { conversations } = await transaction.load(wanted(['a']));
      steps.push('two');
      return { pages: noPages(), result: conversations.get('a')?.conversation };
    });
    await aWhile();
    letGo();
    await one;
    const seen = await two;
    expect(steps).toEqual(['one', 'two']);
    expect(seen).toMatchObject({ head: { n: 3 }, state: { unanswered: [1, 3] } });
  });

  test('LST1 who waits while it goes to another queue finds it there', async () => {
    const company = await open();
    await begins(company, 'a');
    const { promise: isIn, resolve: entered } = Promise.withResolvers<void>();
    const { promise: go, resolve: letGo } = Promise.withResolvers<void>();
    const moved = company.ledger.transact(async (transaction) => {
      const pages = await writeIn(transaction, 'a', [moves('queue:support', 'queue:orders')]);
      entered();
      await go;
      return pages;
    });
    await isIn;
    const waiting = loaded(company, 'a');
    await aWhile();
    letGo();
    await moved;
    const { conversation } = await waiting;
    expect(conversation.state).toMatchObject({ queue: 'support', holder: 'queue:support', unanswered: [1] });
  });

  test('STR4 lists are locked until the end, and come with their heads', async () => {
    const company = await open();
    await begins(company, 'a');
    await begins(company, 'b', 'di');
    const names = ['list/open:orders', 'list/queue:orders', 'list/queue:nowhere'];
    const heads = await look(company, (transaction) => transaction.lockLists(names));
    expect([...heads.keys()].sort()).toEqual(names.slice(0, 2));
    expect(heads).toEqual(await company.reading.heads(names));
    // Both move both lists; whoever comes later continues from the other's numbers.
    const texts = Array.from({ length: 10 }, (_, i) => `m${i}`);
    await Promise.all(texts.flatMap((text) => ['a', 'b'].map((id) => write(company, id, [says('cy', text)]))));
    const lists = await company.reading.heads(names);
    expect([...lists.values()].map(({ n }) => n)).toEqual([22, 22]);
  });

  test('STR4 lists that are named come locked with the conversations, behind them', async () => {
    const company = await open();
    await begins(company, 'a');
    const { promise: isIn, resolve: entered } = Promise.withResolvers<void>();
    const { promise: go, resolve: letGo } = Promise.withResolvers<void>();
    const wrote = company.ledger.transact(async (transaction) => {
      const pages = await writeIn(transaction, 'a', [says('cy', 'first')]);
      entered();
      await go;
      return pages;
    });
    await isIn;
    const waiting = load(company, 'a', { lists: ['list/nobody', 'list/open:orders', 'list/queue:orders'] });
    await aWhile();
    letGo();
    await wrote;
    const { lists } = await waiting;
    expect([...lists.keys()].sort()).toEqual(['list/open:orders', 'list/queue:orders']);
    expect(lists).toEqual(await company.reading.heads([...lists.keys()]));
    expect((await load(company, 'a')).lists.size).toBe(0);
  });

  test('LST5 takers of one queue come one after the other, those of another do not wait', async () => {
    const company = await open();
    const steps: string[] = [];
    const { promise: go, resolve: letGo } = Promise.withResolvers<void>();
    const { promise: isIn, resolve: entered } = Promise.withResolvers<void>();
    const one = look(company, async (transaction) => {
      await transaction.lockQueue('orders');
      entered();
      await go;
      steps.push('one');
    });
    await isIn;
    const two = look(company, async (transaction) => {
      await transaction.lockQueue('orders');
      steps.push('two');
    });
    await look(company, async (transaction) => {
      await transaction.lockQueue('support');
      steps.push('other');
    });
    letGo();
    await Promise.all([one, two]);
    expect(steps).toEqual(['other', 'one', 'two']);
  });

  test('SND3 of two who begin the same conversation the later meets a conflict', async () => {
    const company = await open();
    const both = Promise.withResolvers<void>();
    let inside = 0;
    // Both have looked, and found nothing, before either may write.
    const looked = async () => {
      if (++inside === 2) both.resolve();
      await both.promise;
    };
    const begin = () =>
      company.ledger.transact((transaction) =>
        writeIn(transaction, 'a', [says('cy', 'hello'), queues('queue:orders')], { looked }),
      );
    const outcomes = await Promise.allSettled([begin(), begin()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [failed] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed?.reason).toMatchObject({ why: 'conflict' });
  });

  test('SND5 what the work throws comes back as it is, nothing is written, and the locks are free', async () => {
    const company = await open();
    await begins(company, 'a');
    const before = await company.rows();
    const mistake = new Error('a mistake');
    const work = company.ledger.transact(async (transaction) => {
      await transaction.lockQueue('orders');
      await writeIn(transaction, 'a', [says('cy', 'never')]);
      throw mistake;
    });
    await expect(work).rejects.toBe(mistake);
    expect(await company.rows()).toEqual(before);
    await write(company, 'a', [says('cy', 'after all')]);
  });
}

/** Long enough for another connection to have come to wait; where it was slower, the test proves less and is as right. */
function aWhile(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}
