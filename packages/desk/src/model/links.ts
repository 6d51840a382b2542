/** A stretch of a message: plain, or an address that can be opened. */
export interface Stretch {
  text: string;
  href?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"']+/giu;
/** Marks that end a sentence rather than an address. */
const TAIL = /[.,;:!?)\]}»”’]+$/u;

/** An address that shows one host and leads to another (`https://bank.example@thief.example`) stays text. */
function isPlain(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username === '' && password === '';
}

/** Finds addresses in a message; only http and https are ever made into links. */
export function stretchesOf(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TAIL, '');
    if (!isPlain(address)) continue;
    if (match.index > at) stretches.push({ text: text.slice(at, match.index) });
    stretches.push({ text: address, href: address });
    at = match.index + address.length;
  }
  if (at < text.length) stretches.push({ text: text.slice(at) });
  return stretches;
}
