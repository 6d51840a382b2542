import type { Client } from '@heed/client';
import type { Files } from '@heed/client/files';
import { type Stream, streamId } from '@heed/protocol';
import { forgetDiscarded, keepDiscarded, type Shelf } from './discarded.ts';
import { filesIn } from './files.ts';
import { toast } from './toasts.ts';

/** Keeps what is typed here: newer than what was shown here, whatever the clock of another device says (CON2). */
export function writeDraft(client: Client, s: Stream, text: string, kind: 'message' | 'note' = 'message'): void {
  const shown = client.state.drafts.get(s)?.version ?? 0;
  client.draft(s, text, kind, Math.max(Date.now(), shown + 1));
}

/** Tells each time the connection is there again what was typed without it, as old as it is. Returns the closer. */
export function tellDrafts(client: Client): () => void {
  let wasOpen = false;
  return client.subscribe(() => {
    const { link, drafts, watched } = client.state;
    const isOpen = link.state === 'open';
    if (isOpen === wasOpen) return;
    wasOpen = isOpen;
    if (!isOpen) return;
    for (const [s, { text, kind, version }] of drafts)
      if (kind === 'message' && watched.has(s)) client.draft(s, text, kind, version);
  });
}

/** Both texts, the one that waited first: nothing that was typed since is lost. */
export function joined(first: string, second: string): string {
  if (first === '' || second === '') return first + second;
  return `${first}\n\n${second}`;
}

/** Takes a send out of the outbox and puts its text before the draft in the composer. */
export function editPending(client: Client, s: Stream, id: string): void {
  const pending = client.state.outbox.find((other) => other.id === id);
  const carried = client.withdraw(id);
  const text = (carried?.body as { text?: string } | undefined)?.text;
  if (!text) return;
  const draft = client.state.drafts.get(s)?.text ?? '';
  writeDraft(client, s, joined(text, draft), pending?.kind === 'note' ? 'note' : 'message');
}

/** Discards a send with its files; its text stays on this device for a week, and the toast brings it back. */
export function discardPending(
  client: Client,
  files: Pick<Files, 'remove'>,
  shelf: Shelf,
  s: Stream,
  id: string,
): void {
  const carried = client.withdraw(id);
  const text = (carried?.body as { text?: string } | undefined)?.text;
  for (const { id: file } of filesIn(carried?.body)) files.remove(file);
  const agent = client.state.you?.id ?? '';
  if (!text) return;
  keepDiscarded(shelf, agent, { id, conversation: streamId(s), text, at: Date.now() });
  toast(
    { key: 'discard.done' },
    { label: { key: 'discard.undo' }, run: () => putBack(client, shelf, s, { id, text }) },
  );
}

/** Brings a discarded text back into the composer. */
export function putBack(client: Client, shelf: Shelf, s: Stream, discarded: { id: string; text: string }): void {
  writeDraft(client, s, joined(discarded.text, client.state.drafts.get(s)?.text ?? ''));
  forgetDiscarded(shelf, client.state.you?.id ?? '', discarded.id);
}
