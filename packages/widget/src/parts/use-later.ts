import { useEffect, useState } from 'preact/hooks';

export type Later = typeof import('../app/later.ts');

/** How soon what could not be fetched is fetched again: messages whose files are on this device wait for it. */
const RETRY_MS = 5000;

/** The parts that are fetched after the first picture; until then the window goes on without them. */
export function useLater(): Later | undefined {
  const [later, setLater] = useState<Later | undefined>();
  useEffect(() => {
    const load = (): void => void import('../app/later.ts').then(setLater, () => setTimeout(load, RETRY_MS));
    load();
  }, []);
  return later;
}
