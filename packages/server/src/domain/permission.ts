import type { ActorType, Customer } from '@heed/protocol';
import { type Stream, streamId, streamType } from '@heed/protocol';

/** Who acts, on which terminal, and what they may do: as it stood when it was last read from the database. */
export interface Who {
  type: Exclude<ActorType, 'system'>;
  id: string;
  name: string;
  terminal: string;
  isAdmin: boolean;
  /** Role per queue. */
  queues: ReadonlyMap<string, 'agent' | 'supervisor'>;
  /** Customers: the inbox they write to. */
  inbox?: string;
}

/** What must be known of a conversation to say who may see it. */
export interface Access {
  id: string;
  customer: string;
  queue: string;
  holder: string | null;
  mentioned?: ReadonlySet<string>;
}

/** Whether this person may read the conversation itself (CON9). */
export function mayReadConversation(who: Who, access: Access): boolean {
  if (who.type === 'customer') return false;
  if (who.isAdmin || who.queues.has(access.queue)) return true;
  return access.holder === `agent:${who.id}` || (access.mentioned?.has(who.id) ?? false);
}

/** Whether this person may read what the customer sees of it: only that customer (CON9). */
export function mayReadChat(who: Who, access: Access): boolean {
  return who.type === 'customer' && who.id === access.customer;
}

/** Whether this person may read a list; that needs no look at the database. */
export function mayReadList(who: Who, list: Stream): boolean {
  if (who.type === 'customer' || streamType(list) !== 'list') return false;
  const holder = streamId(list);
  const id = holder.slice(holder.indexOf(':') + 1);
  if (holder.startsWith('agent:')) return id === who.id || who.isAdmin;
  return who.isAdmin || who.queues.has(id);
}

/** Who reads may write (LST7); one who is only mentioned may write notes (CON9). */
export function mayWrite(who: Who, access: Access, kind: string): boolean {
  if (who.type === 'customer') return who.id === access.customer;
  if (!mayReadConversation(who, access)) return false;
  const onlyMentioned = !who.isAdmin && !who.queues.has(access.queue) && access.holder !== `agent:${who.id}`;
  return !onlyMentioned || kind === 'note';
}

/** Supervisors of the queue, and admins. */
export function supervises(who: Who, queue: string): boolean {
  return who.isAdmin || who.queues.get(queue) === 'supervisor';
}

/** Past conversations outside one's queues show date and queue only (CON9). */
export function customerFor(who: Who, customer: Customer): Customer {
  if (who.isAdmin) return customer;
  const past = customer.past.map((each) => (who.queues.has(each.queue) ? each : { ...each, preview: null }));
  return { ...customer, past };
}
