export type Part = { text: string; href?: undefined } | { text: string; href: string };

/** One unbroken run without spaces, quotes, angle brackets and characters that turn or hide what is read. */
const CANDIDATE = /https?:\/\/[^\s<>"'`\\^{|}\p{Cc}\p{Cf}]+/giu;
const OPENER: Readonly<Record<string, string>> = { ')': '(', ']': '[', '）': '（', '】': '【', '」': '「', '»': '«' };
const TRAILING = new Set('.,;:!?…)]}）】」»”’。，；：！？、*_~');

const countOf = (text: string, char: string): number => text.split(char).length - 1;

/** Cuts what belongs to the sentence and not to the address; a bracket stays if the address opened it. */
function withoutTail(address: string): string {
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1] as string;
    if (!TRAILING.has(last)) break;
    const opener = OPENER[last];
    const body = address.slice(0, end);
    if (opener && countOf(body, opener) >= countOf(body, last)) break;
  }
  return address.slice(0, end);
}

/** The address to go to: http and https only, and nothing that shows one host and leads to another. */
function hrefOf(address: string): string | undefined {
  if (address.length > 2048 || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  const safe = (url.protocol === 'http:' || url.protocol === 'https:') && !url.username && !url.password;
  return safe && url.hostname.includes('.') ? url.href : undefined;
}

/** Splits a text into plain parts and links. Joined again, the parts are the text to the letter. */
export function splitLinks(text: string): Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const address = withoutTail(match[0]);
    const href = hrefOf(address);
    if (!href) continue;
    if (match.index > done) parts.push({ text: text.slice(done, match.index) });
    parts.push({ text: address, href });
    done = match.index + address.length;
  }
  if (done < text.length || parts.length === 0) parts.push({ text: text.slice(done) });
  return parts;
}
