/** A deliberate fault: a patch to the product, and where it has to be found. */
export interface Mutant {
  name: string;
  rule: string;
  title: string;
  /** `worlds`, or a project of the tests with the files that must fail: `pg packages/…`. */
  where: string;
  files: FilePatch[];
}

/** What a patch changes in one file: each hunk as the lines that must be there, and those that take their place. */
export interface FilePatch {
  path: string;
  hunks: { old: string; new: string }[];
}

const HEADERS = ['rule', 'title', 'where'] as const;

/** Reads a patch with its three headers. */
export function parseMutant(name: string, text: string): Mutant {
  const lines = text.split('\n');
  const headers = HEADERS.map((header): [string, string] => {
    const line = lines.find((each) => each.startsWith(`${header}: `));
    if (line === undefined) throw new Error(`${name} does not say its ${header}`);
    return [header, line.slice(header.length + 2).trim()];
  });
  const files: FilePatch[] = [];
  for (const line of lines) {
    const file = files.at(-1);
    const hunk = file?.hunks.at(-1);
    if (line.startsWith('--- ')) continue;
    if (line.startsWith('+++ b/')) files.push({ path: line.slice('+++ b/'.length).trim(), hunks: [] });
    else if (line.startsWith('@@')) file?.hunks.push({ old: '', new: '' });
    else if (hunk) {
      const rest = `${line.slice(1)}\n`;
      if (line.startsWith(' ') || line.startsWith('-')) hunk.old += rest;
      if (line.startsWith(' ') || line.startsWith('+')) hunk.new += rest;
    }
  }
  if (files.every(({ hunks }) => hunks.length === 0)) throw new Error(`${name} changes nothing`);
  return { name, files, ...(Object.fromEntries(headers) as Record<(typeof HEADERS)[number], string>) };
}

/** A file with a patch in it. The lines must be there exactly once: a patch that fits no more says nothing. */
export function patched(content: string, { path, hunks }: FilePatch): string {
  return hunks.reduce((text, hunk) => {
    const places = text.split(hunk.old).length - 1;
    if (places !== 1) throw new Error(`a hunk fits ${places} times into ${path}`);
    return text.replace(hunk.old, () => hunk.new);
  }, content);
}
