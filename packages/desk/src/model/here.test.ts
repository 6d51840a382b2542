import { expect, test } from 'vitest';
import { colleaguesHere } from './here.ts';
import { ORLA, S, START, said, terminal, windowOf } from './test-terminal.ts';

test('CON3 colleagues who look and who write are named, those who write first; customers and oneself are not', () => {
  const until = START + 5_000;
  const typing = new Map([
    ['customer:c1', { name: 'Orla Hennigan', until }],
    ['agent:a1', { name: 'Alma Reyes', until }],
    ['agent:a3', { name: 'Mio', until }],
  ]);
  const viewing = new Map([
    ['agent:a1', { name: 'Alma Reyes', until }],
    ['agent:a2', { name: 'Teo Lindgren', until }],
    ['agent:a3', { name: 'Mio', until }],
  ]);
  expect(colleaguesHere(terminal([windowOf([said(1, ORLA, 'Hello')], { typing, viewing })]), S)).toEqual([
    { id: 'a3', name: 'Mio', writes: true },
    { id: 'a2', name: 'Teo Lindgren', writes: false },
  ]);
});
