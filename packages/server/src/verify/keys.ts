import type pg from 'pg';
import type { Findings } from './findings.ts';
import { Rows } from './rows.ts';

interface KeyRow {
  stream: string;
  actor: string;
  id: string;
  n: number | null;
  h: string | null;
  item_h: string | null;
  item_id: string | null;
  item_actor: string | null;
}

const KEYS = `
SELECT k.stream, k.actor, k.id, k.n, k.h, i.h AS item_h, i.id AS item_id, i.actor AS item_actor
  FROM send_key k LEFT JOIN item i ON i.stream = coalesce(k.leads_to, k.stream) AND i.n = k.n`;

/** Keys are dropped after 400 days (SND3): below this age each must be there. */
const KEPT = '399 days';
const KEYLESS = `
SELECT i.stream, i.n, i.id FROM item i
 WHERE i.actor_type <> 'system' AND i.kind <> 'assigned' AND i.id NOT LIKE '%.then'
   AND i.stream >= CASE i.actor_type WHEN 'customer' THEN 'chat/' ELSE 'conversation/' END
   AND i.stream < CASE i.actor_type WHEN 'customer' THEN 'chat0' ELSE 'conversation0' END
   AND i.at > now() - interval '${KEPT}'
   AND NOT EXISTS (SELECT 1 FROM send_key k WHERE k.stream = i.stream AND k.actor = i.actor AND k.id = i.id)`;

/** What makes a send happen once: each key leads to its item, and each item that was sent has its key (SND3). */
export async function verifyKeys(client: pg.ClientBase, findings: Findings): Promise<void> {
  for await (const key of new Rows<KeyRow>(client, 'verify_keys', KEYS)) {
    findings.count('keys');
    if (key.n === null) continue;
    const leads = key.item_h === key.h && key.item_id === key.id && key.item_actor === key.actor;
    if (!leads) findings.wrong('key_point_wrong', key.stream, key.n, `The key of ${key.id} leads to another item.`);
  }
  for await (const item of new Rows<{ stream: string; n: number; id: string }>(client, 'verify_keyless', KEYLESS))
    findings.wrong('key_missing', item.stream, item.n, `The send ${item.id} has no key: it could be stored again.`);
}
