import type { Terminal } from '@heed/client';
import { firstName } from './people.ts';

function names(text: string, name: string): boolean {
  const at = text.toLocaleLowerCase().indexOf(`@${name.toLocaleLowerCase()}`);
  if (at < 0) return false;
  // `@Ann` is not `@Annika`.
  return !/^[\p{L}\p{N}]/u.test(text.slice(at + 1 + name.length));
}

/** The colleagues whom a note names, as `@Teo` or `@Teo Lindgren`; a first name that two share names neither. */
export function mentionsIn(t: Terminal, text: string): string[] {
  const team = (t.you?.team ?? []).filter(({ id }) => id !== t.you?.id);
  const isAlone = (name: string) => team.filter((one) => firstName(one.name) === firstName(name)).length === 1;
  return team
    .filter(({ name }) => names(text, name) || (isAlone(name) && names(text, firstName(name))))
    .map(({ id }) => id);
}
