/** What a column of an array may hold. */
export type Cell = string | number | boolean | Buffer | null;

/**
 * The text of a one-dimensional array for PostgreSQL. The driver writes one too, at several times the cost, and a batch
 * is little else than arrays.
 */
export function arrayOf(cells: readonly Cell[]): string {
  return `{${cells.map(cellOf).join(',')}}`;
}

function cellOf(cell: Cell): string {
  if (cell === null) return 'NULL';
  if (typeof cell === 'string') return `"${needsEscape(cell) ? cell.replace(/["\\]/g, '\\$&') : cell}"`;
  return Buffer.isBuffer(cell) ? `"\\\\x${cell.toString('hex')}"` : String(cell);
}

function needsEscape(text: string): boolean {
  return text.includes('"') || text.includes('\\');
}
