import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTranscripts, SAVED_REPLY } from './transcripts.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heed-transcripts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, ...lines: unknown[]): string {
  const file = join(folder, name);
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
}

const turn = (from: string, text: string, more: object = {}) => ({ from, text, ...more });

test('both sides are read, with their times, and what is by neither is left out', async () => {
  const at = '2026-01-02T03:04:05Z';
  const turns = [turn('visitor', 'Hello?', { at }), turn('system', '(joined)'), turn('agent', ' Yes. ', { at })];
  const file = fileOf('both.jsonl.gz', { id: 'one', visitor: 'v', turns });
  expect(await readTranscripts(file, 10)).toEqual([
    {
      id: 'one',
      customer: 'v',
      turns: [
        { from: 'customer', text: 'Hello?', at: Date.parse(at) },
        { from: 'agent', text: ' Yes. ', at: Date.parse(at) },
      ],
    },
  ]);
});

test('where the record has customers only, they get a saved reply wherever somebody answered', async () => {
  const turns = [
    turn('visitor', 'a', { turn: 0 }),
    turn('visitor', 'b', { turn: 1 }),
    turn('visitor', 'c', { turn: 3 }),
  ];
  const [first] = await readTranscripts(fileOf('only.jsonl', { id: 'o', agent_side: 'missing', turns }), 10);
  expect(first?.turns.map(({ text, saved }) => (saved ? 'saved' : text))).toEqual(['a', 'b', 'saved', 'c', 'saved']);
  expect(first?.turns[2]?.text).toBe(SAVED_REPLY);
});

test('no more are read than wanted', async () => {
  const file = fileOf('many.jsonl', ...['a', 'b', 'c'].map((id) => ({ id, turns: [turn('visitor', id)] })));
  expect((await readTranscripts(file, 2)).map(({ id }) => id)).toEqual(['a', 'b']);
});

test.each([
  ['a line that is no conversation', '{"id":1}', 'bad_line'],
  ['a line that is no JSON', '{', 'bad_line'],
  ['an empty file', '', 'nothing_to_play'],
])('%s is refused in a sentence', async (_name, line, code) => {
  await expect(readTranscripts(fileOf('bad.jsonl', line), 10)).rejects.toMatchObject({ code });
});

test('a file that is not there, or is not what its name says, is refused in a sentence', async () => {
  await expect(readTranscripts(join(folder, 'nowhere.jsonl'), 1)).rejects.toMatchObject({ code: 'file_unreadable' });
  writeFileSync(join(folder, 'false.jsonl.gz'), 'no gzip');
  await expect(readTranscripts(join(folder, 'false.jsonl.gz'), 1)).rejects.toMatchObject({ code: 'file_unreadable' });
});
