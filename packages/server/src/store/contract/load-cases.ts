import { expect, test } from 'vitest';
import { type Key, keyName } from '../port.ts';
import type { Opens } from './company.ts';
import { after, begins, load, loaded, look, moves, PATIENCE, replies, says, wanted, write } from './scribe.ts';

/** What a transaction finds of conversations and keys. */
export function loadCases(open: Opens): void {
  test('STR5 a conversation comes as it was written, with the time of its last item', async () => {
    const company = await open();
    const written = await begins(company, 'a', 'cy', { at: after(5) });
    const { conversation, lastAt } = await loaded(company, 'a');
    const { targets: _, ...stored } = written;
    expect(conversation).toEqual({ ...stored, lastHolderIsFree: false });
    expect(lastAt).toBe(after(5));
  });

  test('CLK1 whole, it says which messages wait and since when; else how many', async () => {
    const company = await open();
    await begins(company, 'a');
    await write(company, 'a', [says('cy', 'two')], { at: after(1) });
    await write(company, 'a', [replies('bea', 'one', 1)], { at: after(2) });
    await write(company, 'a', [says('cy', 'three')], { at: after(3) });
    const whole = (await loaded(company, 'a')).conversation;
    expect(whole.state.unanswered).toEqual([3, 5]);
    expect(whole.waits).toEqual([after(1), after(3)]);
    expect(whole.earlier).toBe(0);
    const counted = (await loaded(company, 'a', { whole: [] })).conversation;
    expect(counted.state.unanswered).toEqual([]);
    expect(counted.waits).toEqual([]);
    expect(counted.earlier).toBe(2);
    expect({ ...counted, state: whole.state, waits: whole.waits, earlier: 0 }).toEqual(whole);
  });

  test('CLK1 what the customer erased does not wait, what a supervisor erased does', async () => {
    const company = await open();
    await begins(company, 'a');
    await write(company, 'a', [says('cy', 'two'), says('cy', 'three')]);
    const erase = (by: string, target: number) =>
      write(company, 'a', [{ by, kind: 'erased', body: { target } }], {
        spoil: (pages) => pages.erasures.push({ stream: 'conversation/a', n: target }),
      });
    await erase('cy', 3);
    await erase('bea', 4);
    expect((await loaded(company, 'a')).conversation.state.unanswered).toEqual([1, 4]);
    expect((await company.reading.snapshot('conversation/a', 50))?.state.unanswered).toEqual([1, 4]);
  });

  test('CON9 whole, it says who is mentioned: agents who exist, each once', async () => {
    const company = await open();
    await begins(company, 'a');
    const mention = (...agents: string[]) =>
      write(company, 'a', [{ by: 'ann', kind: 'note', body: { text: 'look', mentions: agents } }], {
        spoil: (pages) => {
          for (const agent of agents) pages.mentions.push(['a', agent]);
        },
      });
    await mention('cat', 'nobody', 'cat');
    await mention('cat', 'bea');
    expect([...(await loaded(company, 'a')).conversation.mentioned].sort()).toEqual(['bea', 'cat']);
    expect((await loaded(company, 'a', { whole: [] })).conversation.mentioned.size).toBe(0);
    expect((await company.reading.access(['a'])).get('a')?.mentioned).toEqual(new Set(['bea', 'cat']));
  });

  test('STR6 what does not exist is missing, and gets a number of its own', async () => {
    const company = await open();
    await begins(company, 'b');
    const found = await look(company, (transaction) => transaction.load(wanted(['a', 'b', 'c'])));
    expect([...found.conversations.keys()]).toEqual(['b']);
    expect(new Set(found.numbers).size).toBe(2);
    expect(found.numbers).not.toContain(found.conversations.get('b')?.conversation.number);
    expect(new Date(found.now).toISOString()).toBe(found.now);
  });

  test('LST7 the last holder is free while taking, heard, and below capacity', async () => {
    const company = await open();
    const isFree = async () => (await loaded(company, 'a')).conversation.lastHolderIsFree;
    await begins(company, 'a');
    await write(company, 'a', [moves('agent:ann'), replies('ann', 'there', 3)]);
    expect(await isFree()).toBe(false);
    await write(company, 'a', [{ by: 'ann', kind: 'resolved', body: {} }]);
    expect(await isFree()).toBe(false);
    await company.setHeard('ann', 'taking', 0);
    expect(await isFree()).toBe(true);
    expect((await loaded(company, 'a', { patience: { ...PATIENCE, graceMs: 0 } })).conversation.lastHolderIsFree).toBe(
      false,
    );
    await company.setHeard('ann', 'away', 0);
    expect(await isFree()).toBe(false);
    await company.setHeard('ann', 'taking', 61_000);
    expect(await isFree()).toBe(false);
    await company.people.saveHeard([{ agent: 'ann', agoMs: 1_000 }]);
    expect(await isFree()).toBe(true);
    for (const id of ['b', 'c']) {
      await begins(company, id, 'di');
      await write(company, id, [moves('agent:ann')]);
    }
    expect(await isFree()).toBe(false);
  });

  test('LST7 one who is snoozed with an agent comes back to that agent', async () => {
    const company = await open();
    await begins(company, 'a');
    const snoozed = { by: 'ann', kind: 'snoozed', body: { until: after(60) } } as const;
    await write(company, 'a', [moves('agent:ann'), replies('ann', 'later', 3), snoozed]);
    await company.setHeard('ann', 'taking', 0);
    expect((await loaded(company, 'a')).conversation).toMatchObject({
      lastHolderIsFree: true,
      snoozedUntil: after(60),
    });
  });

  test('SND3 keys come by their name, and only those asked for', async () => {
    const company = await open();
    const key = (s: string, id: string, more: Partial<Key> = {}): Key => ({
      ...{ stream: s, actor: 'cy', id, leadsTo: null, at: { n: 1, h: 'h' }, bodyHash: 'b' },
      ...more,
    });
    const keys = [
      key('chat/a', 'k1'),
      key('chat/new', 'k1', { leadsTo: 'chat/a' }),
      key('chat/a', 'k2', { at: null, bodyHash: null }),
      key('chat/a', 'k3'),
    ];
    await begins(company, 'a', 'cy', { keys });
    const asked: [string, string, string][] = [
      ['chat/a', 'cy', 'k1'],
      ['chat/new', 'cy', 'k1'],
      ['chat/a', 'cy', 'k2'],
      ['chat/a', 'di', 'k1'],
      ['chat/b', 'cy', 'k1'],
    ];
    const found = (await load(company, 'a', { keys: asked })).keys;
    expect([...found.keys()].sort()).toEqual(
      asked
        .slice(0, 3)
        .map((names) => keyName(...names))
        .sort(),
    );
    for (const each of keys.slice(0, 3)) expect(found.get(keyName(each.stream, each.actor, each.id))).toEqual(each);
  });

  test('SND7 a customer is led where the first of the ids led that led anywhere', async () => {
    const company = await open();
    const led = (id: string, to: string): Key => ({
      ...{ stream: 'chat/new', actor: 'cy', id, leadsTo: `chat/${to}`, at: { n: 1, h: 'h' }, bodyHash: 'b' },
    });
    const tombstone: Key = { stream: 'chat/new', actor: 'cy', id: 'k0', leadsTo: null, at: null, bodyHash: null };
    await begins(company, 'a', 'cy', { keys: [led('k2', 'a'), tombstone] });
    await begins(company, 'b', 'cy', { keys: [led('k1', 'b')] });
    expect(await company.ledger.ledTo('cy', ['k1', 'k2'])).toBe('chat/b');
    expect(await company.ledger.ledTo('cy', ['k2', 'k1'])).toBe('chat/a');
    expect(await company.ledger.ledTo('cy', ['k0', 'k9', 'k2'])).toBe('chat/a');
    expect(await company.ledger.ledTo('cy', ['k0'])).toBeUndefined();
    expect(await company.ledger.ledTo('di', ['k1'])).toBeUndefined();
  });

  test('SND7 a customer belongs to one inbox', async () => {
    const { ledger } = await open();
    expect(await ledger.customerOf('shop', 'cy')).toEqual({ id: 'cy', name: 'Cy' });
    expect(await ledger.customerOf('help', 'cy')).toBeUndefined();
    expect(await ledger.customerOf('shop', 'nobody')).toBeUndefined();
  });
}
