import type { Terminal } from '@heed/client';
import type { SavedReply, Scope } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { ask } from './ask.ts';
import { savedReplies } from './saved-replies.ts';
import { queuesOf, supervisedQueues } from './views.ts';

/** A saved reply as somebody changes it. */
export type ReplyForm = Pick<SavedReply, 'id' | 'shortcut' | 'folder' | 'text' | 'scope'>;

/** Whose a reply may be that its reader saves: their own, a queue's that they supervise, everybody's. */
export function scopesFor(t: Terminal): { value: string; scope: Scope; name?: string }[] {
  const queues = supervisedQueues(t).map(({ id, name }) => ({
    value: `queue:${id}`,
    scope: { type: 'queue' as const, queue: id },
    name,
  }));
  const leads = t.you?.role === 'admin' || t.you?.role === 'supervisor' || queues.length > 0;
  return [
    { value: 'own', scope: { type: 'own' } },
    ...queues,
    ...(leads ? [{ value: 'all', scope: { type: 'all' } as const }] : []),
  ];
}

export function scopeValue(scope: Scope): string {
  return scope.type === 'queue' ? `queue:${scope.queue}` : scope.type;
}

export function scopeName(t: Terminal, scope: Scope): Sentence {
  if (scope.type !== 'queue') return { key: scope.type === 'own' ? 'saved.scope.own' : 'saved.scope.all' };
  const name = queuesOf(t).find(({ id }) => id === scope.queue)?.name ?? scope.queue;
  return { key: 'message.by', values: { name } };
}

/** A shortcut that suggests itself: the first words of the text. */
export function suggested(text: string): string {
  const words = text.toLocaleLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.slice(0, 3).join('-').slice(0, 40);
}

/** Why it cannot be saved yet. */
export function problemOf({ shortcut, text }: ReplyForm): Sentence | undefined {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]{0,39}$/u.test(shortcut)) return { key: 'saved.badShortcut' };
  return text.trim() === '' ? { key: 'saved.empty' } : undefined;
}

/** Saves it; a sentence where that was not done. */
export async function saveReplyForm(form: ReplyForm): Promise<Sentence | undefined> {
  const problem = problemOf(form);
  if (problem) return problem;
  return told(() => ask('POST', '/v1/saved-replies', { body: form }));
}

export async function dropReplyForm(id: string): Promise<Sentence | undefined> {
  return told(() => ask('DELETE', `/v1/saved-replies/${id}`));
}

async function told(call: () => ReturnType<typeof ask>): Promise<Sentence | undefined> {
  try {
    const answer = await call();
    await savedReplies.refresh();
    return answer.ok ? undefined : { key: 'saved.refused', values: { message: answer.message } };
  } catch (error) {
    console.warn('heed: a saved reply could not be changed', error);
    return { key: 'saved.unreachable' };
  }
}
