import type { FileState } from '../state.ts';

/** What an answer of the server means for an upload (§11). */
export type Verdict =
  | { do: 'go-on'; received: number }
  | { do: 'end'; state: FileState }
  /** The token was not good any more. */
  | { do: 'renew' }
  | { do: 'retry' };

/** Codes after which the same file never goes. */
const FINAL: ReadonlySet<string> = new Set(['bad_type', 'too_large', 'id_reused', 'bad_request', 'forbidden']);

interface Answer {
  code?: unknown;
  message?: unknown;
  received?: unknown;
  isWhole?: unknown;
}

/** Pure: an answer's status and body, as what is to be done. What is not understood is tried again, later. */
export function verdictOf(status: number, body: unknown): Verdict {
  const { code, message, received, isWhole } = (body ?? {}) as Answer;
  if (status === 401) return { do: 'renew' };
  if (status === 200 && isWhole === true) return { do: 'end', state: { name: 'whole' } };
  if (status === 200 && typeof received === 'number') return { do: 'go-on', received };
  if (typeof code === 'string' && FINAL.has(code))
    return { do: 'end', state: { name: 'refused', code, message: String(message) } };
  return { do: 'retry' };
}
