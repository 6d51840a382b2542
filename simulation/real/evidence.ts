import { existsSync, readFileSync } from 'node:fs';
import pg from 'pg';
import type { Screen, Stored } from './checker.ts';

/** One line of what a terminal's screen showed and what was pressed there, in the order in which it happened. */
export type Line =
  /** Messages that came into view. */
  | { at: number; shown: string[] }
  | { at: number; press: string }
  /** It is shown as being sent. */
  | { kept: string }
  | { stored: string }
  | { refused: string; why: string }
  /** The device was lost with everything on it. */
  | { wiped: true }
  /** At the end: what a conversation shows, and what is still under way. */
  | { end: string; shows: string[] }
  | { left: string[] };

/** A screen as its log tells it. The last line may be torn: the terminal was killed while it wrote. */
export function readScreen(file: string, who: Pick<Screen, 'name' | 'person' | 'side'>): Screen {
  const screen = newScreen(who);
  // A page that was killed before it showed or pressed anything has left nothing.
  if (!existsSync(file)) return screen;
  for (const text of readFileSync(file, 'utf8').split('\n').slice(0, -1)) readLine(screen, JSON.parse(text) as Line);
  return screen;
}

/** A screen that showed nothing yet. */
export function newScreen(who: Pick<Screen, 'name' | 'person' | 'side'>): Screen {
  return {
    ...who,
    presses: [],
    shown: [],
    kept: new Set(),
    stored: new Set(),
    refused: new Set(),
    end: new Map(),
    left: [],
    isWiped: false,
  };
}

/** Takes one line into account. */
export function readLine(screen: Screen, line: Line): void {
  if ('press' in line) screen.presses.push({ text: line.press, at: line.at });
  else if ('kept' in line) screen.kept.add(line.kept);
  else if ('stored' in line) screen.stored.add(line.stored);
  else if ('refused' in line) screen.refused.add(line.refused);
  else if ('wiped' in line) screen.isWiped = true;
  else if ('end' in line) screen.end.set(line.end, line.shows);
  else if ('left' in line) screen.left = line.left;
  else screen.shown.push(...line.shown.map((text) => ({ text, at: line.at })));
}

const MESSAGES = `
SELECT split_part(i.stream, '/', 1) AS stream, split_part(i.stream, '/', 2) AS conversation, i.n, i.actor_type,
       b.json::json ->> 'text' AS text, (b.json::jsonb) ? 'overrode' AS is_override
  FROM item i LEFT JOIN body b ON b.stream = i.stream AND b.n = i.n
 WHERE i.kind = 'message' AND i.stream NOT LIKE 'list/%'
 ORDER BY i.stream, i.n`;

/** Every message that the database has. */
export async function readStored(connection: pg.ClientConfig): Promise<Stored> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const stored: Stored = new Map();
    for (const row of (await client.query(MESSAGES)).rows) {
      const both = stored.get(row.conversation) ?? { conversation: [], chat: [] };
      stored.set(row.conversation, both);
      const side = row.actor_type === 'customer' ? 'customer' : 'agent';
      const messages = both[row.stream as 'conversation' | 'chat'];
      messages.push({ n: Number(row.n), side, text: row.text, isOverride: row.is_override ?? false });
    }
    return stored;
  } finally {
    await client.end();
  }
}
