import type { Entry } from '@heed/protocol';

export type ClockFacts = Pick<Entry, 'waitingSince' | 'soonAt' | 'dueAt' | 'pausedUntil'>;

/** What a clock chip shows (DESIGN §3). `used` is the part of the target that is gone, 0 to 1. */
export type Clock =
  | { state: 'none' }
  | { state: 'calm' | 'soon'; waitedMs: number; used: number }
  | { state: 'over'; waitedMs: number; pastMs: number }
  | { state: 'paused'; until: number };

/** Share of the target after which a wait is due soon, where the server did not name the moment. */
const SOON = 0.6;

function timeOf(at: string | null): number | undefined {
  return at === null ? undefined : Date.parse(at);
}

/** The clock of a conversation at the server's time `now`; the times are the server's, the seconds ours (CLK2). */
export function clockOf(facts: ClockFacts, now: number): Clock {
  const since = timeOf(facts.waitingSince);
  if (since === undefined) return { state: 'none' };
  const paused = timeOf(facts.pausedUntil);
  if (paused !== undefined && paused > now) return { state: 'paused', until: paused };
  const waitedMs = Math.max(0, now - since);
  const due = timeOf(facts.dueAt);
  if (due === undefined) return { state: 'calm', waitedMs, used: 0 };
  if (now >= due) return { state: 'over', waitedMs, pastMs: now - due };
  const used = Math.min(1, waitedMs / Math.max(1, due - since));
  const soon = timeOf(facts.soonAt) ?? since + (due - since) * SOON;
  return { state: now >= soon ? 'soon' : 'calm', waitedMs, used };
}

/** Length of the dial's dash: a circle of radius 1.75 drawn 3.5 wide is a filled sector. */
export function dialDash(used: number): string {
  return `${(Math.max(0.03, used) * 2 * Math.PI * 1.75).toFixed(2)} 11`;
}

/** The panel's large figure: what is left of the target, or how far it is past. */
export type Due =
  | { state: 'none' }
  | { state: 'left' | 'soon'; leftMs: number; targetMs: number; used: number; dueAt: number }
  | { state: 'over'; pastMs: number; targetMs: number; dueAt: number }
  | { state: 'paused'; until: number };

export function dueOf(facts: ClockFacts, now: number): Due {
  const clock = clockOf(facts, now);
  const since = timeOf(facts.waitingSince);
  const dueAt = timeOf(facts.dueAt);
  if (clock.state === 'paused') return clock;
  if (clock.state === 'none' || since === undefined || dueAt === undefined) return { state: 'none' };
  const targetMs = dueAt - since;
  if (clock.state === 'over') return { state: 'over', pastMs: clock.pastMs, targetMs, dueAt };
  return { state: clock.state === 'soon' ? 'soon' : 'left', leftMs: dueAt - now, targetMs, used: clock.used, dueAt };
}
