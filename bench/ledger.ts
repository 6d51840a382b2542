import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineClock } from '../packages/server/src/clock.ts';
import { configFrom } from '../packages/server/src/config.ts';
import { openDatabase } from '../packages/server/src/database/connect.ts';
import { migrate } from '../packages/server/src/database/migrate.ts';
import type { Who } from '../packages/server/src/domain/permission.ts';
import { Ledger } from '../packages/server/src/ledger/ledger.ts';
import { silentLog } from '../packages/server/src/log.ts';
import { startIndexing } from '../packages/server/src/search/indexer.ts';
import { postgresDirectory } from '../packages/server/src/store/directory.ts';
import { beginCustomer } from '../packages/server/src/store/people.ts';
import { postgresLedgerStore } from '../packages/server/src/store/pg-ledger.ts';
import { addInbox, addQueue } from '../packages/server/src/store/team.ts';
import { childrenCpuMs } from './cpu.ts';
import { median } from './figures.ts';

/** How many sends wait for their answer at once, over all conversations. */
const IN_FLIGHT = 1_000;

/**
 * The write path alone, without sockets: durable messages a second into so many conversations. What counts is answered
 * `sent`, so committed. With `searched`, what was stored is read into the search meanwhile, as it is in a server.
 */
export async function benchLedger(options: {
  conversations: number;
  seconds: number;
  rounds: number;
  slots: number;
  searched: boolean;
}) {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const config = configFrom({ data: folder, 'batch-slots': String(options.slots) }, {});
  const database = await openDatabase(config, silentLog);
  try {
    const { pool } = database;
    await migrate(pool);
    const queue = await addQueue(pool, { name: 'Bench' });
    const inbox = await addInbox(pool, { name: 'Bench', queue: queue.id });
    const directory = postgresDirectory(pool);
    await directory.refresh();
    const { rows } = await pool.query<{ epoch: string }>('SELECT epoch FROM lineage');
    const epoch = rows[0]?.epoch ?? '';
    const ground = { epoch, graceMs: config.graceMs, textBytes: config.textBytes, directory };
    const batches: number[] = [];
    const ledger = new Ledger({
      store: postgresLedgerStore(pool),
      ground,
      log: silentLog,
      slots: options.slots,
      batchMax: config.batchMax,
      publish: () => undefined,
      measured: (commands) => batches.push(commands),
    });
    const chats: { who: Who; s: string }[] = [];
    for (let i = 0; i < options.conversations; i++) {
      const { customer } = await beginCustomer(pool, inbox.id, `Customer ${i}`, { address: '', device: '' });
      const who: Who = {
        type: 'customer',
        id: customer.id,
        name: customer.name,
        terminal: 'bench',
        isAdmin: false,
        queues: new Map(),
        inbox: inbox.id,
      };
      const first = await send(ledger, epoch, who, 'chat/new', { inbox: inbox.id });
      chats.push({ who, s: first });
    }
    const stopIndexing = options.searched ? startIndexing(pool, machineClock, silentLog) : undefined;
    const rates: number[] = [];
    const cpu: { node: number; postgres: number }[] = [];
    for (let round = 0; round <= options.rounds; round++) {
      const before = { node: process.cpuUsage(), postgres: childrenCpuMs(folder) };
      const sent = await hammer(ledger, epoch, chats, options.seconds);
      const { user, system } = process.cpuUsage(before.node);
      const postgres = (childrenCpuMs(folder) - before.postgres) * 1_000;
      if (round > 0) cpu.push({ node: (user + system) / sent, postgres: postgres / sent });
      // The first round warms up.
      if (round > 0) rates.push(sent / options.seconds);
    }
    await stopIndexing?.();
    return {
      messagesPerSecond: Math.round(median(rates)),
      // Time of processors per message: says more than the rate where something else runs beside.
      cpuMicros: {
        node: Math.round(median(cpu.map((c) => c.node))),
        postgres: Math.round(median(cpu.map((c) => c.postgres))),
      },
      rounds: rates.map(Math.round),
      commandsPerBatch: Math.round(median(batches.slice(options.conversations))),
    };
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

let ids = 0;
/** Making real ids would measure the generator of random numbers. */
function nextId(): string {
  ids++;
  return `bench-${process.pid}-${ids}`;
}

async function send(ledger: Ledger, epoch: string, who: Who, s: string, extra: object = {}): Promise<string> {
  const body = { text: 'x'.repeat(120), ...extra };
  const outcome = await ledger.submit({
    do: 'send',
    who,
    send: { t: 'send', id: nextId(), s, epoch, kind: 'message', body, attempt: 1 },
  });
  if (outcome.do !== 'sent') throw new Error(`not stored: ${JSON.stringify(outcome)}`);
  return outcome.s;
}

async function hammer(
  ledger: Ledger,
  epoch: string,
  chats: { who: Who; s: string }[],
  seconds: number,
): Promise<number> {
  const end = performance.now() + seconds * 1_000;
  let sent = 0;
  const lane = async (start: number) => {
    for (let i = start; performance.now() < end; i += 7) {
      const chat = chats[i % chats.length];
      if (!chat) return;
      await send(ledger, epoch, chat.who, chat.s);
      sent++;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, lane0) => lane(lane0)));
  return sent;
}
