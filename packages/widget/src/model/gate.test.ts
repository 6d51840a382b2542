import { expect, test } from 'vitest';
import { gateOf, isAddress, lackOf } from './gate.ts';
import { readInbox } from './inbox.ts';
import { countedTitle } from './title.ts';

const NEW = { asked: false, agreed: false };
const inbox = readInbox({
  ask: { name: 'required', email: 'optional' },
  consent: { text: 'I agree.' },
});

test('nothing is asked where nothing is set, and nothing twice', () => {
  expect(gateOf(undefined, false, NEW)).toBeUndefined();
  expect(gateOf(readInbox({}), false, NEW)).toBeUndefined();
  expect(gateOf(inbox, false, { asked: true, agreed: true })).toBeUndefined();
  expect(gateOf(inbox, false, undefined)).toEqual({ name: 'required', email: 'optional', consent: inbox.consent });
});

test('whom the shop signed in is asked for consent only', () => {
  expect(gateOf(inbox, true, NEW)).toEqual({ name: 'no', email: 'no', consent: inbox.consent });
  expect(gateOf(inbox, true, { asked: false, agreed: true })).toBeUndefined();
});

test('what is missing is said, the first of it', () => {
  const gate = gateOf(inbox, false, NEW);
  if (!gate) throw new Error('nothing is asked');
  const filled = { name: ' ', email: 'x', agreed: false };
  expect(lackOf(gate, filled)).toBe('nameNeeded');
  expect(lackOf(gate, { ...filled, name: 'Ines' })).toBe('badMail');
  expect(lackOf(gate, { ...filled, name: 'Ines', email: '' })).toBe('consentNeeded');
  expect(lackOf(gate, { name: 'Ines', email: '', agreed: true })).toBeUndefined();
});

test('addresses are tried if they look like one', () => {
  expect(['a@b.example', ' a@b.example '].every(isAddress)).toBe(true);
  expect(['a', 'a@b', 'a b@c.example', ''].some(isAddress)).toBe(false);
});

test('the title counts what is new and forgets it again', () => {
  expect(countedTitle('Lamps', 2)).toBe('(2) Lamps');
  expect(countedTitle('(2) Lamps', 120)).toBe('(99+) Lamps');
  expect(countedTitle('(99+) Lamps', 0)).toBe('Lamps');
});
