/** After so long away, what customers wait for goes back to the queue; until then coming back undoes it (LST6). */
export const AWAY_MS = 5_000;

/** What is stored of an agent's presence, in ms ago. */
export interface Presence {
  state: 'taking' | 'away' | 'offline';
  sinceMs: number;
  heardMs: number;
}

/** How long agents are waited for. */
export interface Patience {
  graceMs: number;
  awayMs: number;
  /** Whether this node has listened for a whole grace without a gap: only then is silence somebody's (LST6). */
  listens: boolean;
}

/** Whether an agent who has a work order is there: takes chats, may come back yet, or is gone, and why. */
export type Attendance = 'taking' | 'pausing' | Absence;
export type Absence = 'signedOut' | 'away' | 'gone';

/** The absence that sends a work order back, if it is one. */
export function absenceOf(attendance: Attendance | undefined): Absence | undefined {
  return attendance === 'taking' || attendance === 'pausing' ? undefined : attendance;
}

/** How an agent attends, by what is stored; of one who was never there nothing is. */
export function attendanceOf(presence: Presence | undefined, { graceMs, awayMs, listens }: Patience): Attendance {
  if (presence?.state === 'offline') return 'signedOut';
  if (presence?.state === 'away' && presence.sinceMs >= awayMs) return 'away';
  if (listens && (presence === undefined || presence.heardMs >= graceMs)) return 'gone';
  return presence?.state === 'away' ? 'pausing' : 'taking';
}
