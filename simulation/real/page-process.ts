import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../packages/server/src/replay/random.ts';
import { type Order, Page } from './page.ts';
import { Agent, Customer, type Person } from './person.ts';

/** What the process of a page hears. */
export type Word = 'quiet' | 'end';
/** What it says: whether anything is under way still, and that it wrote down how its screen ended. */
export type Told = 'settled' | 'unsettled' | 'ended';

const TIDY_MS = 150;
const LOOK_EVERY = 10;

const order = JSON.parse(process.argv[2] ?? '') as Order;
const page = new Page(order);
const random = seeded(order.seed);
const person: Person = order.agent ? new Agent(page, random) : new Customer(page);
let isQuiet = false;
let told: Told | undefined;

process.on('message', (word: Word) => {
  isQuiet = true;
  if (word === 'end') {
    page.end();
    process.send?.('ended' satisfies Told, () => process.exit(0));
  }
});
// Nobody is left who would end us.
process.on('disconnect', () => process.exit(0));

while (!isQuiet) {
  await sleep(order.paceMs * (0.5 + random()));
  if (!isQuiet) person.press();
}
for (let tidied = 0; ; tidied++) {
  // Somebody who looks at the page again: it does not wait for the end of a pause then (BEAT4).
  if (tidied % LOOK_EVERY === 0) page.client.wake();
  person.tidy();
  const now: Told = page.isSettled ? 'settled' : 'unsettled';
  if (now !== told) process.send?.(now);
  told = now;
  await sleep(TIDY_MS);
}
