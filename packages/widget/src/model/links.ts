export type Part = { text: string; href?: undefined } | { text: string; href: string };

/** One unbroken run without spaces, quotes, angle brackets and characters that turn or hide what is read. */
const CANDIDATE = /https?:\/\/[^\s<>"'`\\^{|}\p{Cc}\p{Cf}]+/giu;
const OPENER: Readonly<Record<string, string>> = { ')': '(', ']': '[', '）': '（', '】': '【', '」': '「', '»': '«' };
const TRAILING = new Set('.,;:!?…)]}）】」»”’。，；：！？、*_~');

/** Longer ones are left as text: browsers and servers cut them too. */
const LONGEST = 2048;

const countOf = (text: string, char: string): number => text.split(char).length - 1;

/** Cuts what belongs to the sentence and not to the address; a bracket stays if the address opened it. */
function withoutTail(address: string): string {
  const left = new Map<string, number>();
  const surplus = (closer: string, opener: string): number =>
    left.get(closer) ?? countOf(address, closer) - countOf(address, opener);
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1] as string;
    if (!TRAILING.has(last)) break;
    const opener = OPENER[last];
    if (!opener) continue;
    const more = surplus(last, opener);
    if (more <= 0) break;
    left.set(last, more - 1);
  }
  return address.slice(0, end);
}

/** The address to go to: http and https only, and nothing that shows one host and leads to another. */
function hrefOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const safe = (url.protocol === 'http:' || url.protocol === 'https:') && !url.username && !url.password;
  return safe && url.hostname.includes('.') ? url.href : undefined;
}

/** Splits a text into plain parts and links. Joined again, the parts are the text to the letter. */
export function splitLinks(text: string): Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const address = match[0].length <= LONGEST ? withoutTail(match[0]) : '';
    const href = hrefOf(address);
    if (!href) continue;
    if (match.index > done) parts.push({ text: text.slice(done, match.index) });
    parts.push({ text: address, href });
    done = match.index + address.length;
  }
  if (done < text.length || parts.length === 0) parts.push({ text: text.slice(done) });
  return parts;
}
