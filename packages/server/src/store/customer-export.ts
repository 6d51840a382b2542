import type pg from 'pg';
import type { Who } from '../domain/permission.ts';
import { HeedError } from '../errors.ts';
import { THEM } from './customer-merge.ts';
import { audit } from './people.ts';

/** What is held of a person besides their conversations, each under its name. */
const HELD: readonly [name: string, statement: string][] = [
  [
    'customer',
    'SELECT id, inbox, identity, name, email, language, device, attributes, created_at, last_heard_at FROM customer WHERE id = $1 OR merged_into = $1 ORDER BY merged_into NULLS FIRST, id',
  ],
  ['visits', `SELECT at, url, title, referrer FROM visit WHERE customer IN (${THEM}) ORDER BY at`],
  [
    'notes',
    `SELECT n.id, n.at, a.name AS author, n.text FROM customer_note n JOIN agent a ON a.id = n.author WHERE n.customer IN (${THEM}) ORDER BY n.at`,
  ],
  [
    'sessions',
    `SELECT address, device, created_at, used_at FROM session WHERE person_type = 'customer' AND person IN (${THEM}) ORDER BY created_at`,
  ],
  [
    'files',
    `SELECT id, conversation, name, type, size, sha256, created_at, '/v1/attachments/' || id AS download FROM attachment WHERE (owner_type = 'customer' AND owner IN (${THEM})) OR conversation IN (SELECT id FROM conversation WHERE customer IN (${THEM})) ORDER BY created_at`,
  ],
  [
    'mail',
    `SELECT m.kind, m.conversation, m.address, m.created_at FROM mail_due m JOIN conversation c ON c.id = m.conversation WHERE c.customer IN (${THEM})`,
  ],
  ['changes', 'SELECT at, actor_type, actor, action, detail FROM audit WHERE target = $1 ORDER BY id'],
];

const CONVERSATIONS = `SELECT id, number, inbox, queue, status, labels, started_at FROM conversation WHERE customer IN (${THEM}) ORDER BY started_at`;
const ITEMS = `
SELECT i.n, i.kind, i.actor_type, i.actor, i.at, b.json AS body
  FROM item i LEFT JOIN body b ON b.stream = i.stream AND b.n = i.n
 WHERE i.stream = 'conversation/' || $1 ORDER BY i.n`;

/** Everything that is held of a customer, as the pieces of one JSON document: a conversation at a time is in memory. */
export async function* exportOf(pool: pg.Pool, who: Who, id: string): AsyncGenerator<string> {
  if (!who.isAdmin) throw new HeedError('forbidden', 'Only an admin exports what is held of a person.');
  const { rows } = await pool.query('SELECT FROM customer WHERE id = $1 AND merged_into IS NULL', [id]);
  if (rows.length === 0) throw new HeedError('not_found', 'There is no such customer.');
  await audit(pool, 'agent', who.id, 'exported', id);
  yield `{"exportedAt":${JSON.stringify(new Date().toISOString())}`;
  for (const [name, statement] of HELD) {
    const held = await pool.query(statement, [id]);
    yield `,\n${JSON.stringify(name)}:${JSON.stringify(held.rows)}`;
  }
  yield ',\n"conversations":[';
  const conversations = await pool.query<{ id: string }>(CONVERSATIONS, [id]);
  for (const [index, conversation] of conversations.rows.entries()) {
    const items = await pool.query<{ body: string | null }>(ITEMS, [conversation.id]);
    const read = items.rows.map(({ body, ...item }) => (body === null ? item : { ...item, body: JSON.parse(body) }));
    yield `${index > 0 ? ',' : ''}\n${JSON.stringify({ ...conversation, items: read })}`;
  }
  yield ']}\n';
}
