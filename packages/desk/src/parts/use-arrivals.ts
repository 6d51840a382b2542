import { isNews } from '@heed/client';
import { useRef } from 'react';
import { useTerminal } from './context.ts';

/** What came since somebody began to write: told without moving the caret or what is on screen (DESIGN §4). */
export function useArrivals(s: string, text: string): { count: number; first: number } | undefined {
  const t = useTerminal();
  const began = useRef<number>(undefined);
  const replica = t.replicas.get(s);
  if (text.trim() === '') began.current = undefined;
  else began.current ??= replica?.at?.n;
  const from = began.current;
  if (from === undefined) return undefined;
  const news = replica?.items.filter((item) => item.n > from && isNews(t, item)) ?? [];
  return news[0] ? { count: news.length, first: news[0].n } : undefined;
}
