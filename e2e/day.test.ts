import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { playDay } from '../simulation/day/day.ts';

const data = join(import.meta.dirname, '../../shared/data');
const files = ['stripe-irc', 'star'].map((name) => join(data, `conversations-${name}.jsonl.gz`));

// `npm run turns -- --only day` plays a whole one. Without ../shared there is no record to play; under CI it must be there.
test.skipIf(!files.every((file) => existsSync(file)) && !process.env.CI)(
  'an hour in the desk by keys alone, while the network fails: nothing unanswered, nothing lost, no error',
  { timeout: 600_000 },
  async () => {
    const { failures, ...day } = await playDay({
      files,
      conversations: 10,
      lastsMs: 30_000,
      patienceMs: 4_000,
      seed: 1,
      chromium: process.env.HEED_CHROMIUM ?? '/usr/bin/chromium',
      output: join(import.meta.dirname, 'output/hour'),
    });
    expect(failures).toEqual([]);
    expect(day).toMatchObject({ conversations: 10, resolved: 10 });
    expect(day.interactions.pressed).toBeGreaterThan(100);
  },
);
