import type pg from 'pg';

/** From the press to being stored, in milliseconds: ids say when a key was pressed, and this machine has one clock. */
export async function customersWaits(pool: pg.Pool, from: number, to: number): Promise<number[]> {
  const { rows } = await pool.query<{ id: string; at: Date }>(
    `SELECT id, at FROM item WHERE kind = 'message' AND actor_type = 'customer' AND stream LIKE 'conversation/%'
        AND at BETWEEN $1 AND $2`,
    [new Date(from), new Date(to)],
  );
  return rows.map(({ id, at }) => at.getTime() - pressedAt(id)).sort((a, b) => a - b);
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The time in an id: its first ten digits (STR6). */
function pressedAt(id: string): number {
  return [...id.slice(0, 10)].reduce((ms, digit) => ms * 32 + DIGITS.indexOf(digit), 0);
}

/** The value that so much of all does not exceed. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
