import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../packages/server/src/config.ts';
import { race } from './races.ts';
import { playStar } from './star.ts';

const minute = 60_000;
const STAR = join(projectRoot, '../shared/data/conversations-star.jsonl.gz');

// `npm run turns` plays much more of the same. Without ../shared there is no record to play; under CI it must be there.
test.skipIf(!existsSync(STAR) && !process.env.CI)(
  'LST4 LST5 LST6 a queue that pushes while agents hang and die: in turn, none twice, none left, nobody overloaded',
  async () => {
    const star = await playStar({
      file: STAR,
      conversations: 16,
      agents: 5,
      dying: 2,
      returning: 1,
      capacity: 4,
      lastsMs: 18_000,
      seed: 1,
    });
    expect(star.failures).toEqual([]);
    expect(star).toMatchObject({ conversations: 16, waiting: 0, needless: 0 });
    expect(star.given).toBeGreaterThanOrEqual(16);
    expect(star.returned.gone).toBeGreaterThan(0);
  },
  4 * minute,
);

test(
  'GRD2 I3 who presses at the same instant: what was not shown is not answered, and what is held keeps its words',
  async () => {
    const { failures, held, replies } = await race(30, 1);
    expect(failures).toEqual([]);
    expect(replies).toBe(45);
    expect(held).toBeGreaterThanOrEqual(15);
  },
  3 * minute,
);
