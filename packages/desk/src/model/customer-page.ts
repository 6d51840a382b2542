import type { Terminal } from '@heed/client';
import { ulid } from '@heed/client/ulid';
import type { Customer, CustomerConversation, CustomerPage } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { type Answer, ask } from './ask.ts';
import { agentNames, firstName } from './people.ts';
import { shortTime, span } from './times.ts';
import { isOwnQueue, queueName, supervisedQueues } from './views.ts';

export type PageState =
  | { state: 'asking' }
  | { state: 'known'; page: CustomerPage }
  | { state: 'none' }
  | { state: 'failed' };

export async function readCustomer(id: string): Promise<PageState> {
  try {
    const answer = await ask<CustomerPage>('GET', `/v1/customers/${encodeURIComponent(id)}/page`);
    if (answer.ok) return { state: 'known', page: answer.value };
    return { state: answer.status === 404 ? 'none' : 'failed' };
  } catch (error) {
    console.warn('heed: a customer could not be read', error);
    return { state: 'failed' };
  }
}

/** The page of somebody in the shape in which a conversation knows them. */
export function asCustomer(page: CustomerPage): Customer {
  const { id, name, email, verified, language, device, attributes, createdAt, lastHeardAt } = page;
  const base = { id, name, email, verified, language, device, attributes, createdAt, lastHeardAt };
  return { ...base, visits: page.visits.map((visit) => ({ ...visit, referrer: '' })), past: [] };
}

/** All labels that a customer's conversations carry. */
export function labelsOf(page: CustomerPage): string[] {
  return [...new Set(page.conversations.flatMap(({ labels }) => labels))].sort((a, b) => a.localeCompare(b));
}

export interface PastRow {
  one: CustomerConversation;
  time: string;
  title: string | undefined;
  about: Sentence;
  by: string | undefined;
}

export function pastRows(t: Terminal, page: CustomerPage, now: number): PastRow[] {
  return page.conversations.map((one) => {
    const agent = one.holder?.startsWith('agent:') ? one.holder.slice('agent:'.length) : undefined;
    return {
      one,
      time: shortTime(Date.parse(one.startedAt), now),
      title: one.mayRead ? (one.preview ?? '') : undefined,
      about: aboutOf(t, one),
      by: agent && (agentNames(t).get(agent) ?? ''),
    };
  });
}

function aboutOf(t: Terminal, one: CustomerConversation): Sentence {
  if (!one.mayRead) return { key: 'panel.past.elsewhere' };
  const queue = isOwnQueue(t, one.queue) ? queueName(t, one.queue) : one.queue;
  if (one.firstReplyMs === null) return { key: 'customer.noReply', values: { queue } };
  return { key: 'customer.replied', values: { queue, span: span(one.firstReplyMs) } };
}

/** What was refused, in words; undefined where it was done. */
function refusal(answer: Answer<unknown>): Sentence | undefined {
  return answer.ok ? undefined : { key: 'saved.refused', values: { message: answer.message } };
}

async function told(call: () => Promise<Answer<unknown>>): Promise<Sentence | undefined> {
  try {
    return refusal(await call());
  } catch (error) {
    console.warn('heed: it could not be kept', error);
    return { key: 'saved.unreachable' };
  }
}

export function addNote(customer: string, id: string, text: string): Promise<Sentence | undefined> {
  return told(() => ask('POST', `/v1/customers/${encodeURIComponent(customer)}/notes`, { body: { id, text } }));
}

export function eraseNote(id: string): Promise<Sentence | undefined> {
  return told(() => ask('DELETE', `/v1/customer-notes/${id}`));
}

/** A conversation that an agent begins: one id for all tries, so that it begins once (SND7). */
export function newBeginning(t: Terminal, page: CustomerPage) {
  const id = ulid();
  return async (text: string): Promise<{ conversation: string } | { problem: Sentence }> => {
    const body = { customer: page.id, inbox: page.inbox, text };
    const send = { id, s: 'conversation/new', epoch: t.epoch, kind: 'message', body };
    try {
      const answer = await ask<{ s: string }>('POST', '/v1/conversations/new/send', { body: send });
      if (answer.ok) return { conversation: answer.value.s.slice('conversation/'.length) };
      return { problem: { key: 'saved.refused', values: { message: answer.message } } };
    } catch (error) {
      console.warn('heed: a conversation could not be begun', error);
      return { problem: { key: 'saved.unreachable' } };
    }
  };
}

export function greetedBy(page: CustomerPage): string {
  return firstName(page.name);
}

/** Conversations change hands only by somebody who is above each of them. */
export function mayMerge(t: Terminal, page: CustomerPage): boolean {
  if (t.you?.role === 'admin') return true;
  const own = new Set(supervisedQueues(t).map(({ id }) => id));
  return page.conversations.length > 0 && page.conversations.every(({ queue }) => own.has(queue));
}

export function mayErase(t: Terminal): boolean {
  return t.you?.role === 'admin';
}

/** What was not done with all of somebody, in words. */
async function undone(call: () => Promise<Answer<unknown>>): Promise<Sentence | undefined> {
  const problem = await told(call);
  return problem?.key === 'saved.refused' ? { ...problem, key: 'customer.refused' } : problem;
}

export function mergeCustomer(from: string, into: string): Promise<Sentence | undefined> {
  return undone(() => ask('POST', `/v1/customers/${encodeURIComponent(from)}/merge`, { body: { into } }));
}

export function eraseCustomer(id: string): Promise<Sentence | undefined> {
  return undone(() => ask('DELETE', `/v1/customers/${encodeURIComponent(id)}`));
}

/** Saves the file of all that is held of somebody, as the browser saves files. */
export function exportCustomer(id: string): Promise<Sentence | undefined> {
  return undone(async () => {
    const answer = await ask<unknown>('GET', `/v1/customers/${encodeURIComponent(id)}/export`);
    if (!answer.ok) return answer;
    const file = new Blob([JSON.stringify(answer.value, null, 2)], { type: 'application/json' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = `customer-${id}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
    return answer;
  });
}
