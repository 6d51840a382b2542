/** At most two letters that stand for a name; whole characters in any script. */
export function initialsOf(name: string): string {
  const names = name.trim().split(/\s+/u).filter(Boolean);
  const chosen = names.length > 1 ? [names[0], names.at(-1)] : names;
  return chosen.map((part) => firstCharacter(part ?? '').toLocaleUpperCase()).join('');
}

const characters = new Intl.Segmenter();

function firstCharacter(text: string): string {
  const [first] = characters.segment(text);
  return first?.segment ?? '';
}

/** The name an agent is called by: the first of the names. */
export function firstName(name: string): string {
  return name.trim().split(/\s+/u, 1)[0] ?? name;
}
