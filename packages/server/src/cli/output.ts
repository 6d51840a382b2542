import { codeOf, HeedError, sentenceOf } from '../errors.ts';
import type { Log } from '../log.ts';

/** Prints what a command found: one JSON value for programs, or sentences for people. */
export function print(json: boolean, value: object, sentences: string | readonly string[]): void {
  const lines = json ? JSON.stringify(value) : [sentences].flat().join('\n');
  process.stdout.write(`${lines}\n`);
}

/** Prints why a command failed. */
export function printFailure(json: boolean, thrown: unknown): void {
  const code = thrown instanceof HeedError ? thrown.code : (codeOf(thrown) ?? 'internal');
  const message = sentenceOf(thrown);
  if (json) process.stdout.write(`${JSON.stringify({ code, message })}\n`);
  else process.stderr.write(`${message}\n`);
  // What is not ours to expect is a bug or a broken machine: then where it happened is worth more than brevity.
  if (!(thrown instanceof HeedError) && thrown instanceof Error) process.stderr.write(`${thrown.stack}\n`);
}

/** A log for commands: to stderr, as sentences, so that stdout holds the answer alone. */
export const commandLog: Log = {
  info: (_fields, sentence) => void process.stderr.write(`${sentence}\n`),
  warn: (_fields, sentence) => void process.stderr.write(`${sentence}\n`),
  error: (_fields, sentence) => void process.stderr.write(`${sentence}\n`),
};
