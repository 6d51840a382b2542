import { defineConfig } from 'vitest/config';

const minute = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts', 'simulation/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.pg.test.ts'],
        },
      },
      {
        test: {
          name: 'pg',
          include: ['{packages,bench,simulation}/**/*.pg.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['packages/server/src/database/test-cluster.ts'],
          testTimeout: minute,
          hookTimeout: minute,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          // One browser and one server at a time: two cores have enough to do with that.
          fileParallelism: false,
          testTimeout: 3 * minute,
          hookTimeout: 3 * minute,
        },
      },
    ],
  },
});
