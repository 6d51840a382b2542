import { expect, test } from 'vitest';
import { type Begun, doubtOf, type Known, mayGoOn, remembered, type Standing } from './lineage.ts';

const at = (position: number, change: Partial<Standing> = {}): Standing => ({
  identifier: '7',
  place: '5.16',
  timeline: 1,
  position: BigInt(position),
  ended: 10n,
  next: 12n,
  isSynchronous: false,
  ...change,
});
const first: Begun = { epoch: 'e1', standing: at(100) };
const second: Begun = { epoch: 'e2', standing: at(200) };
const known: Known = { epochs: ['e1'], standing: at(150) };

test('EPO1 what goes on where it was is the same epoch', () => {
  expect(doubtOf([first], at(150), known)).toBeUndefined();
  expect(doubtOf([first], at(151), known)).toBeUndefined();
  expect(doubtOf([first], at(100), undefined)).toBeUndefined();
  expect(doubtOf([{ epoch: 'e1' }], at(1), undefined)).toBeUndefined();
});

test('EPO1 a log that is behind what was seen is in doubt', () => {
  expect(doubtOf([first], at(149), known)).toBe('behind');
  expect(doubtOf([first], at(99), undefined)).toBe('behind');
});

test('EPO1 lost transactions are found where the log has grown beyond what was seen', () => {
  expect(doubtOf([first], at(999, { next: 10n }), known)).toBeUndefined();
  expect(doubtOf([first], at(999, { next: 9n }), known)).toBe('behind');
});

test('EPO1 another cluster, another database in it, another timeline are in doubt, however far they are', () => {
  expect(doubtOf([first], at(999, { identifier: '8' }), known)).toBe('other_database');
  expect(doubtOf([first], at(999, { place: '5.99' }), undefined)).toBe('other_database');
  expect(doubtOf([first], at(999, { timeline: 2 }), known)).toBe('other_timeline');
});

test('EPO1 only a later timeline of a database whose commits waited for a standby may go on', () => {
  const promoted = at(120, { timeline: 2 });
  const waited: Known = { epochs: ['e1'], standing: at(150, { isSynchronous: true }) };
  expect(mayGoOn(doubtOf([first], promoted, waited), promoted, waited, true)).toBe(true);
  expect(mayGoOn(doubtOf([first], promoted, known), promoted, known, true)).toBe(false);
  expect(mayGoOn(doubtOf([first], promoted, undefined), promoted, undefined, true)).toBe(false);
  const other = at(999, { timeline: 2, identifier: '8' });
  expect(mayGoOn(doubtOf([first], other, waited), other, waited, true)).toBe(false);
  const later: Known = { epochs: ['e1'], standing: at(150, { isSynchronous: true, timeline: 3 }) };
  expect(mayGoOn('other_timeline', promoted, later, true)).toBe(false);
});

test('EPO1 who has told nothing as stored goes by how far the log has come', () => {
  const waited: Known = { epochs: ['e1'], standing: at(150, { isSynchronous: true }) };
  const [behind, level] = [at(149, { timeline: 2 }), at(150, { timeline: 2 })];
  expect(mayGoOn('other_timeline', behind, waited, false)).toBe(false);
  expect(mayGoOn('other_timeline', level, waited, false)).toBe(true);
});

test('EPO1 a database that has lost an epoch is in doubt, however far it is', () => {
  const both: Known = { epochs: ['e1', 'e2'], standing: at(250) };
  expect(doubtOf([first], at(999), both)).toBe('epoch_lost');
});

test('EPO1 an epoch that others began is taken up, by who knew the one before and by who knew a lost one', () => {
  expect(doubtOf([first, { epoch: 'e3', standing: at(120) }], at(130), known)).toBeUndefined();
  const lost: Known = { epochs: ['e1', 'e2'], standing: at(250) };
  expect(doubtOf([first, { epoch: 'e3', standing: at(120) }], at(130), lost)).toBeUndefined();
});

test('EPO1 the furthest seen is remembered within an epoch, and begins anew with the next', () => {
  expect(remembered([first], at(160), known)).toEqual({ epochs: ['e1'], standing: at(160) });
  expect(remembered([first], at(140), known)).toBe(known);
  expect(remembered([first], at(140, { ended: 11n }), known)?.standing).toEqual(at(150, { ended: 11n }));
  const switched = at(130, { isSynchronous: true });
  expect(remembered([first], switched, known)?.standing).toEqual(at(150, { isSynchronous: true }));
  expect(remembered([first], at(120, { timeline: 2 }), known)?.standing).toEqual(at(120, { timeline: 2 }));
  expect(remembered([first, second], at(140), known)).toEqual({ epochs: ['e1', 'e2'], standing: at(140) });
});
