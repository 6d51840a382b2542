import { HeedError } from '../errors.ts';

/** `agent` and `inbox` can only add so far; anything else that was typed is refused by name. */
export function needAdd(command: string, words: readonly string[]): void {
  if (words.length === 1 && words[0] === 'add') return;
  const typed = words.length === 0 ? 'nothing' : JSON.stringify(words.join(' '));
  throw new HeedError('bad_command', `After ${command} comes "add" and then flags; you typed ${typed}.`);
}
