import { describe } from 'vitest';
import type { Opens } from './company.ts';
import { constraintCases } from './constraint-cases.ts';
import { loadCases } from './load-cases.ts';
import { lockCases } from './lock-cases.ts';
import { orderCases } from './order-cases.ts';
import { pagesCases } from './pages-cases.ts';
import { peopleCases } from './people-cases.ts';
import { readingCases } from './reading-cases.ts';
import { rotaCases } from './rota-cases.ts';
import { targetCases } from './target-cases.ts';

/** What the ports promise (port.ts, reading.ts, people.ts): each store runs the same. */
export function contract(open: Opens): void {
  describe('load', () => loadCases(open));
  describe('locks', () => lockCases(open));
  describe('what sends point at', () => targetCases(open));
  describe('the order of a queue', () => orderCases(open));
  describe('pages', () => pagesCases(open));
  constraintCases(open);
  readingCases(open);
  peopleCases(open);
  rotaCases(open);
}
