import type { At } from './kinds.ts';

/** Half and nine in ten of so many answers came within these times; null where there were none. */
export interface Spread {
  count: number;
  p50Ms: number | null;
  p90Ms: number | null;
}

/** What came in and was answered from `at` on, until the next. */
export interface Period {
  at: At;
  arrived: number;
  answered: number;
}

/** Somebody who serves the queues, in the order in which work is handed out (LST5). */
export interface AgentFigures {
  id: string;
  name: string;
  state: 'taking' | 'away' | 'offline';
  /** When they signed in; null where they never did. */
  signedInAt: At | null;
  /** Since when they have been taking chats, or away. */
  since: At | null;
  capacity: number;
  /** One for each open work order with them, of whatever queue: nobody waits, somebody does, somebody does too long. */
  answered: number;
  waiting: number;
  overdue: number;
}

/** `GET /v1/figures`: the day so far in some queues, and who serves them. */
export interface Figures {
  now: At;
  from: At;
  queues: string[];
  /** Waits that began since `from`. */
  arrived: number;
  answered: number;
  /** Answers that came before they were due (CLK2). */
  inTime: number;
  first: Spread;
  next: Spread;
  /** How long customers have waited since `from`, all together. */
  unansweredMinutes: number;
  longestWaitMs: number;
  lastAnswerAt: At | null;
  /** How many waited, every five minutes of the last two hours. */
  waiting: { at: At; count: number }[];
  quarters: Period[];
  hours: Period[];
  /** First replies since `from` by wait: so many up to `toMs`, from where the one before ends; the last has no end. */
  firstByWait: { toMs: number | null; count: number; inTime: number }[];
  agents: AgentFigures[];
}
