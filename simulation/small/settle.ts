import { restlessness } from './invariants.ts';
import { type Action, act, type Ground, type World } from './world.ts';

/** More than this many deliveries without an end are a loop (I13). */
const MOST_DELIVERIES = 200;
/** So many beats, and the time between them, must be enough for whatever happened before. */
const MOST_BEATS = 6;

export type Settled = { ok: true; beats: number } | { ok: false; why: string; actions: Action[] };

/** Nothing goes wrong any more: all is delivered in order, pages connect, beats come. Then all must be well (I4). */
export async function settle(ground: Ground, from: World): Promise<Settled> {
  let world = from;
  const actions: Action[] = [];
  const go = async (action: Action) => {
    actions.push(action);
    world = await act(ground, world, action);
  };
  for (let beats = 0; ; beats++) {
    for (let n = 0; ; n++) {
      const next = delivery(world);
      if (!next) break;
      if (n === MOST_DELIVERIES) return { ok: false, why: 'I13 they never stop talking', actions };
      await go(next);
    }
    const why = restlessness(world);
    if (why === undefined) return { ok: true, beats };
    if (beats === MOST_BEATS) return { ok: false, why, actions };
    for (const page of world.pages.keys()) {
      await go({ do: 'beat', page });
      await go({ do: 'wait', page });
    }
  }
}

function delivery({ pages }: World): Action | undefined {
  for (const [page, { line, t }] of pages.entries()) {
    if (t.link.state === 'waiting') return { do: 'wake', page };
    if (line?.up.length) return { do: 'up', page };
    if (line?.down.length) return { do: 'down', page };
  }
  return undefined;
}
