import { useEffect, useState } from 'preact/hooks';

type Cards = typeof import('./cards.ts');

/** The cards, once one is wanted and they were fetched; without a connection the window goes on without. */
export function useCards(wanted: boolean): Cards | undefined {
  const [cards, setCards] = useState<Cards | undefined>();
  useEffect(() => {
    if (wanted) import('./cards.ts').then(setCards, () => undefined);
  }, [wanted]);
  return cards;
}
