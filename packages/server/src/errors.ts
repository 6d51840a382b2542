/**
 * An error that a person can do something about: a code for programs, one sentence for people.
 * Whatever is thrown that is not a HeedError is a bug or a broken machine.
 */
export class HeedError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'HeedError';
    this.code = code;
    this.details = details;
  }
}

/** What was thrown, in one sentence, whatever it was. */
export function sentenceOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(sentenceOf).join('; ');
  if (thrown instanceof Error) return thrown.message;
  return String(thrown);
}

/** The code of a HeedError or of a system error (ENOENT, 57P01 …), if it has one. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
