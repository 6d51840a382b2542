import type { LocalFile, Terminal } from '@heed/client';
import { expect, test } from 'vitest';
import { say } from '../words/index.ts';
import { composerOf } from './composer.ts';
import { attachmentsFor, boxOf, chipsOf, sizeWords, spoken, uploadOf } from './files.ts';
import { outboxLine } from './outbox-line.ts';
import { heldReply, ORLA, S, said, terminal, windowOf } from './test-terminal.ts';

function file(id: string, more: Partial<LocalFile> = {}): LocalFile {
  return { id, name: `${id}.png`, type: 'image/png', size: 1000, sha256: 'x', s: S, state: { name: 'whole' }, ...more };
}

function withFiles(...files: LocalFile[]): Terminal {
  const { limits } = terminal([]);
  const more = { files: new Map(files.map((one) => [one.id, one])), limits: { ...limits, file: 26_214_400 } };
  return terminal([windowOf([said(1, ORLA, 'Hi')])], more);
}

const IN = { mark: 'in' } as Parameters<typeof composerOf>[3];
const EMPTY = { text: '', kind: 'message' as const };
const going = (received: number) => ({ name: 'going' as const, received });
const refused = (code: string) => ({ name: 'refused' as const, code, message: '' });

test('sizes are said as people say them', () => {
  expect([0, 900, 1_887_437, 26_214_400, 61_000_000].map(sizeWords)).toEqual([
    '0 byte',
    '900 byte',
    '1.8 MB',
    '25 MB',
    '58 MB',
  ]);
});

test('a reply of files alone can be sent while they go up, and not while one is refused', () => {
  expect(composerOf(withFiles(), S, EMPTY, IN, undefined).send.enabled).toBe(false);
  const t = withFiles(file('a', { state: going(250) }), file('b', { width: 400, height: 300 }));
  const { send, files } = composerOf(t, S, EMPTY, IN, undefined);
  expect([send.enabled, files.map(({ percent }) => percent)]).toEqual([true, [25, undefined]]);
  expect(attachmentsFor(t, S)).toEqual([
    { id: 'a', name: 'a.png', type: 'image/png', size: 1000, sha256: 'x' },
    { id: 'b', name: 'b.png', type: 'image/png', size: 1000, sha256: 'x', width: 400, height: 300 },
  ]);
  const bad = withFiles(file('a', { size: 61_000_000, state: refused('too_large') }), file('b'));
  expect(composerOf(bad, S, EMPTY, IN, undefined).send.enabled).toBe(false);
  expect(chipsOf(bad, S).map(({ problem }) => problem && say(problem))).toEqual(['the file is over 25 MB', undefined]);
  expect(composerOf(bad, S, { ...EMPTY, kind: 'note' }, IN, undefined).files).toEqual([]);
});

test('SND5 a bubble says how far its files are, and why one was not stored', () => {
  const waiting = heldReply('', 1, { state: { name: 'waiting' } });
  const up = withFiles(file('a', { send: 'p1', state: going(100) }), file('b', { send: 'p1' }));
  expect(uploadOf(up, 'p1')).toBe(55);
  expect(say(outboxLine(up, waiting)?.sentence ?? { key: 'life.stored' })).toBe('Uploading, 55%');
  expect(chipsOf(up, S)).toEqual([]);
  const over = withFiles(file('a', { send: 'p1', size: 30_000_000, state: refused('too_large') }));
  const end = heldReply('', 1, { state: { ...refused('file_too_large') } });
  expect(say(outboxLine(over, end)?.sentence ?? { key: 'life.stored' })).toBe('Not stored: the file is over 25 MB.');
});

test('the place of a picture is kept in its own shape; what has no size is a file', () => {
  const sized = (width?: number, height?: number) =>
    boxOf({ ...file('a'), ...(width && height ? { width, height } : {}) });
  expect([sized(), sized(100, 50), sized(4000, 1000), sized(1000, 4000), sized(8000, 20)]).toEqual([
    undefined,
    { width: 100, height: 50 },
    { width: 240, height: 60 },
    { width: 44, height: 168 },
    { width: 240, height: 44 },
  ]);
});

test('where there is room for words only, files are said by their names', () => {
  expect(spoken({ text: 'Look', attachments: [file('a')] })).toBe('Look');
  expect(spoken({ text: '', attachments: [file('a'), file('b')] })).toBe('a.png, b.png');
  expect(spoken(undefined)).toBe('');
});
