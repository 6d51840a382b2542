/** Which database this is, and how far its log has come. */
export interface Standing {
  /** The cluster's own number. */
  identifier: string;
  /** The numbers of the database and of its tables within the cluster: others where a dump was read in. */
  place: string;
  /** Goes up with every promotion and with every restore to a point in time. */
  timeline: number;
  /** Up to here the database's own log is on its disk. */
  position: bigint;
  /** Every transaction below this number has ended, and that is on the disk; 0 where it cannot be said. */
  ended: bigint;
  /** The number that the next transaction gets. */
  next: bigint;
  /** Whether its commits wait until a standby has them on its disk. */
  isSynchronous: boolean;
}

/** Where an epoch began, or where a standby took over within it. */
type Place = Omit<Standing, 'ended' | 'next' | 'isSynchronous'>;

/** An epoch as the database tells of it, and where it began, unless that was before anybody looked. */
export interface Begun {
  epoch: string;
  standing?: Place;
}

/** What a node has seen of the database before: its epochs, the oldest first, and the furthest it had come. */
export interface Known {
  epochs: readonly string[];
  standing: Standing;
}

/** Why what is seen cannot be what was seen before, gone on. */
export type Doubt = 'other_database' | 'other_timeline' | 'behind' | 'epoch_lost' | 'witness_unreadable';

/**
 * Whether a database is the unbroken continuation of what is known (EPO1), by what it says of itself and by what a node
 * remembers. An epoch that the node does not know was begun by somebody who saw what is there now, and ends all doubt.
 */
export function doubtOf(lineage: readonly Begun[], now: Standing, known: Known | undefined): Doubt | undefined {
  const newest = lineage.at(-1);
  const moved = newest?.standing && brokenSince(newest.standing, now);
  if (moved !== undefined || newest === undefined || known === undefined) return moved;
  if (!known.epochs.includes(newest.epoch)) return undefined;
  if (known.epochs.at(-1) !== newest.epoch) return 'epoch_lost';
  // The log grows by being read, too; transactions tell of a loss that is smaller than that.
  return brokenSince(known.standing, now) ?? (now.next < known.standing.ended ? 'behind' : undefined);
}

function brokenSince(then: Place, now: Standing): Doubt | undefined {
  if (then.identifier !== now.identifier || then.place !== now.place) return 'other_database';
  if (then.timeline !== now.timeline) return 'other_timeline';
  return now.position < then.position ? 'behind' : undefined;
}

/**
 * Whether a database on another timeline may be the synchronous standby of the one that is known, promoted: that is no
 * new epoch if everything that this node told as stored is there (EPO1), which its tables say. Where this node told
 * nothing, the log must not be behind what was seen.
 */
export function mayGoOn(doubt: Doubt | undefined, now: Standing, known: Known | undefined, hasTold: boolean): boolean {
  if (doubt !== 'other_timeline' || !known?.standing.isSynchronous) return false;
  return now.timeline > known.standing.timeline && (hasTold || now.position >= known.standing.position);
}

/** What is known after a look that left no doubt: in one epoch and timeline of one database the furthest position seen stays. */
export function remembered(lineage: readonly Begun[], now: Standing, known: Known | undefined): Known {
  const epochs = lineage.map(({ epoch }) => epoch);
  const isOther = known?.epochs.at(-1) !== epochs.at(-1) || known?.standing.timeline !== now.timeline;
  if (known === undefined || isOther) return { epochs, standing: now };
  const { position, ended } = known.standing;
  const { isSynchronous } = now;
  const isFurther = now.position > position || now.ended > ended;
  if (!isFurther && isSynchronous === known.standing.isSynchronous) return known;
  const furthest = (a: bigint, b: bigint) => (a > b ? a : b);
  const standing = { ...now, position: furthest(now.position, position), ended: furthest(now.ended, ended) };
  return { epochs, standing };
}
