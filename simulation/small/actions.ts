import { type Action, lookedAt, type Trouble, type World } from './world.ts';

/** How much of what may happen in one history. */
export interface Bounds {
  /** How often each person presses send. */
  presses: readonly [number, number];
  /** How often the customer writes after the first message. */
  says: number;
  /** How often each trouble may come. */
  most: Readonly<Record<Trouble, number>>;
  /** How many troubles may come together; time that passes and beats do not count. */
  troubles: number;
}

const FREE: ReadonlySet<Trouble> = new Set<Trouble>(['wait', 'beat']);

function troubleOf(action: Action): Trouble | undefined {
  switch (action.do) {
    case 'lose':
      return 'loss';
    case 'repeat':
      return 'repetition';
    case 'swap':
    case 'cut':
    case 'crash':
    case 'rollback':
    case 'wait':
    case 'beat':
      return action.do;
    default:
      return undefined;
  }
}

/** Counts what an action uses up. */
export function spend(world: World, action: Action): World {
  const trouble = troubleOf(action);
  if (!trouble) return world;
  return { ...world, spent: { ...world.spent, [trouble]: (world.spent[trouble] ?? 0) + 1 } };
}

/** Everything that can happen next within the bounds. */
export function actionsIn(world: World, bounds: Bounds): Action[] {
  const all: Action[] = [];
  if (world.said < bounds.says) all.push({ do: 'say' });
  for (const page of world.pages.keys()) all.push(...ofPage(world, page, bounds));
  for (let items = 1; items < world.server.log.items.length - 1; items++)
    for (const isNoticed of [true, false]) all.push({ do: 'rollback', items, isNoticed });
  return all.filter((action) => isAllowed(world, action, bounds));
}

function isAllowed({ spent }: World, action: Action, { most, troubles }: Bounds): boolean {
  const trouble = troubleOf(action);
  if (!trouble) return true;
  if ((spent[trouble] ?? 0) >= most[trouble]) return false;
  if (FREE.has(trouble)) return true;
  const together = Object.entries(spent).reduce((sum, [name, n]) => (FREE.has(name as Trouble) ? sum : sum + n), 0);
  return together < troubles;
}

function ofPage(world: World, page: number, bounds: Bounds): Action[] {
  const all: Action[] = [];
  const it = world.pages[page];
  if (!it) return all;
  const { line, t } = it;
  if (line?.up.length) all.push({ do: 'up', page });
  if (line?.down.length) all.push({ do: 'down', page });
  if (it.pressed < (bounds.presses[page] ?? 0)) all.push({ do: 'press', page });
  if ((lookedAt(it)?.attempt ?? 9) < 2) all.push({ do: 'again', page });
  if (t.link.state === 'waiting') all.push({ do: 'wake', page });
  for (const way of ['up', 'down'] as const) {
    const frames = line?.[way] ?? [];
    if (frames.length > 0) all.push({ do: 'lose', page, way }, { do: 'repeat', page, way });
    if (frames.length > 1) all.push({ do: 'swap', page, way });
  }
  if (line) all.push({ do: 'cut', page });
  if (line?.watches) all.push({ do: 'beat', page });
  all.push({ do: 'wait', page });
  for (const keeps of ['all', 'older', 'outbox', 'nothing'] as const) all.push({ do: 'crash', page, keeps });
  return all;
}
