import { defineConfig } from 'vitest/config';

const minute = 60_000;
/** How long a test looks again for what must come: a slow machine is not a failure. */
const expect = { poll: { timeout: 30_000 } };

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
          name: 'pg',
          expect,
          include: ['{packages,bench,simulation}/**/*.pg.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['packages/server/src/database/test-cluster.ts'],
          // What a test of silence and of slow terminals needs is a machine that is not overloaded by the others.
          maxWorkers: 2,
          testTimeout: minute,
          hookTimeout: minute,
        },
      },
      {
        test: {
          name: 'nodes',
          expect,
          include: ['{packages,simulation}/**/*.nodes.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['packages/server/src/database/test-cluster.ts'],
          maxWorkers: 2,
          testTimeout: 2 * minute,
          hookTimeout: 2 * minute,
        },
      },
      {
        test: {
          name: 'e2e',
          expect,
          include: ['e2e/**/*.test.ts'],
          // Two browsers at a time: a test mostly waits for what a person would wait for.
          maxWorkers: 2,
          testTimeout: 3 * minute,
          hookTimeout: 3 * minute,
        },
      },
    ],
  },
});
