import { randomBytes } from 'node:crypto';
import { hash as hashPassword } from '@node-rs/argon2';
import type pg from 'pg';
import { ulid } from 'ulid';
import { birthHash } from '../domain/chain.ts';
import { complaint, type Hours } from '../domain/hours.ts';
import { codeOf, HeedError } from '../errors.ts';
import { inboxId } from './inbox-keys.ts';
import { type InboxSettings, settingsComplaint } from './inbox-settings.ts';
import { newToken } from './people.ts';

export interface NewAgent {
  email: string;
  password: string;
  name: string;
  role: 'agent' | 'supervisor' | 'admin';
  /** Names or ids of queues. */
  queues: string[];
}

/** Runs work in one transaction and tells every node that the team changed. */
async function change<T>(
  pool: pg.Pool,
  action: string,
  work: (client: pg.PoolClient) => Promise<T & { id: string }>,
): Promise<T & { id: string }> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query(
      "INSERT INTO audit (actor_type, actor, action, target) VALUES ('system', 'command line', $1, $2)",
      [action, result.id],
    );
    await client.query(
      `INSERT INTO setting (key, value) VALUES ('directory', '1')
       ON CONFLICT (key) DO UPDATE SET value = to_json((setting.value #>> '{}')::bigint + 1)`,
    );
    await client.query('COMMIT');
    broken = false;
    return result;
  } finally {
    // A broken client takes its open transaction with it.
    client.release(broken);
  }
}

async function bearStream(client: pg.ClientBase, name: string): Promise<void> {
  const { rows } = await client.query<{ epoch: string }>('SELECT epoch FROM lineage ORDER BY begun_at DESC LIMIT 1');
  const epoch = rows[0]?.epoch ?? '';
  await client.query('INSERT INTO stream (name, birth, n, h, at) VALUES ($1, $2, 0, $3, clock_timestamp())', [
    name,
    epoch,
    birthHash(name, epoch),
  ]);
}

async function queueId(client: pg.ClientBase, name: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM queue WHERE id = $1 OR lower(name) = lower($1)', [
    name,
  ]);
  const id = rows[0]?.id;
  if (id) return id;
  const all = await client.query<{ name: string }>('SELECT name FROM queue ORDER BY name LIMIT 20');
  const there = all.rows.map((row) => row.name).join(', ') || 'none yet; make one with `queue add --name`';
  throw new HeedError('queue_not_found', `There is no queue ${JSON.stringify(name)}; there are: ${there}.`);
}

function taken(thrown: unknown, code: string, sentence: string): unknown {
  return codeOf(thrown) === '23505' ? new HeedError(code, sentence) : thrown;
}

/** Adds a person to the team. Fails with `email_taken`, `queue_not_found`, `bad_email`, `weak_password`. */
export async function addAgent(pool: pg.Pool, agent: NewAgent): Promise<{ id: string }> {
  if (!/^[^@\s]+@[^@\s]+$/.test(agent.email))
    throw new HeedError('bad_email', `${JSON.stringify(agent.email)} is not an e-mail address.`);
  if (agent.password.length < 8) throw new HeedError('weak_password', 'A password needs at least 8 characters.');
  if (agent.name.trim() === '') throw new HeedError('bad_name', 'An agent needs a name.');
  const id = ulid();
  const password = await hashPassword(agent.password);
  try {
    return await change(pool, 'agent added', async (client) => {
      await client.query('INSERT INTO agent (id, email, name, password_hash, is_admin) VALUES ($1, $2, $3, $4, $5)', [
        id,
        agent.email,
        agent.name,
        password,
        agent.role === 'admin',
      ]);
      await bearStream(client, `list/agent:${id}`);
      for (const queue of agent.queues) {
        await client.query('INSERT INTO membership (agent, queue, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
          id,
          await queueId(client, queue),
          agent.role === 'agent' ? 'agent' : 'supervisor',
        ]);
      }
      return { id };
    });
  } catch (thrown) {
    throw taken(thrown, 'email_taken', `There is an agent with the e-mail address ${agent.email} already.`);
  }
}

/**
 * Adds a bot: an agent without a password, under the same rules. What it holds is a lease like anybody's (LST6).
 * Fails with `bad_name`, `queue_not_found`.
 */
export async function addBot(pool: pg.Pool, bot: { name: string; queues: string[] }): Promise<{ id: string }> {
  if (bot.name.trim() === '') throw new HeedError('bad_name', 'A bot needs a name.');
  const id = ulid();
  return change(pool, 'bot added', async (client) => {
    // No mail ever goes there: the domain is one that cannot exist.
    await client.query(
      "INSERT INTO agent (id, type, email, name) VALUES ($1, 'bot', lower($1) || '@bots.invalid', $2)",
      [id, bot.name],
    );
    await bearStream(client, `list/agent:${id}`);
    // It takes chats while it is heard, unless it says that it is away.
    await client.query(
      "INSERT INTO presence (agent, state, heard_at, signed_in_at) VALUES ($1, 'taking', clock_timestamp(), clock_timestamp())",
      [id],
    );
    for (const queue of new Set(await Promise.all(bot.queues.map((name) => queueId(client, name)))))
      await client.query('INSERT INTO membership (agent, queue) VALUES ($1, $2)', [id, queue]);
    return { id };
  });
}

/**
 * A new key for a bot, shown this once and kept as a hash; with `revoke` all keys that it had before end. The key's id is
 * the bot's terminal over HTTP. Fails with `bot_not_found`.
 */
export async function newBotKey(
  pool: pg.Pool,
  name: string,
  revoke: boolean,
): Promise<{ id: string; bot: string; key: string }> {
  const { token, hash } = newToken();
  const id = ulid();
  return change(pool, 'key made', async (client) => {
    const { rows } = await client.query<{ id: string }>(
      "SELECT id FROM agent WHERE type = 'bot' AND disabled_at IS NULL AND (id = $1 OR lower(name) = lower($1))",
      [name],
    );
    const bot = rows[0]?.id;
    if (bot === undefined) throw new HeedError('bot_not_found', `There is no bot ${JSON.stringify(name)}.`);
    if (revoke) await client.query("DELETE FROM session WHERE person_type = 'bot' AND person = $1", [bot]);
    await client.query(
      `INSERT INTO session (id, hash, person_type, person, address, device, expires_at)
       VALUES ($1, $2, 'bot', $3, '', 'API key', 'infinity')`,
      [id, hash, bot],
    );
    return { id, bot, key: token };
  });
}

/** Adds a waiting line. Fails with `queue_taken`. */
export async function addQueue(pool: pg.Pool, queue: { name: string }): Promise<{ id: string }> {
  const id = ulid();
  if (queue.name.trim() === '') throw new HeedError('bad_name', 'A queue needs a name.');
  try {
    return await change(pool, 'queue added', async (client) => {
      await client.query('INSERT INTO queue (id, name) VALUES ($1, $2)', [id, queue.name]);
      for (const name of [`list/queue:${id}`, `list/open:${id}`]) await bearStream(client, name);
      return { id };
    });
  } catch (thrown) {
    throw taken(thrown, 'queue_taken', `There is a queue called ${queue.name} already.`);
  }
}

/** Adds a place where conversations come in. Fails with `queue_not_found`, `key_taken`. */
export async function addInbox(
  pool: pg.Pool,
  inbox: { name: string; queue: string; key?: string | undefined; origins?: string[] | undefined },
): Promise<{ id: string; key: string }> {
  const id = ulid();
  const key = inbox.key ?? randomBytes(12).toString('base64url');
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(key))
    throw new HeedError('bad_key', 'A key is made of 1 to 64 letters, digits, - and _.');
  try {
    return await change(pool, 'inbox added', async (client) => {
      await client.query('INSERT INTO inbox (id, name, queue, key, origins) VALUES ($1, $2, $3, $4, $5)', [
        id,
        inbox.name,
        await queueId(client, inbox.queue),
        key,
        inbox.origins ?? [],
      ]);
      return { id, key };
    });
  } catch (thrown) {
    throw taken(thrown, 'key_taken', `There is an inbox with the key ${key} already.`);
  }
}

/** What an inbox can be told; what is left out stays as it is, null takes it away. */
export interface InboxChange {
  accent?: string | null | undefined;
  origins?: string[] | undefined;
  settings: { [K in keyof InboxSettings]?: InboxSettings[K] | null };
}

/** Sets how an inbox looks and what it asks. Fails with `inbox_not_found`, `bad_inbox`. */
export async function setInbox(
  pool: pg.Pool,
  name: string,
  { accent, origins, settings }: InboxChange,
): Promise<{ id: string }> {
  return change(pool, 'inbox set', async (client) => {
    const id = await inboxId(client, name);
    const { rows } = await client.query<{ settings: object; look: object }>(
      'SELECT settings, look FROM inbox WHERE id = $1 FOR UPDATE',
      [id],
    );
    const present = (values: object) =>
      Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
    const next = present({ ...rows[0]?.settings, ...without(settings) });
    const wrong = settingsComplaint(next);
    if (wrong !== undefined) throw new HeedError('bad_inbox', wrong);
    const look = present({ ...rows[0]?.look, ...without({ accent }) });
    await client.query('UPDATE inbox SET settings = $2, look = $3, origins = coalesce($4, origins) WHERE id = $1', [
      id,
      JSON.stringify(next),
      JSON.stringify(look),
      origins ?? null,
    ]);
    return { id };
  });
}

/** What was not said changes nothing. */
function without(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** What a queue can be told; what is left out stays as it is. */
export interface QueueSettings {
  routing?: 'take' | 'push' | undefined;
  capacity?: number | undefined;
  firstReplyMs?: number | undefined;
  nextReplyMs?: number | undefined;
  /** Null: never (CLK3). */
  returnAfterMs?: number | null | undefined;
  tellAfterMs?: number | null | undefined;
  /** Null: always open (CLK2). Given what it has now. */
  hours?: ((now: Hours | null) => Hours | null) | undefined;
}

const COLUMNS = {
  routing: 'routing',
  capacity: 'capacity',
  firstReplyMs: 'first_reply_ms',
  nextReplyMs: 'next_reply_ms',
  returnAfterMs: 'return_after_ms',
  tellAfterMs: 'tell_after_ms',
} as const;

/** Sets how a queue works. Clocks that run keep what they began with. Fails with `queue_not_found`, `bad_hours`. */
export async function setQueue(pool: pg.Pool, name: string, settings: QueueSettings): Promise<{ id: string }> {
  return change(pool, 'queue set', async (client) => {
    const id = await queueId(client, name);
    for (const [key, column] of Object.entries(COLUMNS)) {
      const value = settings[key as keyof typeof COLUMNS];
      if (value !== undefined) await client.query(`UPDATE queue SET ${column} = $2 WHERE id = $1`, [id, value]);
    }
    if (settings.hours !== undefined) await setHours(client, id, settings.hours);
    return { id };
  });
}

async function setHours(
  client: pg.ClientBase,
  queue: string,
  next: (now: Hours | null) => Hours | null,
): Promise<void> {
  const { rows } = await client.query<{ hours: Hours | null }>('SELECT hours FROM queue WHERE id = $1 FOR UPDATE', [
    queue,
  ]);
  const hours = next(rows[0]?.hours ?? null);
  const wrong = hours === null ? undefined : complaint(hours);
  if (wrong !== undefined) throw new HeedError('bad_hours', wrong);
  await client.query('UPDATE queue SET hours = $2 WHERE id = $1', [
    queue,
    hours === null ? null : JSON.stringify(hours),
  ]);
}

/**
 * Sets how many work orders a member has before a queue gives them no more; null: as many as the queue says. Fails with
 * `queue_not_found`, `member_not_found`.
 */
export async function setCapacity(
  pool: pg.Pool,
  name: string,
  email: string,
  capacity: number | null,
): Promise<{ id: string }> {
  return change(pool, 'capacity set', async (client) => {
    const id = await queueId(client, name);
    const { rowCount } = await client.query(
      `UPDATE membership m SET capacity = $3 FROM agent a
        WHERE a.id = m.agent AND m.queue = $1 AND lower(a.email) = lower($2)`,
      [id, email, capacity],
    );
    if (rowCount === 0)
      throw new HeedError('member_not_found', `Nobody with the e-mail address ${email} serves the queue ${name}.`);
    return { id };
  });
}
