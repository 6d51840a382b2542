/** Something in the tables that is not as it must be. `code` names the check that found it. */
export interface Finding {
  code: string;
  stream: string;
  /** The number in the stream, or 0 where the whole of it is meant. */
  n: number;
  sentence: string;
}

/** What was looked at, and what was wrong: all of it counted, the first hundred kept. */
export interface Verdict {
  checked: Record<Counted, number>;
  wrong: number;
  findings: Finding[];
}

export type Counted =
  | 'conversations'
  | 'items'
  | 'bodies'
  | 'erased'
  | 'chatItems'
  | 'waiting'
  | 'lists'
  | 'points'
  | 'entries'
  | 'keys'
  | 'epochs';

const KEPT = 100;

/** Gathers a verdict while the tables are read. */
export class Findings {
  readonly verdict: Verdict = {
    checked: {
      conversations: 0,
      items: 0,
      bodies: 0,
      erased: 0,
      chatItems: 0,
      waiting: 0,
      lists: 0,
      points: 0,
      entries: 0,
      keys: 0,
      epochs: 0,
    },
    wrong: 0,
    findings: [],
  };

  count(what: Counted, by = 1): void {
    this.verdict.checked[what] += by;
  }

  wrong(code: string, stream: string, n: number, sentence: string): void {
    this.verdict.wrong++;
    if (this.verdict.findings.length < KEPT) this.verdict.findings.push({ code, stream, n, sentence });
  }
}
