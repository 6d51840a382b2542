import type { Pending, Terminal } from '@heed/client';
import type { Attachment, Kind } from '@heed/protocol';
import { type Key, type Sentence, say } from '../words/index.ts';
import { fileProblem, filesIn, uploadOf } from './files.ts';
import { hourMinuteSecond } from './times.ts';

/** What the timeline shows of a send that has no number yet. */
export interface OutboxLine {
  id: string;
  /** Replies and notes are bubbles; anything else is a line. */
  kind: 'message' | 'note' | 'line';
  text: string;
  files: readonly Attachment[];
  state: 'outbox' | 'stored' | 'refused' | 'review';
  sentence: Sentence;
  canEdit: boolean;
  canTakeBack: boolean;
  canReview: boolean;
}

const REFUSED: Record<string, Sentence['key']> = {
  too_large: 'refused.tooLarge',
  forbidden: 'refused.forbidden',
  not_found: 'refused.forbidden',
  unanswered: 'refused.unanswered',
  bad_state: 'refused.badState',
  bad_body: 'refused.badBody',
};

const DOING: Partial<Record<Kind, Key>> = {
  resolve: 'outbox.resolving',
  transfer: 'outbox.moving',
  assign: 'outbox.moving',
  snooze: 'outbox.snoozing',
  noReplyNeeded: 'outbox.marking',
  label: 'outbox.labelling',
};

/** The file that a send was refused for, where it was one. */
function refusedFile(t: Terminal, pending: Pending, code: string): Sentence | undefined {
  const file = [...t.files.values()].find(({ send, state }) => send === pending.id && state.name === 'refused');
  if (!code.startsWith('file_') && code !== 'no_attachment') return undefined;
  const why = fileProblem(t, code.replace('file_', ''), file?.size ?? 0);
  return { key: 'refused.file', values: { why: say(why) } };
}

function refusedSentence(code: string, message: string): Sentence {
  const key = REFUSED[code];
  return key ? { key } : { key: 'refused.other', values: { message } };
}

function sentenceOf(t: Terminal, pending: Pending): Sentence {
  const { state } = pending;
  if (state.name === 'stored') return { key: 'life.stored' };
  if (state.name === 'refused')
    return refusedFile(t, pending, state.code) ?? refusedSentence(state.code, state.message);
  if (state.name === 'review') return { key: 'outbox.review' };
  const time = hourMinuteSecond(pending.pressedAt);
  const percent = uploadOf(t, pending.id);
  if (percent !== undefined && t.link.state === 'open') return { key: 'outbox.uploading', values: { percent } };
  const doing = DOING[pending.kind];
  if (doing && t.link.state === 'open') return { key: doing };
  if (pending.kind !== 'message' || t.link.state === 'open') return { key: 'outbox.since', values: { time } };
  return { key: 'outbox.sinceAfter', values: { time, n: pending.basedOn?.n ?? 0 } };
}

/** Not yet written to the device, taken back, or held (then it is a card): no line (SND1). */
export function outboxLine(t: Terminal, pending: Pending): OutboxLine | undefined {
  const { name } = pending.state;
  if (name === 'writing' || name === 'held' || name === 'cancelling') return undefined;
  const bubble = pending.kind === 'message' || pending.kind === 'note';
  const state = name === 'stored' || name === 'refused' || name === 'review' ? name : 'outbox';
  return {
    id: pending.id,
    kind: bubble ? (pending.kind as 'message' | 'note') : 'line',
    text: bubble ? ((pending.body as { text?: string }).text ?? '') : '',
    files: filesIn(pending.body),
    state,
    sentence: sentenceOf(t, pending),
    canEdit: bubble && state !== 'stored',
    canTakeBack: state !== 'stored',
    canReview: state === 'review',
  };
}
