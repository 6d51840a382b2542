/** What a message carries of them (§11). */
const MOST = 8;
const LONGEST = 80;

/** Answers for the customer to press, as an agent writes them: one on each line, each once. */
export function answersIn(written: string): string[] {
  const lines = written.split('\n').map((line) => line.trim().slice(0, LONGEST).toWellFormed());
  return [...new Set(lines.filter((line) => line !== ''))].slice(0, MOST);
}
