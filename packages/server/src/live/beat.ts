import { hash } from 'node:crypto';
import type { HeldPoint, Stream } from '@heed/protocol';
import { timeOf } from '../domain/clock.ts';
import type { Node } from './node.ts';
import type { Session } from './session.ts';

/** Terminals are spread over slots of this length, one query each (BEAT1). */
const SLOT_MS = 1_000;

/**
 * Sends every terminal the heads of its streams once per beat, read from the store and not from the bus, since a push
 * cannot reveal that the last push was lost (§4). Gives the closer.
 */
export function startBeats(node: Node): () => void {
  const { deskBeatMs, widgetBeatMs } = node.parts.config;
  const slotMs = Math.min(SLOT_MS, deskBeatMs, widgetBeatMs);
  let slot = 0;
  let isBusy = false;
  return node.parts.clock.every(slotMs, () => {
    // A database that is slow gets fewer questions, not more at once.
    if (isBusy) return;
    isBusy = true;
    slot++;
    beatSlot(node, slot, slotMs)
      .catch((error: unknown) => {
        // Who was heard by now may not have been noted (LST6).
        node.parts.listening.missed(node.parts.clock.now());
        node.parts.log.warn({ error: String(error) }, 'A beat could not be read.');
      })
      .finally(() => {
        isBusy = false;
      });
  });
}

function isDue(session: Session, slot: number, slotMs: number): boolean {
  const slots = Math.max(1, Math.round(session.beatMs / slotMs));
  return slot % slots === placeOf(session) % slots;
}

const places = new WeakMap<Session, number>();

/** By the terminal's id, so that it keeps its slot on whatever node it is; once for a session, and not each second. */
function placeOf(session: Session): number {
  const place = places.get(session) ?? hash('sha1', session.terminal, 'buffer').readUInt32BE(0);
  places.set(session, place);
  return place;
}

async function beatSlot(node: Node, slot: number, slotMs: number): Promise<void> {
  const now = node.parts.clock.now();
  const due = [...node.sessions].filter(
    (session) => session.isOpen && isDue(session, slot, slotMs) && !session.endIfSilent(now),
  );
  const heard = heardAgents(node, due, now);
  if (due.length > 0) await beatAll(node, due);
  await node.parts.people.saveHeard(heard);
}

async function beatAll(node: Node, due: Session[]): Promise<void> {
  const { streams } = node.parts;
  const names = [...new Set(due.flatMap((session) => [...session.watches.streams]))];
  const heads = await streams.heads(names);
  const reads = await readsBy(node, names);
  await endRevoked(node, due);
  for (const session of due)
    session.outlet.beat(beatText(node, session, heads, reads, recently(session, node.parts.clock.wall())));
}

function beatText(
  node: Node,
  session: Session,
  heads: Map<Stream, { n: number; h: string }>,
  reads: Reads,
  since: string,
): string {
  const rows: HeldPoint[] = [];
  const changed: Reads extends Map<string, infer R> ? R : never = [];
  for (const s of session.watches.streams) {
    const head = heads.get(s);
    if (head) rows.push([s, head.n, head.h]);
    const all = session.watches.owesReads(s);
    for (const read of reads.get(s) ?? []) if (all || read[3] >= since) changed.push(read);
  }
  const told = changed.length > 0 ? { reads: changed } : {};
  return JSON.stringify({
    t: 'beat',
    epoch: node.parts.streams.epoch,
    now: timeOf(node.parts.clock.wall()),
    heads: rows,
    ...told,
  });
}

type Reads = Map<Stream, [Stream, string, number, string][]>;

async function readsBy(node: Node, names: Stream[]): Promise<Reads> {
  const reads: Reads = new Map();
  for (const read of await node.parts.streams.reads(names.filter((s) => !s.startsWith('list/')))) {
    const rows = reads.get(read[0]) ?? [];
    rows.push(read);
    reads.set(read[0], rows);
  }
  return reads;
}

/** Reads that changed within the last two beats come again: a signal that was lost is made good (CON3). */
function recently(session: Session, now: number): string {
  return timeOf(now - 2 * session.beatMs - 5_000);
}

/** A session that was ended on another node, an agent's or a customer's, ends here with the next beat (CON7). */
async function endRevoked(node: Node, due: Session[]): Promise<void> {
  const ids = due.map((session) => session.sessionId);
  if (ids.length === 0) return;
  const living = await node.parts.people.living(ids);
  for (const id of ids) if (!living.has(id)) node.endSession(id);
}

function heardAgents(node: Node, due: Session[], now: number): { agent: string; agoMs: number }[] {
  const newest = node.takeHeard();
  for (const { agent, heardAt } of due) {
    if (agent !== undefined) newest.set(agent, Math.max(newest.get(agent) ?? 0, heardAt));
  }
  return [...newest].map(([agent, at]) => ({ agent, agoMs: Math.max(0, now - at) }));
}
