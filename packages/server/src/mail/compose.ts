import type { At, ItemBodies } from '@heed/protocol';
import { MAIL_WORDS } from './words.ts';

/** An item of a chat, as far as mail shows it. */
export interface MailItem {
  n: number;
  kind: string;
  by: 'customer' | 'team';
  name: string;
  at: At;
  /** Absent where it was erased. */
  body?: unknown;
}

export interface MailContext {
  company: string;
  /** A language tag; English where there are no words for it. */
  language: string | null;
  zone: string;
  /** The page on which the conversation goes on. */
  url: string | null;
}

export interface Composed {
  subject: string;
  text: string;
  html: string;
}

type Words = (typeof MAIL_WORDS)[string];
interface Block {
  head: string;
  text: string;
}

const fill = (text: string, values: Record<string, string>): string =>
  text.replace(/\{(\w+)\}/g, (slot, name: string) => values[name] ?? slot);

const baseOf = (language: string | null): string => (language ?? 'en').toLowerCase().split('-', 1)[0] ?? 'en';

function wordsOf(language: string | null): Words {
  return (MAIL_WORDS[baseOf(language)] ?? MAIL_WORDS.en) as Words;
}

function format({ language, zone }: MailContext, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const known = MAIL_WORDS[baseOf(language)] ? (language as string) : 'en-GB';
  return new Intl.DateTimeFormat(known, { ...options, timeZone: zone });
}

/** Messages with what became of them: the last edit stands, what was erased says so (STR3). */
function blocksOf(items: readonly MailItem[], context: MailContext): Block[] {
  const words = wordsOf(context.language);
  const when = format(context, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
  const edits = new Map<number, string>();
  const erased = new Set<number>();
  for (const { kind, body } of items) {
    const { target = 0, text = '' } = (body ?? {}) as { target?: number; text?: string };
    if (kind === 'edited') edits.set(target, text);
    if (kind === 'erased') erased.add(target);
  }
  return items.flatMap((item): Block[] => {
    const time = when.format(Date.parse(item.at));
    if (item.kind === 'resolved') return [{ head: fill(words.closed, { time }), text: '' }];
    if (item.kind !== 'message') return [];
    const name = item.by === 'customer' ? words.you : item.name || words.team;
    const head = fill(words.wrote, { name, time });
    if (!item.body || erased.has(item.n)) return [{ head, text: words.removed }];
    const { text, attachments = [] } = item.body as ItemBodies['message'];
    const files = attachments.map((file) => file.name).join(', ');
    const parts = [edits.get(item.n) ?? text, files && fill(words.files, { names: files })];
    return [{ head, text: parts.filter(Boolean).join('\n') }];
  });
}

/** The replies that a customer has not seen, in one mail. */
export function composeReply(items: readonly MailItem[], context: MailContext): Composed {
  const words = wordsOf(context.language);
  const feet = [words.whyReply, words.notRead];
  return compose(fill(words.replySubject, { company: context.company }), blocksOf(items, context), feet, context);
}

/** A whole conversation, for its customer to keep. */
export function composeTranscript(items: readonly MailItem[], context: MailContext): Composed {
  const day = format(context, { day: 'numeric', month: 'long', year: 'numeric' });
  const words = wordsOf(context.language);
  const begun = day.format(Date.parse(items[0]?.at ?? new Date(0).toISOString()));
  const subject = fill(words.transcriptSubject, { company: context.company, day: begun });
  return compose(subject, blocksOf(items, context), [words.notRead], context);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

function compose(subject: string, blocks: Block[], feet: string[], context: MailContext): Composed {
  const words = wordsOf(context.language);
  const { url, language } = context;
  const link = url === null ? [] : [`${words.goOn}: ${url}`];
  const text = [...blocks.map(({ head, text }) => (text ? `${head}\n${text}` : head)), ...link, feet.join('\n')].join(
    '\n\n',
  );
  const dir = baseOf(language) === 'ar' ? 'rtl' : 'ltr';
  const body = blocks.map(
    ({ head, text }) =>
      `<p style="margin:16px 0 4px;color:#69645d;font-size:13px">${escaped(head)}</p>${
        text && `<p dir="auto" style="margin:0;white-space:pre-wrap">${escaped(text)}</p>`
      }`,
  );
  const button =
    url === null
      ? ''
      : `<p style="margin:24px 0"><a href="${escaped(url)}" style="background:#115c6e;color:#fff;padding:10px 16px;border-radius:6px;text-decoration:none">${escaped(words.goOn)}</a></p>`;
  const foot = `<p style="margin:24px 0 0;color:#69645d;font-size:12px">${feet.map(escaped).join('<br>')}</p>`;
  const html = `<!doctype html><html lang="${escaped(language ?? 'en')}" dir="${dir}"><body style="font:15px/1.5 system-ui,sans-serif;color:#1e1c19;max-width:560px;margin:0 auto;padding:16px">${body.join('')}${button}${foot}</body></html>`;
  // A line break in a header would begin another one.
  return { subject: subject.replace(/[\r\n]+/g, ' '), text, html };
}
