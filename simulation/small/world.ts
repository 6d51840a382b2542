import { EMPTY_CONVERSATION, evolveConversation, type Frame, type Request } from '@heed/protocol';
import { keptReplica, restoreReplica } from '../../packages/client/src/shell.ts';
import type { Pending, Replica, Terminal } from '../../packages/client/src/state.ts';
import { type Input, newTerminal, step } from '../../packages/client/src/terminal.ts';
import type { Who } from '../../packages/server/src/domain/permission.ts';
import { STREAM } from './log.ts';
import type { Server, SmallServer } from './server.ts';

/** A connection: what is under way in both directions, in the order in which it was sent. */
export interface Line {
  up: readonly Request[];
  down: readonly Frame[];
  watches: boolean;
}

/** One page: its terminal, what its device keeps, its clock and its connection. */
export interface Page {
  t: Terminal;
  now: number;
  line?: Line;
  outbox: ReadonlyMap<string, Pending>;
  epoch?: string;
  /** How often its reader has pressed send. */
  pressed: number;
  /** Ids that no device remembers since it lost everything. */
  forgotten: readonly string[];
  /** What left the outbox, and the head of the window when it did. */
  left: readonly { id: string; h: string | undefined }[];
}

/** What can go wrong, and what the bounds count. */
export type Trouble = 'loss' | 'repetition' | 'swap' | 'cut' | 'crash' | 'rollback' | 'wait' | 'beat';

/** Everything there is, as one value. */
export interface World {
  server: Server;
  pages: readonly Page[];
  said: number;
  spent: Readonly<Partial<Record<Trouble, number>>>;
}

/**
 * What a device has of a page that crashed: everything, all but the newest item of the window (which is written a little
 * later than it changes), what was pressed, or nothing.
 */
export type Keeps = 'all' | 'older' | 'outbox' | 'nothing';

/** What can happen next. */
export type Action =
  | { do: 'up' | 'down' | 'press' | 'again' | 'wake'; page: number }
  | { do: 'say' }
  | { do: 'lose' | 'repeat' | 'swap'; page: number; way: 'up' | 'down' }
  | { do: 'cut' | 'wait' | 'beat'; page: number }
  | { do: 'crash'; page: number; keeps: Keeps }
  | { do: 'rollback'; items: number; isNoticed: boolean };

/** Longer than any answer may take (CON2), shorter than the silence that ends a connection (BEAT4). */
const WAIT_MS = 9_000;
const BEGIN = Date.UTC(2030, 0, 7);
const NAMES = ['ann', 'bob'];

/** What a page does with a frame before it looks at it: the way to break a rule of the client's. */
export type Lens = (frame: Frame, page: Page) => Frame;

export interface Ground {
  server: SmallServer;
  lens?: Lens;
}

/** Requests that need no answer here: what has been read, that the page lives, that something diverged. */
const UNANSWERED: ReadonlySet<string> = new Set(['read', 'alive', 'diverged', 'shut', 'draft', 'presence']);

function whoOf(page: number, terminal: string): Who {
  const id = NAMES[page] ?? '';
  return { type: 'agent', id, name: id, terminal, isAdmin: false, queues: new Map([['orders', 'agent']]) };
}

function opened(page: number, born: number, now: number): Page {
  const t = newTerminal('desk', `${NAMES[page]}-${born}`, now);
  return { t, now, outbox: new Map(), pressed: 0, forgotten: [], left: [] };
}

/** Two desks have just been opened, and the customer's first message waits. */
export function beginWorld({ server }: Ground, pages: number): World {
  const all = Array.from({ length: pages }, (_, index) =>
    feed(feed(opened(index, 0, BEGIN), { i: 'watch', s: STREAM }), { i: 'start' }),
  );
  return { server: server.begin(), pages: all, said: 0, spent: {} };
}

/** Gives a page an input and does what it asks for. Whoever sits before it looks at everything that it shows. */
function feed(before: Page, input: Input): Page {
  let page = run(before, input);
  const shown = page.t.replicas.get(STREAM)?.items.map(({ n }) => n) ?? [];
  if (shown.length > 0) page = run(page, { i: 'shown', s: STREAM, numbers: shown });
  return page;
}

function run(before: Page, input: Input): Page {
  const { state, effects } = step(before.t, input, before.now, 0.5);
  let page: Page = { ...before, t: state };
  for (const effect of effects) {
    switch (effect.do) {
      case 'connect':
        page = run({ ...page, line: { up: [], down: [], watches: false } }, { i: 'opened', token: '' });
        break;
      case 'disconnect':
        page = offline(page);
        break;
      case 'transmit':
        if (page.line && !UNANSWERED.has(effect.frame.t))
          page = { ...page, line: { ...page.line, up: [...page.line.up, effect.frame] } };
        break;
      case 'put-pending':
        page = { ...page, outbox: new Map(page.outbox).set(effect.pending.id, effect.pending) };
        page = run(page, { i: 'written', id: effect.pending.id });
        break;
      case 'drop-pending': {
        const outbox = new Map(page.outbox);
        outbox.delete(effect.id);
        const left = [...page.left, { id: effect.id, h: page.t.replicas.get(STREAM)?.at?.h }];
        page = { ...page, outbox, left };
        break;
      }
      case 'put-epoch':
        page = { ...page, epoch: effect.epoch };
        break;
    }
  }
  return page;
}

function offline(page: Page): Page {
  const { line: _, ...rest } = page;
  return rest;
}

function withPage(world: World, index: number, page: Page): World {
  return { ...world, pages: world.pages.map((other, i) => (i === index ? page : other)) };
}

function withLine(world: World, index: number, change: Partial<Line>): World {
  const page = pageOf(world, index);
  return page.line ? withPage(world, index, { ...page, line: { ...page.line, ...change } }) : world;
}

function pageOf(world: World, index: number): Page {
  const page = world.pages[index];
  if (!page) throw new Error(`there is no page ${index}`);
  return page;
}

function pushAll(world: World, update: Frame | undefined): World {
  if (!update) return world;
  const pages = world.pages.map((page): Page => {
    if (!page.line?.watches) return page;
    return { ...page, line: { ...page.line, down: [...page.line.down, update] } };
  });
  return { ...world, pages };
}

/** The world after something happened. */
export async function act(ground: Ground, world: World, action: Action): Promise<World> {
  if (action.do === 'say') {
    const { server, pushed } = ground.server.say(world.server, `c${world.said + 1}`);
    return pushAll({ ...world, server, said: world.said + 1 }, pushed);
  }
  if (action.do === 'rollback')
    return { ...world, server: ground.server.rollBack(world.server, action.items, action.isNoticed) };
  if (action.do === 'up') return deliverUp(ground, world, action.page);
  if (action.do === 'beat') {
    const down = pageOf(world, action.page).line?.down ?? [];
    return withLine(world, action.page, { down: [...down, ground.server.beat(world.server)] });
  }
  if (action.do === 'lose' || action.do === 'repeat' || action.do === 'swap')
    return withLine(world, action.page, troubled(pageOf(world, action.page), action));
  return withPage(world, action.page, atPage(ground, pageOf(world, action.page), action));
}

type AtPage = Extract<Action, { page: number }>;

function atPage(ground: Ground, page: Page, action: AtPage): Page {
  switch (action.do) {
    case 'down': {
      const [frame, ...down] = page.line?.down ?? [];
      if (!frame || !page.line) return page;
      const seen = ground.lens ? ground.lens(frame, page) : frame;
      return feed({ ...page, line: { ...page.line, down } }, { i: 'frame', frame: seen });
    }
    case 'press': {
      const id = `${page.t.id.slice(0, 1)}${page.pressed + 1}`;
      const send = { id, s: STREAM, kind: 'message' as const, body: { text: id } };
      return feed({ ...page, pressed: page.pressed + 1 }, { i: 'press', send });
    }
    case 'again':
      return feed(page, { i: 'again', id: lookedAt(page)?.id ?? '' });
    case 'wake':
      return feed(page, { i: 'wake' });
    case 'cut':
      return feed(offline(page), { i: 'closed', code: 1006 });
    case 'wait':
      return feed({ ...page, now: page.now + WAIT_MS }, { i: 'tick' });
    case 'crash':
      return reopened(page, action.keeps);
    default:
      return page;
  }
}

/** The first send that its author is asked to look at again. */
export function lookedAt(page: Page): Pending | undefined {
  return page.t.outbox.find(({ state }) => state.name === 'held' || state.name === 'review');
}

async function deliverUp(ground: Ground, world: World, index: number): Promise<World> {
  const page = pageOf(world, index);
  const [request, ...up] = page.line?.up ?? [];
  if (!request) return world;
  const { server, answers, pushed, watches } = await ground.server.answer(
    world.server,
    whoOf(index, page.t.id),
    request,
  );
  let next = withLine({ ...world, server }, index, { up, ...(watches ? { watches } : {}) });
  // The bus first, then the answer: as the ledger does it.
  next = pushAll(next, pushed);
  const down = pageOf(next, index).line?.down ?? [];
  return withLine(next, index, { down: [...down, ...answers] });
}

/** One frame is lost, comes once more behind all others, or is overtaken by the next. */
function troubled({ line }: Page, { do: what, way }: Extract<Action, { way: string }>): Partial<Line> {
  if (!line) return {};
  const change = <T>(frames: readonly T[]): T[] => {
    const [first, second, ...rest] = frames;
    if (first === undefined) return [];
    if (what === 'lose') return frames.slice(1);
    if (what === 'repeat') return [...frames, first];
    return second === undefined ? [first] : [second, first, ...rest];
  };
  return way === 'up' ? { up: change(line.up) } : { down: change(line.down) };
}

/** A page that crashed and was opened again, with what its device kept. */
function reopened(page: Page, keeps: Keeps): Page {
  const index = NAMES.findIndex((name) => page.t.id.startsWith(name));
  const born = Number(page.t.id.split('-')[1]);
  if (keeps === 'nothing') {
    const forgotten = [...page.forgotten, ...page.t.outbox.map(({ id }) => id)];
    const anew = { ...opened(index, born + 1, page.now), pressed: page.pressed, forgotten, left: page.left };
    return feed(feed(anew, { i: 'watch', s: STREAM }), { i: 'start' });
  }
  const window = page.t.replicas.get(STREAM);
  const replica = window && keeps === 'older' ? olderWindow(window) : window;
  const replicas = keeps !== 'outbox' && replica?.at ? [restoreReplica(keptReplica(replica))] : [];
  const restored: Input = {
    i: 'restored',
    outbox: [...page.outbox.values()],
    replicas,
    drafts: [],
    ...(page.epoch === undefined ? {} : { epoch: page.epoch }),
  };
  const { outbox, pressed, forgotten, left, epoch } = page;
  const again: Page = {
    ...opened(index, born, page.now),
    outbox,
    pressed,
    forgotten,
    left,
    ...(epoch === undefined ? {} : { epoch }),
  };
  return feed(feed(feed(again, restored), { i: 'watch', s: STREAM }), { i: 'start' });
}

/** A window as it was one item earlier, where it is known what that was. */
function olderWindow(replica: Replica): Replica | undefined {
  const items = replica.items.slice(0, -1);
  const last = items.at(-1);
  // The conversation began with two items at once.
  if (!last || last.n < 2 || replica.before.n > 0) return undefined;
  const at = { n: last.n, h: last.h };
  const state = items.reduce(evolveConversation, EMPTY_CONVERSATION);
  return { ...replica, items, at, state, seen: replica.seen.n > at.n ? at : replica.seen };
}
