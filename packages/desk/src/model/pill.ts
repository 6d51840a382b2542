import type { Sentence } from '../words/index.ts';
import { heightOf } from './files.ts';
import type { TimelineRow } from './timeline.ts';

/** What came below while the reader was further up: the pill that stands instead of a jump (DESIGN §4). */
export function pillOf(rows: readonly TimelineRow[], lastAtEnd: number): Sentence | undefined {
  const fresh = rows.filter((row) => (row.type === 'message' || row.type === 'note') && row.n > lastAtEnd);
  const last = fresh.at(-1);
  if (!last || !('time' in last)) return undefined;
  return { key: 'timeline.pill', values: { count: fresh.length, time: last.time as string } };
}

export function highestNumber(rows: readonly TimelineRow[]): number {
  return rows.reduce((highest, row) => ('n' in row ? Math.max(highest, row.n) : highest), 0);
}

const heightIn = (row: TimelineRow): number => ('files' in row ? heightOf(row.files) : 0);

/** A first guess of a row's height, before it is measured: about 62 letters fit a line. */
export function estimate(row: TimelineRow | undefined): number {
  if (row?.type === 'message' || row?.type === 'note' || row?.type === 'outbox')
    return 40 + 22 * Math.max(1, Math.ceil(((row.text ?? '').length || 1) / 62)) + heightIn(row);
  return 22;
}
