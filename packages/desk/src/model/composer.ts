import type { Terminal } from '@heed/client';
import { conversationState } from '@heed/client';
import { type Entry, isText, type Stream } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { chipsOf, type FileChip, MOST_FILES } from './files.ts';
import type { Chip } from './step-chip.ts';

export type ComposerKind = 'message' | 'note';

export interface Composer {
  /** The number the reply will carry (GRD1). */
  after: number | undefined;
  send: { label: Sentence; enabled: boolean; toOutbox: boolean };
  canResolve: boolean;
  /** Files go with replies only. */
  files: FileChip[];
  placeholder: Sentence;
  problem: Sentence | undefined;
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function problemOf(t: Terminal, text: string, files: number): Sentence | undefined {
  if (files > MOST_FILES) return { key: 'file.tooMany', values: { most: MOST_FILES } };
  if (!isText(text)) return { key: 'composer.badText' };
  if (sizeOf(text) > t.limits.text) return { key: 'composer.tooLong', values: { over: sizeOf(text) - t.limits.text } };
  return undefined;
}

function sendLabel(kind: ComposerKind, toOutbox: boolean): Sentence {
  if (toOutbox) return { key: 'composer.addToOutbox' };
  return { key: kind === 'note' ? 'composer.addNote' : 'composer.send' };
}

function placeholderOf(kind: ComposerKind, mark: Chip['mark'], loading: boolean, entry: Entry | undefined): Sentence {
  if (kind === 'note') return { key: 'composer.placeholder.note' };
  if (loading) return { key: 'composer.placeholder.loading' };
  if (mark === 'off') return { key: 'composer.placeholder.offline' };
  if (entry?.holder.startsWith('queue:')) return { key: 'composer.placeholder.takes' };
  return { key: 'composer.placeholder' };
}

/** What the composer offers now. Writing is always allowed; sending is not while nothing is held (DESIGN §4). */
export function composerOf(
  t: Terminal,
  s: Stream,
  draft: { text: string; kind: ComposerKind },
  chip: Chip,
  entry: Entry | undefined,
  durable = true,
): Composer {
  const replica = t.replicas.get(s);
  const loading = !replica?.at;
  const files = draft.kind === 'message' ? chipsOf(t, s) : [];
  const problem = problemOf(t, draft.text, files.length);
  const toOutbox = !loading && (chip.mark === 'off' || chip.mark === 'behind');
  const isEmpty = draft.text.trim() === '' && files.length === 0;
  const enabled = !loading && !isEmpty && !problem && files.every((file) => !file.problem);
  return {
    after: loading ? undefined : replica.seen.n,
    send: { label: sendLabel(draft.kind, toOutbox), enabled, toOutbox },
    canResolve: !toOutbox && draft.kind === 'message' && conversationState(replica)?.status !== 'resolved',
    placeholder: placeholderOf(draft.kind, durable ? chip.mark : 'in', loading, entry),
    problem,
    files,
  };
}
