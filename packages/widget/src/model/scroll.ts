/** Closer than this to the end, the reader follows the conversation. */
const NEAR_END = 48;
/** Closer than this to the beginning, older items are fetched. */
const NEAR_START = 160;

export function followed(top: number, height: number, whole: number): boolean {
  return whole - top - height <= NEAR_END;
}

export function wantsOlder(top: number): boolean {
  return top <= NEAR_START;
}
