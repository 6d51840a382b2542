import type pg from 'pg';
import { compareAll, type Fault, type Findings } from './compare.ts';
import { readRecord } from './record-file.ts';
import { readRecording } from './recording.ts';
import { readTables } from './tables.ts';

/** What the judge gets: a record, a recording, and the way to the tables. */
export interface Evidence {
  file: string;
  limit: number;
  recording: string;
  connection: pg.ClientConfig;
  queue: string;
}

export interface Percentiles {
  p50: number;
  p99: number;
}

/** The judgement, as it is printed. */
export interface Judgement {
  ok: boolean;
  conversations: number;
  messages: number;
  ofRecord: { conversations: number; messages: number };
  savedReplies: number;
  compared: number;
  lost: number;
  doubled: number;
  outOfOrder: number;
  altered: number;
  answeredBlindly: number;
  held: number;
  sendToStoredMs: Percentiles;
  sendToShownMs: Percentiles;
  faults: Fault[];
}

/** Judges a play by what was recorded at its sockets and by its own look at the tables. */
export async function judge(evidence: Evidence): Promise<Judgement> {
  const record = await readRecord(evidence.file, evidence.limit);
  const recording = await readRecording(evidence.recording);
  return judgementOf(compareAll(record, recording, await readTables(evidence.connection, evidence.queue)));
}

/** What the findings come to: all of the record, something compared, something held, and no fault. */
export function judgementOf(findings: Findings): Judgement {
  const { conversations, messages, compared, counts, faults, held } = findings;
  const whole = conversations.stored === conversations.record && messages.stored === messages.record;
  const faultless = Object.values(counts).every((count) => count === 0);
  return {
    ok: whole && faultless && compared > 0 && held > 0,
    conversations: conversations.stored,
    messages: messages.stored,
    ofRecord: { conversations: conversations.record, messages: messages.record },
    savedReplies: messages.saved,
    compared,
    lost: counts.lost,
    doubled: counts.doubled,
    outOfOrder: counts.outOfOrder,
    altered: counts.altered,
    answeredBlindly: counts.blind,
    held,
    sendToStoredMs: percentiles(findings.toStoredMs),
    sendToShownMs: percentiles(findings.toShownMs),
    faults,
  };
}

function percentiles(values: number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) * 10) / 10;
  return { p50: at(0.5), p99: at(0.99) };
}
