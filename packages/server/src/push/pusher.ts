import type pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { claimPushes, type DuePush, pushAgain, pushTaken, unsubscribe } from './subscriptions.ts';
import { type PushKeys, pushKeys, vapidHeader } from './vapid.ts';

const LOOK_MS = 2_000;
/** A push service that does not answer by then is asked again later. */
const ANSWER_MS = 10_000;
/** What a browser that is off gets when it is on again is at most so old. */
const TTL_S = 3_600;
/** Pauses treble from 5 s to an hour: after about a day a subscription is given up. */
const MOST_TRIES = 30;

export interface PusherParts {
  pool: pg.Pool;
  clock: Clock;
  log: Log;
  /** Where push services may complain: `mailto:…`. */
  contact: string;
}

/**
 * Tells browsers whose desk may be closed that somebody waits for their agent (RFC 8030). A push carries no content: what
 * is said stays here, and no push service could read or keep it. Gives the closer.
 */
export function startPusher(parts: PusherParts): () => void {
  let isBusy = false;
  let keys: PushKeys | undefined;
  return parts.clock.every(LOOK_MS, () => {
    if (isBusy) return;
    isBusy = true;
    look()
      .catch((error: unknown) => parts.log.warn({ error: String(error) }, 'Pushes that are due could not be read.'))
      .finally(() => {
        isBusy = false;
      });
  });

  async function look(): Promise<void> {
    const due = await claimPushes(parts.pool);
    if (due.length === 0) return;
    keys ??= await pushKeys(parts.pool);
    const known = keys;
    await Promise.all(due.map((each) => push(parts, known, each)));
  }
}

async function push({ pool, log, contact }: PusherParts, keys: PushKeys, due: DuePush): Promise<void> {
  const { origin } = new URL(due.endpoint);
  let status = 0;
  try {
    const answer = await fetch(due.endpoint, {
      method: 'POST',
      headers: {
        authorization: await vapidHeader(keys, due.endpoint, contact),
        ttl: String(TTL_S),
        urgency: 'high',
        // A newer one takes the place of one that has not been fetched.
        topic: 'waiting',
      },
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    await answer.body?.cancel();
    status = answer.status;
  } catch (error) {
    log.info({ service: origin, error: String(error) }, 'A push service could not be reached.');
  }
  if (status >= 200 && status < 300) return pushTaken(pool, due);
  const isOver = status === 404 || status === 410;
  if (isOver || due.tries + 1 >= MOST_TRIES) {
    const why = isOver ? 'its push service does not know it' : 'its push service took nothing for a day';
    log.info({ service: origin, status }, `A browser is no longer told: ${why}.`);
    return unsubscribe(pool, due.endpoint);
  }
  await pushAgain(pool, due, Math.min(3_600_000, 5_000 * 3 ** due.tries));
}
