import type { Figures } from '@heed/protocol';
import { tokenForConnection } from './session.ts';

export type FiguresNow =
  | { state: 'none' }
  | { state: 'known'; figures: Figures; at: number; isLate: boolean }
  | { state: 'forbidden' };

/** Figures of the day change by the answer, not by the second. */
const EVERY_MS = 10_000;

/** When the day began where its reader is. */
export function dayBegan(now: number): string {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).toISOString();
}

async function ask(queue: string | undefined, fresh: boolean): Promise<Response> {
  const token = await tokenForConnection(fresh);
  const query = new URLSearchParams({ from: dayBegan(Date.now()), ...(queue === undefined ? {} : { queue }) });
  return fetch(`/v1/figures?${query}`, { headers: { authorization: `Bearer ${token ?? ''}` } });
}

async function read(queue: string | undefined): Promise<Figures | 'forbidden'> {
  const first = await ask(queue, false);
  const answer = first.status === 401 ? await ask(queue, true) : first;
  if (answer.status === 403) return 'forbidden';
  if (!answer.ok) throw new Error(`The figures were answered ${answer.status}.`);
  return (await answer.json()) as Figures;
}

/** Reads the figures again and again; the last ones stay, and are said to be late, while none can be had. */
export function watchFigures(queue: string | undefined, changed: (now: FiguresNow) => void): () => void {
  let last: FiguresNow = { state: 'none' };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const tell = (now: FiguresNow) => {
    last = now;
    if (!isOver) changed(now);
  };
  const look = async () => {
    try {
      const figures = await read(queue);
      tell(
        figures === 'forbidden' ? { state: 'forbidden' } : { state: 'known', figures, at: Date.now(), isLate: false },
      );
    } catch (error) {
      console.warn('heed: the figures could not be read', error);
      if (last.state === 'known') tell({ ...last, isLate: true });
    }
    if (!isOver) timer = setTimeout(() => void look(), EVERY_MS);
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
