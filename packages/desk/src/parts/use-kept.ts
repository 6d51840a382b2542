import { useEffect, useSyncExternalStore } from 'react';
import type { Kept } from '../model/kept.ts';

/** What is kept on the server; asked for anew when a part that shows it comes on screen. */
export function useKept<T>(kept: Kept<T>, isWanted = true): T | undefined {
  useEffect(() => {
    if (isWanted) void kept.refresh();
  }, [kept, isWanted]);
  return useSyncExternalStore(kept.subscribe, kept.now);
}
