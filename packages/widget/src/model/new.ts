import type { Attachment, Stream } from '@heed/protocol';

/** The stream that a first message goes to before the server has named one (SND7). */
export const NEW: Stream = 'chat/new';

/** A message's body; a first one names the inbox that it comes in at. */
export function messageBody(
  s: Stream,
  text: string,
  inbox: string,
  attachments: Attachment[] = [],
): { text: string; inbox?: string; attachments?: Attachment[] } {
  const body = attachments.length > 0 ? { text, attachments } : { text };
  return s === NEW ? { ...body, inbox } : body;
}
