import { Autopilot, type Seat } from './autopilot.ts';
import type { Hold } from './holds.ts';

/** What the process of an agent says: that it is there, and what was held. */
export type Told = { begun: true } | { hold: Hold };

const tell = (told: Told) => process.send?.(told);
const { seat, words } = JSON.parse(process.argv[2] ?? '') as { seat: Seat; words: string[] };

// Nobody is left who would end us.
process.on('disconnect', () => process.exit(0));

let said = seat.seed;
await Autopilot.begin(
  seat,
  () => words[said++ % words.length] ?? 'One moment, please.',
  (hold) => tell({ hold }),
);
tell({ begun: true });
