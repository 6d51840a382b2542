/** The refusals after which the same send may succeed (SND5); apart from the table, which terminals need not carry. */
const AGAIN: ReadonlySet<string> = new Set([
  'rate_limited',
  'unavailable',
  'wrong_epoch',
  'unknown_follows',
  'damaged',
]);

/** Whether the terminal should try the same send again. Unknown codes are final. */
export function mayTryAgain(code: string): boolean {
  return AGAIN.has(code);
}
