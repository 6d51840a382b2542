import type { Point } from '@heed/protocol';
import type pg from 'pg';
import { ulid } from 'ulid';
import { conversationIdOf } from '../domain/chain.ts';
import type { Who } from '../domain/permission.ts';
import { Batch, type Ground } from '../ledger/batch.ts';
import type { Command } from '../ledger/command.ts';
import { postgresLedgerStore } from '../store/pg-ledger.ts';
import { addAgent, addInbox, addQueue, setInbox } from '../store/team.ts';
import { DEMO, type DemoConversation } from './content.ts';

/** The key of the inbox that the demo's shop page embeds. */
export const DEMO_KEY = 'demo';

interface Made {
  agents: string[];
  inboxes: string[];
  customers: string[];
}

/**
 * Fills an empty installation with the demo company, by the same road as everything else: through the ledger, with the
 * times of its own story. Does nothing where there is a team already. Gives whether it did.
 */
export async function seedDemo(pool: pg.Pool, ground: Ground): Promise<boolean> {
  const client = await pool.connect();
  try {
    // Several servers may start at once on an empty database: one of them tells the story.
    await client.query("SELECT pg_advisory_lock(hashtext('heed demo'))");
    const { rows } = await client.query('SELECT EXISTS (SELECT 1 FROM agent) OR EXISTS (SELECT 1 FROM queue) AS there');
    if (rows[0].there) return false;
    const made = await makeTeam(pool);
    await ground.directory.refresh();
    for (const conversation of DEMO.conversations) await tell(pool, ground, made, conversation);
    return true;
  } finally {
    await client.query("SELECT pg_advisory_unlock(hashtext('heed demo'))");
    client.release();
  }
}

async function makeTeam(pool: pg.Pool): Promise<Made> {
  await pool.query("INSERT INTO setting (key, value) VALUES ('company', to_json($1::text)) ON CONFLICT DO NOTHING", [
    DEMO.company,
  ]);
  const inboxes: string[] = [];
  const queues: string[] = [];
  for (const [index, { name, firstReplyMinutes }] of DEMO.queues.entries()) {
    const { id } = await addQueue(pool, { name });
    queues.push(id);
    await pool.query('UPDATE queue SET first_reply_ms = $2 WHERE id = $1', [id, firstReplyMinutes * 60_000]);
    const inbox = await addInbox(pool, {
      name: index === 0 ? DEMO.inbox : name,
      queue: id,
      key: index === 0 ? DEMO_KEY : `${DEMO_KEY}-${index + 1}`,
    });
    if (index === 0) await setInbox(pool, inbox.id, { settings: { topics: [...DEMO.topics] } });
    inboxes.push(inbox.id);
  }
  const agents: string[] = [];
  for (const { name, email, role, queues: served } of DEMO.agents) {
    const { id } = await addAgent(pool, {
      name,
      email,
      role,
      password: DEMO.password,
      queues: served.map((q) => queues[q] ?? ''),
    });
    agents.push(id);
  }
  return { agents, inboxes, customers: await makeCustomers(pool, inboxes) };
}

async function makeCustomers(pool: pg.Pool, inboxes: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, customer] of DEMO.customers.entries()) {
    const id = ulid();
    ids.push(id);
    const queue = DEMO.conversations.find((conversation) => conversation.customer === index)?.queue ?? 0;
    await pool.query(
      `INSERT INTO customer (id, inbox, name, email, language, device, attributes, last_heard_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())`,
      [
        id,
        inboxes[queue],
        customer.name,
        customer.email,
        customer.language,
        customer.device,
        JSON.stringify({ timezone: customer.timezone }),
      ],
    );
    await pool.query('INSERT INTO visit (customer, url, title, referrer) VALUES ($1, $2, $3, $4)', [
      id,
      customer.page.path,
      customer.page.title,
      '',
    ]);
  }
  return ids;
}

/** Plays one conversation, command by command, each at its own time. */
async function tell(pool: pg.Pool, ground: Ground, made: Made, story: DemoConversation): Promise<void> {
  const customer = customerOf(made, story);
  const first = ulid();
  const conversation = conversationIdOf(customer.id, first);
  for (const [index, message] of story.messages.entries()) {
    const time = ago(message.minutesAgo);
    if (message.from === 'customer') {
      const isFirst = index === 0;
      const s = isFirst ? 'chat/new' : `chat/${conversation}`;
      const body = isFirst ? { text: message.text, inbox: made.inboxes[story.queue] } : { text: message.text };
      await run(pool, ground, time, conversation, customer, { s, id: isFirst ? first : ulid(), kind: 'message', body });
    } else {
      const who = agentOf(ground, made, message.from);
      await run(pool, ground, time, conversation, who, {
        s: `conversation/${conversation}`,
        id: ulid(),
        kind: 'message',
        body: { text: message.text },
      });
    }
  }
  const agents = story.messages.flatMap(({ from }) => (from === 'customer' ? [] : [from]));
  const last = agents.at(-1);
  if (last === undefined) return;
  const who = agentOf(ground, made, last);
  const s = `conversation/${conversation}`;
  const end = ago(story.resolvedMinutesAgo ?? story.messages.at(-1)?.minutesAgo ?? 0);
  if (story.labels?.length)
    await run(pool, ground, end, conversation, who, { s, id: ulid(), kind: 'label', body: { add: [...story.labels] } });
  if (story.state === 'resolved')
    await run(pool, ground, end, conversation, who, { s, id: ulid(), kind: 'resolve', body: {} });
}

function ago(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

function customerOf(made: Made, story: DemoConversation): Who {
  const id = made.customers[story.customer] ?? '';
  const name = DEMO.customers[story.customer]?.name ?? '';
  return {
    type: 'customer',
    id,
    name,
    terminal: 'demo',
    isAdmin: false,
    queues: new Map(),
    inbox: made.inboxes[story.queue] ?? '',
  };
}

function agentOf(ground: Ground, made: Made, place: number): Who {
  const who = ground.directory.who(made.agents[place] ?? '', 'demo');
  if (!who) throw new Error(`the demo has no agent ${place}`);
  return who;
}

type Said = { s: string; id: string; kind: 'message' | 'resolve' | 'label'; body: unknown };

async function run(
  pool: pg.Pool,
  ground: Ground,
  time: string,
  conversation: string,
  who: Who,
  said: Said,
): Promise<void> {
  const { rows } = await pool.query<Point>('SELECT n, h FROM stream WHERE name = $1', [`conversation/${conversation}`]);
  const basedOn = who.type === 'customer' || !rows[0] ? {} : { basedOn: rows[0] };
  const send = { t: 'send' as const, ...said, epoch: ground.epoch, attempt: 1, ...basedOn };
  const command: Command = { do: 'send', who, send };
  const { outcomes } = await postgresLedgerStore(pool).transact((transaction) =>
    new Batch(transaction, { ...ground, timeOf: () => time }).run([{ command, conversation }]),
  );
  if (outcomes[0]?.do !== 'sent') throw new Error(`the demo's story cannot be told: ${JSON.stringify(outcomes[0])}`);
}
