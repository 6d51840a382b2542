import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trial } from './mutants.ts';

const BEGIN = '<!-- mutants: written by npm run prove -- --write -->';
const END = '<!-- end of mutants -->';

/** Writes the table of mutants into the page between its two markers. */
export function writeTable(root: string, trials: readonly Trial[]): void {
  const path = join(root, 'docs/proof.md');
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), trials));
}

/** The page with this table in it. */
export function withTable(page: string, trials: readonly Trial[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('the page has no place for the table of mutants');
  const head = '| rule | what is wrong | where | until it was found | by |\n|---|---|---|---|---|';
  const rows = trials.map(({ rule, title, where, isFound, worlds, seconds, by }) => {
    const until = !isFound ? '**not found**' : worlds === undefined ? `${seconds} s` : `${worlds} worlds`;
    return `| ${rule} | ${title} | ${where} | ${until} | ${by.replaceAll('|', '\\|')} |`;
  });
  return `${page.slice(0, begin + BEGIN.length)}\n\n${head}\n${rows.join('\n')}\n\n${page.slice(end)}`;
}
