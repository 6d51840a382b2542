import { type ItemBodies, isMaterial } from '@heed/protocol';
import { stepOf } from '../../packages/client/src/selectors.ts';
import { type Histories, hasPoint, headOf, type Log, STREAM } from './log.ts';
import type { Page, World } from './world.ts';

/** Every history that the server ever had in an epoch and that went on from nothing else. */
function historiesOf({ server }: World, epoch: string): Log[] {
  return [server, ...server.past].filter((each) => each.epoch === epoch).map(({ log }) => log);
}

/** Whether the server lost something without a new epoch: then what was said to be stored may be gone. */
function wentBackUnnoticed({ server }: World): boolean {
  return server.past.some(({ epoch }) => epoch === server.epoch);
}

/** What must be so in every state, in the words of whoever finds that it is not; undefined where all is well. */
export function violationIn(world: World, histories: Histories): string | undefined {
  return logViolation(world) ?? first(world.pages, (page) => pageViolation(world, page, histories));
}

function first<T>(all: readonly T[], what: (each: T) => string | undefined): string | undefined {
  for (const each of all) {
    const found = what(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function logViolation({ server: { log } }: World): string | undefined {
  const ids = log.items.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) return `I2 the log has an id twice: ${ids.join(', ')}`;
  return first(log.items, (item) => {
    if (item.kind !== 'message' || item.actor.type !== 'agent') return undefined;
    const { seen } = item.body as ItemBodies['message'];
    if (!seen || (seen.n > 0 && !hasPoint(log, seen))) return `I3 ${item.id} names a point that the log does not have`;
    const between = log.items.slice(seen.n, item.n - 1);
    const unseen = between.find((each) => isMaterial(each.kind, each.actor.type) && each.actor.id !== item.actor.id);
    const isCaused = unseen?.actor.type === 'system' && isOwnCause(unseen.id, item.actor.id, log);
    return unseen && !isCaused
      ? `I3 ${item.id} was stored over ${unseen.id}, which its author had not seen`
      : undefined;
  });
}

function isOwnCause(id: string, author: string, log: Log): boolean {
  const cause = log.items.find((item) => item.id === id.slice(0, id.indexOf('.')));
  return cause?.actor.id === author;
}

function pageViolation(world: World, page: Page, histories: Histories): string | undefined {
  return (
    windowViolation(world, page, histories) ??
    leftViolation(page, histories) ??
    alarmViolation(world, page) ??
    storedViolation(world, page)
  );
}

/** SND1: it leaves the outbox when it is in the window, or below it. */
function leftViolation({ t, left }: Page, histories: Histories): string | undefined {
  const lost = left.find(({ id, h }) => !histories.at(h ?? '')?.items.some((item) => item.id === id));
  return lost && `SND1 ${lost.id} left the outbox of ${t.id}, which did not hold it`;
}

/** CMP3: nobody calls diverged what only came late. */
function alarmViolation({ server }: World, { t }: Page): string | undefined {
  const isAlarmed = t.counters.divergences > 0 && server.past.length === 0;
  return isAlarmed ? `CMP3 ${t.id} found a divergence where there was none` : undefined;
}

function windowViolation(world: World, { t, now }: Page, histories: Histories): string | undefined {
  const replica = t.replicas.get(STREAM);
  if (!replica?.at) return undefined;
  const { at, before, items, epoch, phase } = replica;
  const log = histories.at(at.h);
  if (!log || headOf(log).n !== at.n) return `I1 ${t.id} holds the point ${at.n} ${at.h}, which never was`;
  const expected = log.items.slice(before.n);
  const isStretch = items.length === expected.length && items.every((item, i) => item === expected[i]);
  if (!isStretch)
    return `I1 ${t.id} shows ${items.map(({ id }) => id)} where the log has ${expected.map(({ id }) => id)}`;
  if (!hasPoint(log, before)) return `I1 ${t.id} begins at a point that the log does not have`;
  if (JSON.stringify(replica.state) !== JSON.stringify(log.conversation.state))
    return `habit 10: ${t.id} shows ${JSON.stringify(replica.state)}`;
  // A frozen window is what it was, and says so.
  if (phase.name !== 'held') return undefined;
  if (!historiesOf(world, epoch).some((known) => hasPoint(known, at)))
    return `I10 ${t.id} holds in ${epoch} what was never in it`;
  const step = stepOf(t, STREAM, now).name;
  return step === 'in-step' && epoch !== t.epoch
    ? `I9 ${t.id} is in step with ${epoch}, and knows of ${t.epoch}`
    : undefined;
}

/** SND2: what was called stored is in the log of that epoch. */
function storedViolation(world: World, { t, line }: Page): string | undefined {
  if (wentBackUnnoticed(world)) return undefined;
  const { server } = world;
  const stored = t.outbox.find(
    ({ state }) => state.name === 'stored' && t.epoch === server.epoch && !hasPoint(server.log, state.at),
  );
  if (stored) return `I2 ${stored.id} was called stored, and is not there`;
  const told = line?.down.find(
    (frame) => frame.t === 'sent' && server.past.length === 0 && !hasPoint(server.log, frame.at),
  );
  return told && `I2 ${told.t} is told of what is not there`;
}

/** What must be so once everything has been delivered and nothing goes wrong any more. */
export function restlessness(world: World): string | undefined {
  return first(world.pages, (page) => restlessPage(world, page)) ?? lostPress(world);
}

function restlessPage({ server }: World, { t, now }: Page): string | undefined {
  const replica = t.replicas.get(STREAM);
  const head = headOf(server.log);
  if (!replica?.at || replica.at.n !== head.n || replica.at.h !== head.h)
    return `I4 the window of ${t.id} is at ${replica?.at?.n} and the log at ${head.n}`;
  if (stepOf(t, STREAM, now).name !== 'in-step') return `I4 ${t.id} is ${stepOf(t, STREAM, now).name}`;
  // Behind what its author is to look at, the rest waits in sight (SND4).
  const isLookedAt = t.outbox.some(({ state }) => state.name === 'held' || state.name === 'review');
  const quiet = new Set(['held', 'review', 'refused', ...(isLookedAt ? ['waiting'] : [])]);
  const restless = t.outbox.find(({ state }) => !quiet.has(state.name));
  return restless && `I15 ${restless.id} of ${t.id} is ${restless.state.name}`;
}

/** Whatever was pressed is in the log, or in sight, or was lost with what the database or the device lost. */
function lostPress(world: World): string | undefined {
  const inLog = world.server.log.items.map(({ id }) => id);
  return first(world.pages, ({ t, pressed, forgotten, left }) => {
    const known = new Set([...t.outbox, ...left].map(({ id }) => id).concat(forgotten, inLog));
    const ids = Array.from({ length: pressed }, (_, index) => `${t.id.slice(0, 1)}${index + 1}`);
    const lost = ids.find((id) => !known.has(id));
    return lost && `I2 ${lost} was pressed, and is nowhere`;
  });
}
