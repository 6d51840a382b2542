import { type RefObject, useLayoutEffect, useRef } from 'react';

const MOVE_MS = 240;

/** Rows that changed their place go there in 240 ms; a new one is there at once (DESIGN §6). */
export function useMovedRows(table: RefObject<HTMLElement | null>, ids: readonly string[]): void {
  const tops = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const rows = [...(table.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const now = new Map(rows.map((row) => [row.dataset.row ?? '', row.offsetTop]));
    for (const row of rows) {
      const before = tops.current.get(row.dataset.row ?? '');
      const by = before === undefined ? 0 : before - row.offsetTop;
      if (by !== 0 && !still)
        row.animate([{ transform: `translateY(${by}px)` }, { transform: 'none' }], {
          duration: MOVE_MS,
          easing: 'ease',
        });
    }
    tops.current = now;
  }, [table, ids.join(' ')]);
}
