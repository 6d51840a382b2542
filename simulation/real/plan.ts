import { type Random, seeded, shuffled } from '../../packages/server/src/replay/random.ts';

/** What happens to the network of one terminal, and for how long. */
export interface NetworkFault {
  what: (typeof DISCONNECTS)[number] | (typeof WEATHERS)[number];
  /** Which of the terminals, as a part of them all: from 0 to 1. */
  whom: number;
  lastsMs: number;
  /** Until the next. */
  pauseMs: number;
}

/** What happens to processes: one at a time. */
export interface ProcessFault {
  what: keyof Counts;
  whom: number;
  /** How long it stays dead or stopped, at least. */
  lastsMs: number;
  pauseMs: number;
}

/** After these the connection is broken. */
export const DISCONNECTS = ['break', 'cut', 'silent', 'silentUp', 'silentDown', 'refuse'] as const;
/** These it survives. */
export const WEATHERS = ['swallow', 'slice', 'delay', 'throttle'] as const;

interface Counts {
  server: number;
  postmaster: number;
  backend: number;
  terminal: number;
  /** With everything on the device. */
  wiped: number;
  all: number;
  /** Only where a small disk can be had. */
  diskFull: number;
  /** The clock of server and database set, where one of their own can be had. */
  clock: number;
  stopServer: number;
  stopTerminal: number;
}

export type Size = 'quick' | 'usual' | 'long';

/** How much happens in a round; `longestStopMs` for the last stop of each kind. */
export const SIZES: Record<Size, { disconnects: number; counts: Counts; longestStopMs: number }> = {
  quick: {
    disconnects: 20,
    counts: {
      server: 2,
      postmaster: 1,
      backend: 1,
      terminal: 2,
      wiped: 1,
      all: 1,
      diskFull: 1,
      clock: 1,
      stopServer: 1,
      stopTerminal: 1,
    },
    longestStopMs: 5_500,
  },
  usual: {
    disconnects: 100,
    counts: {
      server: 20,
      postmaster: 10,
      backend: 10,
      terminal: 10,
      wiped: 2,
      all: 4,
      diskFull: 3,
      clock: 4,
      stopServer: 2,
      stopTerminal: 2,
    },
    longestStopMs: 8_000,
  },
  long: {
    disconnects: 400,
    counts: {
      server: 80,
      postmaster: 40,
      backend: 40,
      terminal: 30,
      wiped: 6,
      all: 10,
      diskFull: 6,
      clock: 10,
      stopServer: 4,
      stopTerminal: 4,
    },
    longestStopMs: 40_000,
  },
};

export interface Plan {
  network: NetworkFault[];
  processes: ProcessFault[];
}

/** The faults of one round: a seed and a size determine all of it but the instant at which a process is hit. */
export function planOf(seed: number, size: Size): Plan {
  const random = seeded(seed);
  const { disconnects, counts, longestStopMs } = SIZES[size];
  const network = [
    ...Array.from({ length: disconnects }, () => networkFault(DISCONNECTS, random)),
    ...Array.from({ length: Math.ceil(disconnects / 2) }, () => networkFault(WEATHERS, random)),
  ];
  const processes = Object.entries(counts).flatMap(([what, count]) =>
    Array.from({ length: count }, (_, index) => {
      const isLongest = what.startsWith('stop') && index === 0;
      return processFault(what as keyof Counts, random, isLongest ? longestStopMs : undefined);
    }),
  );
  return { network: shuffled(network, random), processes: shuffled(processes, random) };
}

function networkFault(of: readonly NetworkFault['what'][], random: Random): NetworkFault {
  const what = of[Math.floor(random() * of.length)] as NetworkFault['what'];
  // Beats come every 2 s here, so a silence is noticed after 5: some end before that, and some after.
  const longest = what.startsWith('silent') ? 7_000 : what === 'break' ? 0 : 1_500;
  return { what, whom: random(), lastsMs: Math.round(longest * random()), pauseMs: Math.round(500 * random()) };
}

function processFault(what: keyof Counts, random: Random, lastsMs: number | undefined): ProcessFault {
  const drawn = Math.round((what.startsWith('stop') ? 4_000 : 600) * random());
  return { what, whom: random(), lastsMs: lastsMs ?? drawn, pauseMs: 200 + Math.round(800 * random()) };
}
