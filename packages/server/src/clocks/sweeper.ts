import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Outcome } from '../ledger/command.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { HandOuts } from '../live/hand-outs.ts';
import type { Listening } from '../live/listening.ts';
import type { Log } from '../log.ts';
import type { Duties, Rota, Sweep } from '../store/rota.ts';

const MOST = 200;
/** What could not be done is tried again after so long; meanwhile it stands in nobody's way. */
const AGAIN_MS = 30_000;

export interface SweeperParts {
  /** A name that no other node has. */
  name: string;
  clock: Clock;
  config: Config;
  log: Log;
  rota: Rota;
  ledger: Ledger;
  handOuts: HandOuts;
  listening: Listening;
}

/**
 * Looks again and again for what is due and asks for it to be done (CLK3, LST5, LST6): clocks, snoozes, opening and
 * closing, what absent agents hold, and work for those who wait for it. One node at a time has its turn; what is due
 * says the database's clock, and what is done is decided under the locks, so that a node that stops, starts or comes
 * late changes nothing. Gives the closer.
 */
export function startSweeper(parts: SweeperParts): () => void {
  const { clock, config, log, listening } = parts;
  const failed = new Map<string, number>();
  let isBusy = false;
  return clock.every(config.sweepMs, () => {
    if (isBusy) return;
    isBusy = true;
    sweep(parts, failed)
      .catch((error: unknown) => {
        listening.missed(clock.now());
        log.warn({ error: String(error) }, 'What is due could not be read; it is looked for again.');
      })
      .finally(() => {
        isBusy = false;
      });
  });
}

/** `failed`: what could not be done, and until when it is left alone. */
async function sweep(parts: SweeperParts, failed: Map<string, number>): Promise<void> {
  const { rota, name, ledger, handOuts, listening, clock } = parts;
  for (;;) {
    for (const [id, until] of failed) if (until <= clock.now()) failed.delete(id);
    const duties = await rota.duties(name, { ...sweepNow(parts), except: [...failed.keys()] });
    listening.noted(clock.now());
    if (!duties) return;
    for (const queue of duties.queues) handOuts.poke(queue);
    const tend = (conversation: string) => ledger.submit({ do: 'tend', conversation });
    const outcomes = await Promise.all(duties.conversations.map(tend));
    for (const [index, id] of duties.conversations.entries())
      if (isHopeless(outcomes[index])) failed.set(id, clock.now() + AGAIN_MS);
    // More is due than one look brought: on, unless nothing could be done.
    if (!isFull(duties) || !outcomes.some((outcome) => outcome.do === 'sent')) return;
  }
}

/** A database that is away is nothing that the conversation did. */
function isHopeless(outcome: Outcome | undefined): boolean {
  return outcome?.do === 'refused' && outcome.code !== 'unavailable';
}

function isFull({ conversations }: Duties): boolean {
  return conversations.length === MOST;
}

function sweepNow({ config, listening, clock }: SweeperParts): Omit<Sweep, 'except'> {
  const { graceMs, awayMs } = config;
  const patience = { graceMs, awayMs, listens: listening.has(graceMs, clock.now()) };
  return { patience, heardMs: heardMs(config), most: MOST };
}

/** Only a terminal that was really heard is given work: one that was not for so long is gone (BEAT5). */
export function heardMs({ deskBeatMs }: Config): number {
  return 2.5 * deskBeatMs;
}
