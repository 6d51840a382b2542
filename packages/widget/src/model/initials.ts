/** At most two letters that stand for a name; whole characters in any script. */
export function initialsOf(name: string): string {
  const names = name.trim().split(/\s+/u).filter(Boolean);
  const chosen = names.length > 1 ? [names[0], names.at(-1)] : names;
  return chosen.map((part) => firstCharacter(part ?? '').toLocaleUpperCase()).join('');
}

/** A letter that nothing joins. What finds other characters takes a slow device 50 ms to begin with. */
const LETTER = /^\p{L}(?![\p{M}\u200d])/u;

function firstCharacter(text: string): string {
  const letter = LETTER.exec(text);
  if (letter || text === '') return letter?.[0] ?? '';
  const [first] = new Intl.Segmenter().segment(text);
  return first?.segment ?? '';
}

/** The name an agent is called by: the first of the names. */
export function firstName(name: string): string {
  return name.trim().split(/\s+/u, 1)[0] ?? name;
}
