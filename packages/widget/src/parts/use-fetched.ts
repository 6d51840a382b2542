import { useEffect, useState } from 'preact/hooks';
import { atLast } from '../app/at-last.ts';

/** Parts of the window that are fetched after its first picture; until then it goes on without them. */
export function useFetched<T>(fetch: () => Promise<T>, begun?: T): T | undefined {
  const [fetched, setFetched] = useState(begun);
  useEffect(() => {
    if (!begun) void atLast(fetch).then((it) => setFetched(() => it));
  }, []);
  return fetched;
}
