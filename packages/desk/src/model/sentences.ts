import type { Terminal } from '@heed/client';
import type { Item, ItemBodies, ItemKind, Move } from '@heed/protocol';
import { type Key, locale, type Sentence, type Values } from '../words/index.ts';
import { agentNames, firstName } from './people.ts';
import { hourMinute, span } from './times.ts';
import { queueName } from './views.ts';

/** Names of the little pictures beside a system line. */
export type SystemIcon =
  | 'taken'
  | 'moved'
  | 'back'
  | 'done'
  | 'again'
  | 'clock'
  | 'tag'
  | 'star'
  | 'edit'
  | 'erase'
  | 'dot';

export interface SystemLine {
  sentence: Sentence;
  icon: SystemIcon;
  /** A person's own words that came with it. */
  quote?: string;
}

interface Context {
  t: Terminal;
  item: Item;
  /** How long the customer had waited when it was taken, where this window knows. */
  waitedMs?: number;
}

/** Kinds that are bubbles or notes in the timeline, and `served`, which only chats have. */
type Spoken = Exclude<ItemKind, 'message' | 'note' | 'served'>;

function isMe({ t, item }: Context): boolean {
  return item.actor.id === t.you?.id && item.actor.type === 'agent';
}

/** A sentence about who did something: one form for the reader, one for others, one where nobody did. */
function by(context: Context, key: Own, values: Values = {}): Sentence {
  const { actor } = context.item;
  if (isMe(context)) return { key: `${key}.you`, values };
  if (actor.type === 'system') return { key: `${key}.system`, values };
  return { key: `${key}.other`, values: { ...values, name: firstName(actor.name) } };
}
type Own = Key extends infer K ? (K extends `item.${infer Base}.you` ? `item.${Base}` : never) : never;

/** How a sentence names a holder: a queue, the reader, or a colleague. */
function holderName(t: Terminal, holder: string | null): string | undefined {
  if (!holder) return undefined;
  const id = holder.slice(holder.indexOf(':') + 1);
  return holder.startsWith('queue:') ? queueName(t, id) : agentNames(t).get(id);
}

/** Words that the server gives as a reason (§11); any other is somebody's own sentence. */
const OUR_REASONS: ReadonlySet<string> = new Set([
  'take',
  'push',
  'new',
  'woken',
  'reply',
  'reopened',
  'signedOut',
  'away',
  'gone',
  'overdue',
]);

function moved(context: Context, body: Move): SystemLine {
  const { t, item } = context;
  const said = body.note ?? (body.reason && OUR_REASONS.has(body.reason) ? undefined : body.reason);
  const quote = said === undefined ? {} : { quote: said };
  if (body.to?.startsWith('queue:')) {
    const queue = holderName(t, body.to) ?? '';
    return { sentence: by(context, 'item.toQueue', { queue }), icon: 'back', ...quote };
  }
  if (body.to === `agent:${item.actor.id}`) return { ...taken(context, body), ...quote };
  if (body.to && body.to === `agent:${t.you?.id}`)
    return { sentence: by(context, 'item.givenToYou'), icon: 'taken', ...quote };
  const name = holderName(t, body.to);
  if (name === undefined) return { sentence: by(context, 'item.givenToSomebody'), icon: 'moved', ...quote };
  return { sentence: by(context, 'item.given', { to: firstName(name) }), icon: 'moved', ...quote };
}

function taken(context: Context, body: Move): SystemLine {
  const { waitedMs } = context;
  const queue = body.from?.startsWith('queue:') ? holderName(context.t, body.from) : undefined;
  if (queue === undefined) return { sentence: by(context, 'item.tookOver'), icon: 'taken' };
  if (waitedMs === undefined) return { sentence: by(context, 'item.taken', { queue }), icon: 'taken' };
  return { sentence: by(context, 'item.takenAfter', { queue, span: span(waitedMs) }), icon: 'taken' };
}

const RETURNED: Record<string, Own> = {
  signedOut: 'item.returned.signedOut',
  away: 'item.returned.away',
  gone: 'item.returned.lost',
  overdue: 'item.returned.overdue',
};

function returned(context: Context, body: Move): SystemLine {
  const holder = body.from?.startsWith('agent:') ? body.from.slice('agent:'.length) : undefined;
  const key = (body.reason && RETURNED[body.reason]) || 'item.returned';
  const queue = holderName(context.t, body.to) ?? '';
  const mine = holder !== undefined && holder === context.t.you?.id;
  const name = holder === undefined ? undefined : agentNames(context.t).get(holder);
  if (mine) return { sentence: { key: `${key}.you`, values: { queue } }, icon: 'back' };
  if (name === undefined) return { sentence: { key: 'item.returned.system', values: { queue } }, icon: 'back' };
  return { sentence: { key: `${key}.other`, values: { queue, name: firstName(name) } }, icon: 'back' };
}

/** CLK3: the holder is reminded, it goes back to the queue, the supervisors are told. */
function escalated({ t }: Context, body: Move): SystemLine {
  if (body.reason === 'tell') return { sentence: { key: 'item.escalated.tell' }, icon: 'clock' };
  const to = holderName(t, body.to);
  if (body.reason === 'return' || to === undefined)
    return { sentence: { key: 'item.escalated.return' }, icon: 'clock' };
  return { sentence: { key: 'item.escalated', values: { to } }, icon: 'clock' };
}

function list(words: string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(words);
}

const LINES: { [K in Spoken]: (context: Context, body: ItemBodies[K]) => SystemLine } = {
  edited: (context, body) => ({ sentence: by(context, 'item.edited', { n: body.target }), icon: 'edit' }),
  erased: (context, body) => ({ sentence: by(context, 'item.erased', { n: body.target }), icon: 'erase' }),
  assigned: moved,
  transferred: moved,
  queued: (context, body) => ({
    sentence: { key: 'item.queued', values: { queue: holderName(context.t, body.to) ?? '' } },
    icon: 'dot',
  }),
  returned,
  escalated,

  resolved: (context, body) => ({
    sentence: by(context, 'item.resolved'),
    icon: 'done',
    ...quoteOf(body.noReplyNeeded?.reason ?? body.reason),
  }),
  reopened: (context) => ({ sentence: by(context, 'item.reopened'), icon: 'again' }),
  snoozed: (context, body) => ({
    sentence: by(context, 'item.snoozed', { until: hourMinute(Date.parse(body.until)) }),
    icon: 'clock',
  }),
  labelled: (context, body) =>
    body.added.length > 0
      ? { sentence: by(context, 'item.labelled', { labels: list(body.added) }), icon: 'tag' }
      : { sentence: by(context, 'item.unlabelled', { labels: list(body.removed) }), icon: 'tag' },
  answeredMarked: (context, body) => ({
    sentence: by(context, 'item.answeredMarked', { n: body.upTo }),
    icon: 'done',
    ...quoteOf(body.reason),
  }),
  rated: (_context, body) => ({
    sentence: { key: 'item.rated', values: { score: body.score } },
    icon: 'star',
    ...quoteOf(body.comment),
  }),
};

function quoteOf(text: string | undefined): { quote?: string } {
  return text ? { quote: text } : {};
}

function isSpoken(kind: string): kind is Spoken {
  return Object.hasOwn(LINES, kind);
}

/** The line that stands for an item which is neither a message nor a note; unknown kinds have a neutral one. */
export function systemLine(t: Terminal, item: Item, waitedMs?: number): SystemLine {
  if (!isSpoken(item.kind) || item.erased || typeof item.body !== 'object' || item.body === null)
    return { sentence: { key: 'item.unknown' }, icon: 'dot' };
  const context: Context = { t, item, ...(waitedMs === undefined ? {} : { waitedMs }) };
  const line = LINES[item.kind] as (context: Context, body: unknown) => SystemLine;
  return line(context, item.body);
}
