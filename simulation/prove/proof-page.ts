import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trial } from './mutants.ts';
import type { Mutant } from './patch.ts';

const BEGIN = '<!-- mutants: written by npm run prove -- --write -->';
const END = '<!-- end of mutants -->';

/** Writes what became of mutants into the page's table, between its two markers. */
export function writeTable(root: string, trials: readonly Trial[], mutants: readonly Mutant[]): void {
  const path = join(root, 'docs/proof.md');
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), trials, mutants));
}

type Named = Pick<Mutant, 'rule' | 'title' | 'where'>;
const beginOf = ({ rule, title, where }: Named) => `| ${rule} | ${title} | ${where.split(' ')[0]} |`;

/** The page with these trials in its table; rows of other mutants stay, those of mutants that are no more go. */
export function withTable(page: string, trials: readonly Trial[], mutants: readonly Named[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('the page has no place for the table of mutants');
  const before = page.slice(begin, end).split('\n');
  const rows = mutants
    .toSorted((a, b) => (beginOf(a) < beginOf(b) ? -1 : 1))
    .flatMap((mutant) => {
      const trial = trials.find((each) => beginOf(each) === beginOf(mutant));
      return trial ? [rowOf(trial)] : before.filter((row) => row.startsWith(beginOf(mutant)));
    });
  const head = '| rule | what is wrong | where | until it was found | by |\n|---|---|---|---|---|';
  return `${page.slice(0, begin + BEGIN.length)}\n\n${head}\n${rows.join('\n')}\n\n${page.slice(end)}`;
}

function rowOf(trial: Trial): string {
  const { isFound, worlds, seconds, by } = trial;
  const until = !isFound ? '**not found**' : worlds === undefined ? `${seconds} s` : `${worlds} worlds`;
  return `${beginOf(trial)} ${until} | ${by.replaceAll('|', '\\|')} |`;
}
