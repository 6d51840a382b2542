import { defineConfig } from 'vitest/config';

const minute = 60_000;
/** How long a test looks again for what must come: a slow machine is not a failure. */
const expect = { poll: { timeout: 30_000 } };

/** What takes longest for what it shows: whoever works here need not wait for it each time, continuous integration does. */
const LONG_PG = ['simulation/{real,turns}/*.pg.test.ts'];
const LONG_E2E = [
  'screens',
  'workbench-screens',
  'nasty',
  'widget-languages',
  'crashes',
  'races',
  'faults',
  'wall',
  'day',
  'desk-languages',
].map((name) => `e2e/${name}.test.ts`);

const pg = {
  expect,
  globalSetup: ['packages/server/src/database/test-cluster.ts'],
  // What a test of silence and of slow terminals needs is a machine that is not overloaded by the others.
  maxWorkers: 2,
  testTimeout: minute,
  hookTimeout: minute,
};

const e2e = {
  expect,
  // Two browsers at a time: a test mostly waits for what a person would wait for.
  maxWorkers: 2,
  testTimeout: 3 * minute,
  hookTimeout: 3 * minute,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          expect,
          testTimeout: minute,
          include: ['packages/**/*.test.ts', 'simulation/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.{pg,nodes}.test.ts'],
        },
      },
      {
        test: {
          ...pg,
          name: 'pg',
          include: ['{packages,bench,simulation}/**/*.pg.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', ...LONG_PG],
        },
      },
      { test: { ...pg, name: 'pg-long', include: LONG_PG } },
      {
        test: {
          ...pg,
          name: 'nodes',
          include: ['{packages,simulation}/**/*.nodes.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 2 * minute,
          hookTimeout: 2 * minute,
        },
      },
      { test: { ...e2e, name: 'e2e', include: ['e2e/**/*.test.ts'], exclude: LONG_E2E } },
      { test: { ...e2e, name: 'e2e-long', include: LONG_E2E } },
    ],
  },
});
