import type { Chance } from './chance.ts';

/** How often what goes wrong, each drawn for each world; 0 is never. */
export interface Faults {
  /** Longest delay of a frame, in ms. */
  delay: number;
  /** Connections cut, per minute of the world. */
  cuts: number;
  /** Connections that go silent in one direction or both, per minute. */
  silences: number;
  /** Nodes killed between any two steps, per minute. */
  kills: number;
  /** Terminals that crash, per minute; half of them without what they stored. */
  crashes: number;
  /** Terminals that sleep for minutes to hours, per minute. */
  sleeps: number;
  /** Terminals that read so slowly that frames pile up: bytes a second, 0 for all as fast as they come. */
  slow: number;
  busLoss: number;
  busDouble: number;
  /** Longest delay of a hint, in ms: it also reorders them. */
  busDelay: number;
  /** The bus is dead from the beginning. */
  busDead: boolean;
  /** Journeys to the database that end with an error. */
  database: number;
  /** Sends of which a delayed copy comes again. */
  copies: number;
  /** Times that the database is put back to an older state, per minute. */
  rollbacks: number;
  /** Whether nodes notice it (EPO1); if not, terminals that are ahead do (CMP3). */
  noticed: boolean;
  /** Longest journey to the database, in ms: the slower it is, the more happens between two steps. */
  databaseMs: number;
  /** Longest write to a device, in ms. */
  deviceMs: number;
  /** Share of the crashes that wait until the device is writing. */
  midWrite: number;
  /** How likely an agent has two pages, and writes on both. */
  twins: number;
  /** How likely an agent who waits for work takes what comes in the moment it is there, as all others do who wait. */
  rush: number;
  /** Agents who go away, sign out, leave without a word or hang, per minute; some of them for good. */
  absences: number;
  /** Queues have settings of their own: some push, some close, and targets run out. Else all are as they usually are. */
  settings: boolean;
}

export const NO_FAULTS: Faults = {
  delay: 30,
  cuts: 0,
  silences: 0,
  kills: 0,
  crashes: 0,
  sleeps: 0,
  slow: 0,
  busLoss: 0,
  busDouble: 0,
  busDelay: 0,
  busDead: false,
  database: 0,
  copies: 0,
  rollbacks: 0,
  noticed: true,
  databaseMs: 3,
  deviceMs: 20,
  midWrite: 0,
  twins: 0,
  rush: 0,
  absences: 0,
  settings: false,
};

/** Whether nothing is lost in such a world: then nothing has to be found by comparing, either. */
export function isGoodDay(faults: Faults): boolean {
  const { delay, databaseMs, deviceMs, twins, rush, settings } = faults;
  const quiet: Faults = { ...NO_FAULTS, delay, databaseMs, deviceMs, twins, rush, settings };
  return Object.entries(faults).every(([name, rate]) => rate === quiet[name as keyof Faults]);
}

/** Draws the faults of a world: about half of the kinds in each, at rates of its own. */
export function drawFaults(chance: Chance): Faults {
  const rate = (most: number, share = 0.5) => (chance.is(share) ? chance.next() ** 2 * most : 0);
  return {
    delay: 5 + rate(3_000, 0.7),
    cuts: rate(12),
    silences: rate(5),
    kills: rate(3),
    crashes: rate(4),
    sleeps: rate(2, 0.3),
    slow: chance.is(0.2) ? chance.between(500, 20_000) : 0,
    busLoss: rate(0.5),
    busDouble: rate(0.3),
    busDelay: rate(5_000),
    busDead: chance.is(0.15),
    database: rate(0.03),
    copies: rate(0.2),
    rollbacks: rate(0.7, 0.25),
    noticed: chance.is(0.7),
    databaseMs: 3 + rate(200, 0.4),
    deviceMs: 20 + rate(60, 0.3),
    midWrite: chance.is(0.5) ? chance.next() : 0,
    twins: chance.is(0.4) ? chance.next() : 0,
    rush: chance.is(0.5) ? chance.next() : 0,
    absences: rate(8, 0.7),
    settings: chance.is(0.8),
  };
}

/** The same on a good day, on which nothing is lost; but the database takes its time, so that much falls between two steps. */
function onGoodDay({ delay, deviceMs, twins, rush, settings }: Faults, chance: Chance): Faults {
  const databaseMs = chance.between(20, 150);
  return { ...NO_FAULTS, delay: Math.min(delay, 200), databaseMs, deviceMs, twins, rush, settings };
}

/** The faults of a world; every sixth day is a good one. */
export function faultsOf(chance: Chance): Faults {
  const faults = drawFaults(chance.fork('faults'));
  const day = chance.fork('good day');
  return day.is(0.17) ? onGoodDay(faults, day) : faults;
}
