// The judge shares no code with what it judges: it reads the record, the frames and the tables in its own way.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** What somebody said, as the record has it. */
export interface Said {
  side: 'customer' | 'agent';
  text: string;
}

/** The messages of the first conversations of a record, by the conversation's id. */
export async function readRecord(file: string, limit: number): Promise<Map<string, Said[]>> {
  const bytes = createReadStream(file);
  const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  const record = new Map<string, Said[]>();
  for await (const line of createInterface({ input })) {
    if (line.trim().length === 0) continue;
    const { id, turns } = JSON.parse(line) as { id: string; turns: { from: string; text: string }[] };
    const said = turns.flatMap(({ from, text }): Said[] => {
      if (from === 'visitor') return [{ side: 'customer', text }];
      return from === 'agent' ? [{ side: 'agent', text }] : [];
    });
    if (said.length > 0) record.set(id, said);
    if (record.size >= limit) break;
  }
  bytes.destroy();
  return record;
}
