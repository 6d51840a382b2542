import type { House } from './house.ts';
import type { Person } from './person.ts';

/** A way of not being there, and how it ends. */
export interface Absence {
  id: string;
  run: () => void;
  back: () => void;
}

/** An agent and their pages. */
export interface Absentee {
  agent: string;
  pages: readonly Person[];
  house: House;
  /** How long things go wrong yet: who hangs goes on before that ends, or there would be no window to look at. */
  leftMs: number;
}

/** What an agent may do instead of answering (LST6): each of it must send back what customers wait for. */
export function absences({ agent, pages, house, leftMs }: Absentee): Absence[] {
  const leave = () => {
    for (const page of pages) page.leave();
  };
  const comeBack = () => {
    for (const page of pages) page.comeBack();
  };
  const presence = (state: 'taking' | 'away') => () => {
    for (const { page, isHere } of pages) if (isHere && page.isAwake) page.client.presence(state);
  };
  return [
    { id: 'is away', run: presence('away'), back: presence('taking') },
    { id: 'leaves without a word', run: leave, back: comeBack },
    {
      id: 'signs out',
      run: () => {
        leave();
        house.signOut(agent);
      },
      back: () => {
        house.signIn(agent);
        comeBack();
      },
    },
    {
      id: 'hangs',
      run: () => {
        for (const page of pages) page.hang(Math.min(2 * house.config.graceMs, leftMs));
      },
      back: () => undefined,
    },
  ];
}
