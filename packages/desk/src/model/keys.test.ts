import { afterEach, expect, test } from 'vitest';
import { chooseKeys, commandOf, hint, keyCaps, ownerOf } from './keys.ts';
import { latinKey } from './press.ts';

afterEach(() => chooseKeys({ keys: {}, singleKeys: true }));

const press = (key: string, more = {}) => ({ key, mod: false, shift: false, alt: false, ...more });

test('single keys work while nobody types; keys with Cmd or Ctrl always do', () => {
  expect(commandOf({}, press('j'), false, 0).command).toBe('next');
  expect(commandOf({}, press('j'), true, 0).command).toBeUndefined();
  expect(commandOf({}, press('Enter', { mod: true }), true, 0).command).toBe('send');
  expect(commandOf({}, press('Enter', { mod: true, shift: true }), true, 0).command).toBe('sendAndResolve');
  expect(commandOf({}, press('?', { shift: true }), false, 0).command).toBe('help');
  expect(commandOf({}, press('Q', { shift: true }), false, 0).command).toBe('toQueue');
  expect(commandOf({}, press('q'), false, 0).command).toBeUndefined();
  expect(commandOf({}, press('J'), false, 0).command).toBe('next');
  expect(commandOf({}, press('t', { mod: true }), false, 0).command).toBeUndefined();
  expect(commandOf({}, press('j', { alt: true }), false, 0).command).toBeUndefined();
});

test('G then a letter goes to a view, within a second', () => {
  const { keyboard } = commandOf({}, press('g'), false, 0);
  expect(commandOf(keyboard, press('m'), false, 900).command).toBe('goMine');
  expect(commandOf(keyboard, press('m'), false, 1_100).command).toBeUndefined();
  expect(commandOf(keyboard, press('a'), false, 500).command).toBe('goAll');
});

test('keys are shown as they are printed on the board', () => {
  expect(keyCaps('mod+shift+Enter', true)).toEqual(['⌘', '⇧', '↵']);
  expect(keyCaps('g m', false)).toEqual(['G', 'M']);
});

test('keys can be others, and those that are letters alone can be off', () => {
  chooseKeys({ keys: { next: ['n'], note: [], goMine: ['m'] }, singleKeys: true });
  expect(commandOf({}, press('n'), false, 0).command).toBe('next');
  expect(commandOf({}, press('j'), false, 0).command).toBeUndefined();
  expect(hint('next')).toBe('N');
  expect(hint('note')).toBe('');
  expect(ownerOf('n', 'note')?.command).toBe('next');
  expect(ownerOf('g', 'next')?.command).toBe('goQueue');
  expect(ownerOf('n x', 'goAll')?.command).toBe('next');
  chooseKeys({ keys: {}, singleKeys: false });
  for (const key of ['j', '?', '/', '[']) expect(commandOf({}, press(key), false, 0).command, key).toBeUndefined();
  expect(commandOf({}, press('g'), false, 0).keyboard).toEqual({});
  expect(commandOf({}, press('k', { mod: true }), true, 0).command).toBe('palette');
  expect(commandOf({}, press('Escape'), false, 0).command).toBe('back');
});

test('a key of another script counts as what a Latin board has there', () => {
  const on = (key: string, code: string, shiftKey = false) => latinKey({ key, code, shiftKey });
  expect([on('ت', 'KeyJ'), on('ظ', 'Slash'), on('؟', 'Slash', true)]).toEqual(['j', '/', '?']);
  expect([on('j', 'KeyJ'), on('z', 'KeyY'), on('é', 'Digit2'), on('Enter', 'Enter')]).toEqual(['j', 'z', 'é', 'Enter']);
});
