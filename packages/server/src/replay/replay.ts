import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Database } from '../database/connect.ts';
import type { Log } from '../log.ts';
import { type Judgement, judge } from './judge/judge.ts';
import { type Plan, planOf } from './plan.ts';
import { type Played, type Progress, play } from './play.ts';
import { recordTo } from './recorder.ts';
import { openStage } from './stage.ts';
import { readTranscripts } from './transcripts.ts';

export interface ReplayOptions {
  file: string;
  speed: number | undefined;
  agents: number;
  limit: number;
  seed: number;
  url: string | undefined;
  log: Log;
  /** Told what will be played, before it begins. */
  announce(plan: Plan, url: string): void;
  tell(progress: Progress): void;
}

export interface Replayed extends Judgement, Omit<Played, 'failures'> {
  ok: boolean;
  failures: string[];
  /** Where the recording is kept, if something was wrong. */
  recording?: string;
}

/** Plays a record through real sockets on this database, and has it judged. */
export async function replay(database: Database, config: Config, options: ReplayOptions): Promise<Replayed> {
  const { file, limit } = options;
  const plan = planOf(await readTranscripts(file, limit), options);
  const stage = await openStage(database.pool, config, options);
  const folder = mkdtempSync(join(tmpdir(), 'heed-replay-'));
  const recording = join(folder, 'recording.jsonl');
  try {
    options.announce(plan, stage.url);
    const recorder = recordTo(recording);
    const { failures, ...played } = await play(stage, plan, recorder, options.tell);
    await recorder.close();
    const evidence = { file, limit, recording, connection: database.connection, queue: stage.queue };
    const judgement = await judge(evidence);
    const ok = judgement.ok && failures.length === 0 && played.unsent === 0;
    if (ok) rmSync(folder, { recursive: true });
    return { ...judgement, ...played, ok, failures, ...(ok ? {} : { recording }) };
  } finally {
    await stage.close();
  }
}
