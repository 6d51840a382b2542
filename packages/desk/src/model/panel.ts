import { conversationState, type Replica, type Terminal } from '@heed/client';
import type { Customer, Entry, Stream } from '@heed/protocol';
import { locale, type Sentence } from '../words/index.ts';
import { type Due, dueOf } from './clock.ts';
import { colleaguesHere } from './here.ts';
import { fullName } from './people.ts';
import { monthYear, shortTime, span } from './times.ts';
import { isOwnQueue, queueName } from './views.ts';

export interface Panel {
  id: string;
  name: string;
  /** Below the name: when the customer was last heard. */
  heard: Sentence | undefined;
  facts: { label: Sentence | undefined; name: string; value: string; verified?: boolean }[];
  labels: readonly string[];
  visits: { key: string; time: string; title: string; url: string }[];
  past: { id: string; title: string; queue: string | undefined; time: string; canOpen: boolean }[];
  viewing: readonly { id: string; name: string }[];
  firstReply: Sentence | undefined;
}

const MOST_VISITS = 8;

function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(locale(), { type: 'language' }).of(tag) ?? tag;
  } catch {
    // A browser may send any text as its language; it is then shown as it came.
    return tag;
  }
}

/** What is known of somebody, in the order in which it is shown. */
export function factsOf(customer: Customer): Panel['facts'] {
  const facts: Panel['facts'] = [];
  const add = (key: Sentence['key'], value: string | null) => {
    if (value) facts.push({ label: { key }, name: key, value });
  };
  add('panel.email', customer.email);
  facts.push({
    label: { key: 'panel.identity' },
    name: 'panel.identity',
    value: '',
    verified: customer.verified,
  });
  add('panel.language', customer.language && languageName(customer.language));
  add('panel.device', customer.device);
  add('panel.since', monthYear(Date.parse(customer.createdAt)));
  for (const [name, value] of Object.entries(customer.attributes)) {
    // What our own widget tells has a name in every language; a shop's own attributes are called what the shop calls them.
    const label: Sentence | undefined = name === 'timezone' ? { key: 'panel.timezone' } : undefined;
    if (value !== null) facts.push({ label, name, value: String(value) });
  }
  return facts;
}

/** From the first message to the first reply, where the window reaches back that far. */
function firstReplyOf(replica: Replica): Sentence | undefined {
  if (replica.before.n > 0) return undefined;
  const asked = replica.items.find((item) => item.kind === 'message' && item.actor.type === 'customer');
  const answered = replica.items.find((item) => item.kind === 'message' && item.actor.type !== 'customer');
  if (!asked || !answered || answered.n < asked.n) return undefined;
  return { key: 'panel.firstReply', values: { span: span(Date.parse(answered.at) - Date.parse(asked.at)) } };
}

export function panelOf(t: Terminal, s: Stream, now: number): Panel | undefined {
  const replica = t.replicas.get(s);
  const customer = replica?.customer;
  if (!replica || !customer) return undefined;
  const at = (iso: string) => shortTime(Date.parse(iso), now);
  const heard = customer.lastHeardAt;
  return {
    id: customer.id,
    name: fullName(customer.name),
    heard: heard ? { key: 'panel.heard', values: { time: at(heard) } } : undefined,
    facts: factsOf(customer),
    labels: conversationState(replica)?.labels ?? [],
    visits: customer.visits.slice(0, MOST_VISITS).map((visit, index) => ({
      key: `${index}-${visit.at}`,
      time: at(visit.at),
      title: visit.title || visit.url,
      url: visit.url,
    })),
    past: customer.past
      .filter((one) => `conversation/${one.conversation}` !== s)
      .map((one) => ({
        id: one.conversation,
        title: one.preview ?? '',
        // Past conversations outside one's queues show date and queue only (CON9); of those queues only ids are known.
        queue: isOwnQueue(t, one.queue) ? queueName(t, one.queue) : undefined,
        time: monthYear(Date.parse(one.startedAt)),
        canOpen: one.preview !== null,
      })),
    viewing: colleaguesHere(t, replica.s),
    firstReply: firstReplyOf(replica),
  };
}

export function panelDue(t: Terminal, entry: Entry | undefined, now: number): Due {
  return entry ? dueOf(entry, now + t.skewMs) : { state: 'none' };
}

/** Name and number for the title of a window, from the row or from the customer's past. */
export interface Heading {
  name: string;
  number: number | undefined;
  queue: string | undefined;
  verified: boolean;
}

export function headingOf(t: Terminal, s: Stream, entry: Entry | undefined): Heading | undefined {
  const replica = t.replicas.get(s);
  const customer = replica?.customer;
  const state = conversationState(replica);
  const past = customer?.past.find((one) => `conversation/${one.conversation}` === s);
  const name = entry?.customer.name ?? customer?.name;
  if (name === undefined) return undefined;
  const queue = entry?.queue ?? state?.queue ?? past?.queue;
  return {
    name: fullName(name),
    number: entry?.number ?? past?.number,
    queue: queue ? queueName(t, queue) : undefined,
    verified: customer?.verified ?? false,
  };
}
