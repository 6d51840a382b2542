import { BODIES, type Body, type Point, type Send, type Stream } from '@heed/protocol';
import type { Intent } from '../domain/decide.ts';
import type { Trace } from '../domain/guard.ts';
import type { Basis, Recent, Target, TargetWanted, Wanted } from '../store/port.ts';
import type { Command } from './command.ts';

/** A command and the conversation it is about. */
export interface Work {
  command: Command;
  conversation: string;
  /** For `conversation/new`: the customer it names, where there is one. */
  customer?: { id: string; name: string };
}

/** A send with what it points at. */
export interface Prepared {
  basedOn: Point;
  recent: Trace[];
  targets: Map<number, Target>;
  body: unknown;
  override?: Intent['override'];
}

/** What a batch must know of what it is asked to do, all of it at once, and where each send's points stand in it. */
export function needsOf(work: readonly Work[]): {
  wanted: Omit<Wanted, 'lists' | 'patience'>;
  plans: (Plan | undefined)[];
} {
  const bases: Basis[] = [];
  const plans = work.map((each) => planOf(each, bases));
  const of = (is: (command: Command) => boolean) =>
    work.filter(({ command }) => is(command)).map(({ conversation }) => conversation);
  const wanted = {
    conversations: [...new Set(work.map(({ conversation }) => conversation))].sort(),
    whole: of((command) => !onlyAdds(command)),
    keys: work.flatMap(keysOf),
    bases,
    said: newestNeeded(work),
    attachments: [...new Set(work.flatMap(attachmentsOf))],
    answers: of(replies),
  };
  return { wanted, plans };
}

/** Where in what is pointed at a send's items stand: the one that a customer had seen last, and those that it names. */
interface Place {
  crossed: number;
  named: [number, number][];
}

/** The items that sends point at, once it is known how far each chat goes. */
export function pointedAt(
  work: readonly Work[],
  plans: readonly (Plan | undefined)[],
  chatHead: (conversation: string) => number,
): { places: Place[]; pointed: TargetWanted[] } {
  const pointed: TargetWanted[] = [];
  const want = (conversation: string, n: number, inChat: boolean) => pointed.push({ conversation, n, inChat }) - 1;
  const places = plans.map((plan, index): Place => {
    const { command, conversation } = work[index] as Work;
    if (!plan || command.do !== 'send') return { crossed: -1, named: [] };
    const inChat = command.who.type === 'customer';
    const seen = command.send.basedOn?.n ?? 0;
    const crossed = inChat && seen > 0 && seen < chatHead(conversation) ? want(conversation, seen, true) : -1;
    const named = numbersIn(command.send).map((n): [number, number] => [n, want(conversation, n, inChat)]);
    return { crossed, named };
  });
  return { places, pointed };
}

/** Each send with what was found for it, by its place in the batch: items above what its author had seen, and those it names. */
export function prepare(work: readonly Work[], { plans, places, targets, recents }: Lookup): Map<number, Prepared> {
  const prepared = new Map<number, Prepared>();
  for (const [index, plan] of plans.entries()) {
    const command = work[index]?.command;
    const place = places[index];
    if (!plan || !place || command?.do !== 'send') continue;
    const { who, send } = command;
    const base = recents[plan.base];
    const found = new Map<number, Target>();
    for (const [n, at] of place.named) {
      const target = targets[at];
      if (target) found.set(n, target);
    }
    const seen = base?.isTrue && send.basedOn ? send.basedOn : { n: 0, h: '' };
    prepared.set(index, {
      basedOn: who.type === 'customer' ? customersPoint(send, targets[place.crossed]) : seen,
      recent: [...(base?.recent ?? []), ...(recents[plan.upTo]?.recent ?? [])],
      targets: new Map([...found.values()].map((target) => [target.n, target])),
      body: translate(send.body, found),
      ...(send.override && recents[plan.upTo]?.isTrue ? { override: send.override } : {}),
    });
  }
  return prepared;
}

interface Lookup {
  plans: readonly (Plan | undefined)[];
  places: readonly Place[];
  targets: readonly (Target | undefined)[];
  recents: readonly Recent[];
}

/** Where in `bases` a send's points stand. */
interface Plan {
  base: number;
  upTo: number;
}

function planOf({ command, conversation }: Work, bases: Basis[]): Plan | undefined {
  if (command.do !== 'send') return undefined;
  const { who, send } = command;
  if (who.type === 'customer') return { base: -1, upTo: -1 };
  const author = { conversation, actor: who.id, terminal: who.terminal };
  const base = bases.push({ ...author, point: send.basedOn ?? { n: 0, h: '' } }) - 1;
  return { base, upTo: send.override ? bases.push({ ...author, point: send.override.upTo }) - 1 : -1 };
}

/** Stands for a customer's point at which the whole chat was seen, before the conversation's own point is known. */
export const SEEN_ALL = '=';

function customersPoint(send: Send, crossed: Target | undefined): Point {
  if (!send.basedOn || send.basedOn.n === 0) return { n: 0, h: '' };
  return crossed ? { n: crossed.n, h: crossed.h } : { n: send.basedOn.n, h: SEEN_ALL };
}

/** A customer's message only adds to what waits: which messages wait need not be known for it. */
function onlyAdds(command: Command): boolean {
  return command.do === 'send' && command.who.type === 'customer' && command.send.kind === 'message';
}

/** The files that a message names. */
function attachmentsOf({ command }: Work): string[] {
  if (command.do !== 'send' || command.send.kind !== 'message') return [];
  const { attachments = [] } = command.send.body as Body<'message'>;
  return attachments.map(({ id }) => id);
}

/** Whether it may repeat what was said already (GRD5). */
function replies(command: Command): boolean {
  return command.do === 'send' && command.who.type !== 'customer' && command.send.kind === 'message';
}

function keysOf({ command, conversation }: Work): [Stream, string, string][] {
  if (command.do === 'take' || command.do === 'tend' || command.do === 'handOut') return [];
  const { who } = command;
  if (command.do === 'cancel') return [[command.s, who.id, command.id]];
  const { send } = command;
  const stream = `${who.type === 'customer' ? 'chat' : 'conversation'}/${conversation}`;
  const streams = send.s === stream ? [stream] : [stream, send.s];
  const ids = send.follows === undefined ? [send.id] : [send.id, send.follows];
  return streams.flatMap((s) => ids.map((id): [Stream, string, string] => [s, who.id, id]));
}

/** One message more than this batch may erase, so that one is left to preview. */
function newestNeeded(work: readonly Work[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { command, conversation } of work) {
    if (command.do !== 'send' || command.send.kind !== 'erase') continue;
    counts.set(conversation, (counts.get(conversation) ?? 1) + 1);
  }
  return counts;
}

/** The numbers in a body that name items (§11). */
function numbersIn(send: Send): number[] {
  if (!BODIES[send.kind](send.body)) return [];
  const { target, replyTo } = send.body as { target?: number; replyTo?: number };
  return [target, replyTo].filter((n) => n !== undefined);
}

/** Numbers in a body count in the stream that the send names; stored, they count in the conversation. */
function translate(body: unknown, found: Map<number, Target>): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const { target, replyTo } = body as { target?: number; replyTo?: number };
  return {
    ...body,
    ...(typeof target === 'number' ? { target: found.get(target)?.n ?? 0 } : {}),
    ...(typeof replyTo === 'number' ? { replyTo: found.get(replyTo)?.n ?? 0 } : {}),
  };
}
