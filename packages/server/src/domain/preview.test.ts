import { expect, test } from 'vitest';
import { previewOf, spokenIn } from './conversation.ts';

const file = (name: string) => ({ id: name, name, type: 'image/png', size: 1, sha256: '' });

test('a message without words is previewed by the names of its files', () => {
  expect(spokenIn({ text: 'Look', attachments: [file('a.png')] })).toBe('Look');
  expect(spokenIn({ text: '', attachments: [file('a.png'), file('b.pdf')] })).toBe('a.png, b.pdf');
  expect(previewOf(spokenIn({ text: '' }))).toBe('');
});
