import { useEffect, useState } from 'preact/hooks';

export type Cards = typeof import('./cards.ts');

/** What the first picture does without, fetched once it is drawn; where that fails the window goes on without. */
export function useCards(): Cards | undefined {
  const [cards, setCards] = useState<Cards | undefined>();
  useEffect(() => void import('./cards.ts').then(setCards, () => undefined), []);
  return cards;
}
