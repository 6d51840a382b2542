import type { Item } from '@heed/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Answer, fold, repeated, withItem } from './repeat.ts';

test('GRD5 case, width, punctuation, symbols and spaces make no difference; other words do', () => {
  for (const same of [
    'thank you',
    ' THANK  YOU!!! ',
    'Ｔｈａｎｋ　ｙｏｕ',
    'thank-you 🙂',
    'tha\u00adnk you',
    '“Thank you.”',
  ])
    expect(fold(same), same).toBe('thankyou');
  expect(fold('Thanks, you')).not.toBe('thankyou');
  expect(fold('straße')).not.toBe(fold('strasse'));
  // Where nothing is left the text itself counts: a thumb is not a question mark.
  expect(fold('👍')).toBe('👍');
  expect(fold('?')).not.toBe(fold('!'));
});

test('GRD5 folding twice is folding once', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => fold(fold(text)) === fold(text)));
});

test('GRD5 the newest that says the same is named; one that the override names, or without words, is none', () => {
  const answers: Answer[] = [
    { n: 3, text: 'It is on its way.' },
    { n: 5, text: 'it is on its way' },
    { n: 6, text: '' },
  ];
  expect(repeated(answers, 'It is on its way', 0)).toBe(5);
  expect(repeated(answers, 'It is on its way', 5)).toBeUndefined();
  expect(repeated(answers, 'It is on its way', 4)).toBe(5);
  expect(repeated(answers, 'It was', 0)).toBeUndefined();
  expect(repeated(answers, '', 0)).toBeUndefined();
});

const item = (n: number, kind: string, type: 'agent' | 'bot' | 'customer', body: object): Item => ({
  ...{ n, h: `h${n}`, id: `i${n}`, at: '', kind, body },
  actor: { type, id: 'x', name: '' },
});

test('GRD5 what was said is what stands since the customer’s last message', () => {
  const log = [
    item(1, 'message', 'agent', { text: 'Before' }),
    item(2, 'message', 'customer', { text: 'And?' }),
    item(3, 'message', 'agent', { text: 'One' }),
    item(4, 'message', 'bot', { text: 'Two' }),
    item(5, 'note', 'agent', { text: 'Note' }),
    item(6, 'edited', 'agent', { target: 3, text: 'Three' }),
    item(7, 'edited', 'agent', { target: 1, text: 'Long ago' }),
    item(8, 'erased', 'bot', { target: 4 }),
  ];
  expect(log.reduce(withItem, [] as readonly Answer[])).toEqual([{ n: 3, text: 'Three' }]);
});
