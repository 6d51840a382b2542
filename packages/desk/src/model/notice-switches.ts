import type { Shelf } from './discarded.ts';
import { NOTICE_KINDS, type NoticeKind } from './notices.ts';

export const NOTICE_WAYS = ['sound', 'desktop'] as const;
export type NoticeWay = (typeof NOTICE_WAYS)[number];
export type Switches = Record<NoticeWay, Record<NoticeKind, boolean>>;

const KEY = 'heed-notices';

function all(on: boolean): Record<NoticeKind, boolean> {
  return { order: on, message: on, soon: on, mention: on };
}

/** How this device tells its agent; a browser's own notifications only after somebody asked for them. */
export function switchesOn(shelf: Shelf): Switches {
  const switches: Switches = { sound: all(true), desktop: all(false) };
  try {
    const kept = JSON.parse(shelf.getItem(KEY) ?? '{}') as Partial<Record<NoticeWay, unknown>>;
    for (const way of NOTICE_WAYS) {
      const chosen = (kept[way] ?? {}) as Partial<Record<NoticeKind, unknown>>;
      for (const kind of NOTICE_KINDS) if (typeof chosen[kind] === 'boolean') switches[way][kind] = chosen[kind];
    }
  } catch {
    // No storage, or leftovers of another version: as for somebody new.
  }
  return switches;
}

/** Keeps a choice; where nothing can be kept it lasts as long as the page. */
export function turn(shelf: Shelf, switches: Switches, way: NoticeWay, kind: NoticeKind, on: boolean): Switches {
  const next = { ...switches, [way]: { ...switches[way], [kind]: on } };
  try {
    shelf.setItem(KEY, JSON.stringify(next));
  } catch (error) {
    console.warn('heed: this device could not keep the choice', error);
  }
  return next;
}
