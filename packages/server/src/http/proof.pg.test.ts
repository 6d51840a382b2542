import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Frame, Snapshot } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../config.ts';
import type { ProvenUpdate } from '../store/proof.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
let folder: string;
let transcripts: Record<'conversation' | 'chat', ProvenUpdate>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heed-proof-'));
  running = await startRunning();
  const tokens = { chat: await customerToken(running), conversation: await agentToken(running, 'ann') };
  const customer = await Wire.open(running, tokens.chat);
  const agent = await Wire.open(running, tokens.conversation);
  const sent = await customer.send('chat/new', ulid(), 'message', {
    text: 'Grüße, 你好 🙂\n\t\u0001',
    inbox: running.key,
  });
  const chat = (sent as Extract<Frame, { t: 'sent' }>).s;
  const s = chat.replace('chat', 'conversation');
  await customer.send(chat, ulid(), 'message', { text: 'my card is 4111' });
  await customer.send(chat, ulid(), 'erase', { target: 2 });
  const { at } = (await agent.ask({ t: 'open', s })) as Snapshot;
  await agent.send(s, ulid(), 'note', { text: 'Between us.' });
  await agent.send(s, ulid(), 'message', { text: 'An answer.' }, { basedOn: at });
  await customer.send(chat, ulid(), 'message', { text: 'Thank you.' });
  const read = async (name: 'conversation' | 'chat') => {
    const headers = { authorization: `Bearer ${tokens[name]}` };
    const path = `/v1/conversations/${chat.slice('chat/'.length)}/items?proof=1`;
    return (await (await fetch(running.server.address + path, { headers })).json()) as ProvenUpdate;
  };
  transcripts = { conversation: await read('conversation'), chat: await read('chat') };
});
afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the stand-alone checker says of a transcript. */
async function check(transcript: unknown, ...flags: string[]): Promise<{ ok: boolean; says: string }> {
  const file = join(folder, 'transcript.json');
  writeFileSync(file, JSON.stringify(transcript));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(projectRoot, 'scripts/check-transcript.mjs'),
      file,
      ...flags,
    ]);
    return { ok: true, says: stdout };
  } catch (thrown) {
    return { ok: false, says: (thrown as { stdout: string }).stdout };
  }
}

test.each(['conversation', 'chat'] as const)('STR2 a %s verifies, erased bodies and all', async (name) => {
  const transcript = transcripts[name];
  expect(transcript.items.length).toBeGreaterThanOrEqual(5);
  expect(transcript.items.filter(({ erased, salt }) => erased && salt === undefined)).toHaveLength(1);
  const { n, h } = transcript.head;
  expect(await check(transcript)).toEqual({ ok: true, says: expect.stringContaining(`to ${n}:${h}`) });
  expect(await check(transcript, '--head', `${n}:${h}`)).toMatchObject({ ok: true });
});

test('STR2 pages verify together, in whatever order, and one of them from where it begins', async () => {
  const { items, prev, ...rest } = transcripts.conversation;
  const middle = items[2];
  if (!middle) throw new Error('the transcript is too short');
  const pages = [
    { ...rest, prev: { n: middle.n, h: middle.h }, items: items.slice(3) },
    { ...rest, prev, items: items.slice(0, 3) },
  ];
  expect(await check(pages)).toMatchObject({ ok: true });
  expect(await check(pages[0])).toEqual({ ok: true, says: expect.stringContaining('after number 3') });
});

type Change = (transcript: ProvenUpdate) => void;
const changes: [name: string, change: Change, says: RegExp][] = [
  [
    'a text that was altered',
    (t) => Object.assign(t.items[0]?.body as object, { text: 'Hello' }),
    /body of number 1 was altered/,
  ],
  [
    'another author',
    (t) => Object.assign(t.items[0]?.actor ?? {}, { id: 'somebody' }),
    /Number 1 is not what stood there/,
  ],
  ['another time', (t) => Object.assign(t.items[1] ?? {}, { at: '2020-01-01T00:00:00.000Z' }), /Number 2 is not/],
  [
    'a text with a hash of its own',
    (t) => Object.assign(t.items[0] ?? {}, { bodyHash: 'A'.repeat(43) }),
    /Number 1 is not[\s\S]*body of number 1 was altered/,
  ],
  ['an item that was removed', (t) => void t.items.splice(2, 1), /After number 2 comes 4/],
  ['an end that was removed', (t) => void t.items.pop(), /the log went to/],
  [
    'items in another order',
    (t) => void t.items.splice(0, 2, ...t.items.slice(0, 2).reverse()),
    /After number 0 comes 2/,
  ],
  [
    'an item that was doubled',
    (t) => void t.items.splice(1, 0, ...t.items.slice(0, 1)),
    /After number 1 comes 1[\s\S]*stood before/,
  ],
  [
    'a body that was taken out though nobody erased it',
    (t) => {
      const { body: _, salt: __, ...item } = t.items[0] as ProvenUpdate['items'][number];
      t.items[0] = { ...item, erased: true };
    },
    /Number 1 has no body, though nothing/,
  ],
  ['another birth', (t) => Object.assign(t, { birth: '00000000-0000-0000-0000-000000000000' }), /does not begin as/],
  ['another head', (t) => Object.assign(t.head, { h: 'AAAAAAAAAAAAAAAA' }), /not the head that it names/],
];

test.each(changes)('STR2 the checker names %s', async (_name, change, says) => {
  const transcript = structuredClone(transcripts.conversation);
  change(transcript);
  expect(await check(transcript)).toEqual({ ok: false, says: expect.stringMatching(says) });
});
