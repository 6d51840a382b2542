import { createTransport, type Transporter } from 'nodemailer';
import type pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { codeOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Directory } from '../store/directory.ts';
import { type Composed, composeReply, composeTranscript, type MailContext, type MailItem } from './compose.ts';
import { type About, type Due, DueMail } from './due.ts';

const LOOK_MS = 1_000;
/** What was stored before the last look may have been committed after it. */
const OVERLAP_MS = 15_000;
/** What was replied while no node was there is mailed when one is. */
const FIRST_LOOK_MS = 24 * 3_600_000;
/** Then a mail server that says no, or nothing, is asked no more: about a day. */
const MOST_TRIES = 10;

export interface MailerParts {
  pool: pg.Pool;
  config: Config & { smtpUrl: string };
  clock: Clock;
  directory: Directory;
  log: Log;
}

/**
 * Mails customers who are gone what they have not seen: once they have been silent for so long since the last reply, all
 * of it in one mail, and nothing once they have seen it. At least once where a node dies between handing a mail over and
 * noting it; its Message-ID is then the same. Gives the closer.
 */
export function startMailer(parts: MailerParts): () => void {
  const mailer = new Mailer(parts);
  let isBusy = false;
  const stop = parts.clock.every(LOOK_MS, () => {
    if (isBusy) return;
    isBusy = true;
    mailer
      .look()
      .catch((error: unknown) => parts.log.warn({ error: String(error) }, 'Mail that is due could not be read.'))
      .finally(() => {
        isBusy = false;
      });
  });
  return () => {
    stop();
    mailer.close();
  };
}

class Mailer {
  readonly #parts: MailerParts;
  readonly #due: DueMail;
  readonly #transport: Transporter;
  #hasLooked = false;

  constructor(parts: MailerParts) {
    this.#parts = parts;
    this.#due = new DueMail(parts.pool);
    this.#transport = createTransport(parts.config.smtpUrl, { from: parts.config.mailFrom });
  }

  close(): void {
    this.#transport.close();
  }

  async look(): Promise<void> {
    await this.#due.note(this.#hasLooked ? OVERLAP_MS : FIRST_LOOK_MS);
    this.#hasLooked = true;
    for (const due of await this.#due.claim()) await this.#do(due);
  }

  async #do(due: Due): Promise<void> {
    const about = await this.#due.about(due.conversation);
    if (!about) return this.#due.drop(due.id);
    const items = await this.#due.items(due.conversation, due.kind === 'reply' ? about.known : 0);
    if (due.kind === 'transcript') {
      const language = due.language ?? about.language;
      const mail = composeTranscript(items, this.#context({ ...about, language }));
      return this.#send(due, due.address, mail, items);
    }
    const newest = items.findLast(({ kind, by, body }) => kind === 'message' && by === 'team' && body);
    if (!newest || about.email === null) return this.#due.drop(due.id);
    const left = Date.parse(newest.at) + this.#parts.config.mailAfterMs - this.#parts.clock.wall();
    // Somebody who still writes is not disturbed: the pause begins anew with each reply.
    if (left > 0) return this.#due.again(due.id, left, false);
    const mail = composeReply(unseenReplies(items), this.#context(about));
    await this.#send(due, about.email, mail, items);
  }

  #context({ language, queue, url }: About): MailContext {
    const { directory } = this.#parts;
    const zone = directory.queue(queue)?.targets.hours?.zone ?? 'UTC';
    return { company: directory.company, language, zone, url: linkTo(url) };
  }

  async #send(due: Due, to: string | null, mail: Composed, items: readonly MailItem[]): Promise<void> {
    const upTo = items.at(-1)?.n ?? 0;
    const thread = `<${due.conversation}@heed>`;
    const messageId = `<${due.conversation}.${due.kind === 'reply' ? upTo : due.id}@heed>`;
    try {
      if (to === null) throw Object.assign(new Error('nobody to send it to'), { responseCode: 550 });
      const headers = { 'Auto-Submitted': 'auto-generated' };
      await this.#transport.sendMail({ ...mail, to, messageId, references: thread, inReplyTo: thread, headers });
    } catch (error) {
      return this.#failed(due, error);
    }
    await this.#due.mailed(due, upTo);
  }

  async #failed(due: Due, error: unknown): Promise<void> {
    const { responseCode = 0 } = error as { responseCode?: number };
    const isFinal = responseCode >= 500 || due.tries >= MOST_TRIES;
    const about = { conversation: due.conversation, code: codeOf(error), error: String(error) };
    this.#parts.log.warn(about, isFinal ? 'A mail was not taken and is given up.' : 'A mail waits for its server.');
    if (isFinal) return this.#due.drop(due.id);
    await this.#due.again(due.id, Math.min(3_600_000, 5_000 * 3 ** due.tries));
  }
}

/** What the customer wrote in between is theirs; a reply is told with what changed it since. */
function unseenReplies(items: readonly MailItem[]): MailItem[] {
  return items.filter(({ kind, by }) => kind !== 'resolved' && by === 'team');
}

/** The page with its window open; only pages of the web. */
function linkTo(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const page = new URL(url);
  if (page.protocol !== 'https:' && page.protocol !== 'http:') return null;
  page.hash = 'heed';
  return page.href;
}
