import type pg from 'pg';
import type { Findings } from './findings.ts';

/** Epochs follow one another in one line: one begins it, each goes on from the one before (EPO1). */
export async function verifyLineage(client: pg.ClientBase, findings: Findings): Promise<void> {
  const { rows } = await client.query<{ epoch: string; parent: string | null }>(
    'SELECT epoch, parent FROM lineage ORDER BY begun_at, epoch',
  );
  let before: string | null = null;
  for (const [index, { epoch, parent }] of rows.entries()) {
    findings.count('epochs');
    if (parent !== before) {
      const sentence = `The epoch ${epoch} goes on from ${parent ?? 'none'}; the one before it is ${before ?? 'none'}.`;
      findings.wrong('lineage_wrong', 'lineage', index + 1, sentence);
    }
    before = epoch;
  }
  if (before === null) findings.wrong('lineage_wrong', 'lineage', 0, 'There is no epoch.');
}
