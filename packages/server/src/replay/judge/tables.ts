import pg from 'pg';

/** A message in one stream of a conversation. */
export interface StoredMessage {
  id: string;
  n: number;
  side: string;
  text: string;
}

/** What the tables have of the play's queue: by conversation, the team's side and the customer's, in their order. */
export type Tables = Map<string, { conversation: StoredMessage[]; chat: StoredMessage[] }>;

const MESSAGES = `
SELECT c.id AS conversation, split_part(i.stream, '/', 1) AS stream, i.id, i.n, i.actor_type, (b.json::json) ->> 'text' AS text
  FROM conversation c
  JOIN item i ON i.stream IN ('conversation/' || c.id, 'chat/' || c.id) AND i.kind = 'message'
  LEFT JOIN body b ON b.stream = i.stream AND b.n = i.n
 WHERE c.id = ANY($1)
 ORDER BY c.id, i.stream, i.n`;

const PAGE = 200;

/** Reads every message of the conversations that came in at one queue. */
export async function readTables(connection: pg.ClientConfig, queue: string): Promise<Tables> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const ids = await client.query('SELECT id FROM conversation WHERE queue = $1 ORDER BY id', [queue]);
    const tables: Tables = new Map(ids.rows.map(({ id }) => [id, { conversation: [], chat: [] }]));
    const all = [...tables.keys()];
    for (let from = 0; from < all.length; from += PAGE) {
      const { rows } = await client.query(MESSAGES, [all.slice(from, from + PAGE)]);
      for (const row of rows) {
        const side = row.actor_type === 'customer' ? 'customer' : 'agent';
        const messages = tables.get(row.conversation)?.[row.stream as 'conversation' | 'chat'];
        messages?.push({ id: row.id, n: row.n, side, text: row.text });
      }
    }
    return tables;
  } finally {
    await client.end();
  }
}
