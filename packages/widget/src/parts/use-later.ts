import { useEffect, useState } from 'preact/hooks';

export type Later = typeof import('../app/later.ts');

/** The parts that are fetched after the first picture; where that fails the window goes on without them. */
export function useLater(): Later | undefined {
  const [later, setLater] = useState<Later | undefined>();
  useEffect(() => void import('../app/later.ts').then(setLater, () => undefined), []);
  return later;
}
