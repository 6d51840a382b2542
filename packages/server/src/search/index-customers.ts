import type pg from 'pg';
import { customerVector } from './words.ts';

const MOST = 1_000;

interface CustomerRow {
  id: string;
  name: string;
  email: string | null;
  identity: string | null;
  attributes: Record<string, unknown>;
}

const COLUMNS = 'c.id, c.name, c.email, c.identity, c.attributes';
const STALE = {
  name: 'search-stale',
  text: `
WITH taken AS (
  DELETE FROM search_stale WHERE customer IN (SELECT customer FROM search_stale ORDER BY customer LIMIT ${MOST} FOR UPDATE SKIP LOCKED)
  RETURNING customer
) SELECT ${COLUMNS} FROM taken JOIN customer c ON c.id = taken.customer WHERE c.merged_into IS NULL`,
};
const SCAN = {
  name: 'search-customers',
  text: `SELECT ${COLUMNS} FROM customer c WHERE c.id > $1 AND c.merged_into IS NULL ORDER BY c.id LIMIT ${MOST} FOR KEY SHARE`,
};
const UPSERT = {
  name: 'search-customer',
  text: `INSERT INTO search_customer (customer, words) SELECT u.id, u.words::tsvector FROM unnest($1::text[], $2::text[]) AS u(id, words)
         ON CONFLICT (customer) DO UPDATE SET words = excluded.words`,
};

/** Reads some of the customers who are new or changed into the index. Tells whether there are more. */
export async function indexCustomers(client: pg.ClientBase): Promise<boolean> {
  const { rows: states } = await client.query<{ scanned: string | null }>(
    'SELECT customers_scanned AS scanned FROM search_state',
  );
  const scanned = states[0]?.scanned ?? null;
  const look = scanned === null ? STALE : { ...SCAN, values: [scanned] };
  const { rows } = await client.query<CustomerRow>(look);
  if (rows.length > 0)
    await client.query({
      ...UPSERT,
      values: [rows.map(({ id }) => id), rows.map((row) => customerVector(textsOf(row)))],
    });
  const isMore = rows.length === MOST;
  if (scanned !== null)
    await client.query('UPDATE search_state SET customers_scanned = $1', [isMore ? rows.at(-1)?.id : null]);
  return isMore;
}

/** What is known of somebody and can be looked for. */
function textsOf({ name, email, identity, attributes }: CustomerRow): string[] {
  const values = Object.values(attributes).filter((value) => typeof value === 'string' || typeof value === 'number');
  return [name, email ?? '', identity ?? '', ...values.map(String)];
}
