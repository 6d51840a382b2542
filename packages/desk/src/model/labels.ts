import type { Terminal } from '@heed/client';
import { ask } from './ask.ts';
import { keptFrom } from './kept.ts';
import { entriesIn } from './views.ts';

export const offeredLabels = keptFrom('/v1/labels', ({ labels }: { labels: string[] }) => labels);

/** The labels of what is open, with how many carry each, the most first. */
export function labelsInUse(t: Terminal): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { entry } of entriesIn(t, 'all'))
    for (const label of entry.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}

/** What may be chosen: what is offered and what is carried, by name; with what was typed where that is new. */
export function choicesOf(
  offered: readonly string[],
  carried: readonly string[],
  typed: string,
): { name: string; isNew: boolean }[] {
  const wanted = typed.trim().toLocaleLowerCase();
  const names = [...new Set([...carried, ...offered])].sort((a, b) => a.localeCompare(b));
  const found = names.filter((name) => name.toLocaleLowerCase().includes(wanted));
  const isKnown = names.some((name) => name.toLocaleLowerCase() === wanted);
  return [
    ...found.map((name) => ({ name, isNew: false })),
    ...(wanted === '' || isKnown ? [] : [{ name: typed.trim().slice(0, 60), isNew: true }]),
  ];
}

/** What a change of labels sends; undefined where nothing changes. */
export function labelChange(
  before: readonly string[],
  after: readonly string[],
): { add?: string[]; remove?: string[] } | undefined {
  const add = after.filter((name) => !before.includes(name));
  const remove = before.filter((name) => !after.includes(name));
  if (add.length === 0 && remove.length === 0) return undefined;
  return { ...(add.length > 0 ? { add } : {}), ...(remove.length > 0 ? { remove } : {}) };
}

/** Offers a new label to everybody from now on; a conversation carries it even where that fails. */
export async function offer(name: string): Promise<void> {
  try {
    await ask('POST', '/v1/labels', { body: { name } });
    await offeredLabels.refresh();
  } catch (error) {
    console.warn('heed: a label could not be offered', error);
  }
}
