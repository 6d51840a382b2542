import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { House } from './house.ts';
import { openBrowser } from './people.ts';

/** The house and the browser of this test file; `useHouse` opens them before its first test. */
export let house: House;
export let browser: Browser;

/** Builds both for a test file, closes what each test opened, and leaves nothing behind. */
export function useHouse(build: () => Promise<House> = () => House.build()): void {
  beforeAll(async () => {
    [house, browser] = await Promise.all([build(), openBrowser()]);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser?.close();
    await house?.tearDown();
  });
}
