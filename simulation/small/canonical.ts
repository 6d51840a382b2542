import { hash } from 'node:crypto';
import type { Frame, Item, Point, Request } from '@heed/protocol';
import type { Pending, Replica, Terminal } from '../../packages/client/src/state.ts';
import { headOf, STREAM } from './log.ts';
import type { Line, Page, World } from './world.ts';

/**
 * A world's name: two worlds have the same one if nothing that can still happen tells them apart. Times are ages, the
 * names of requests are told apart only where an answer could still fit, and of an item its hash says everything.
 */
export function nameOf(world: World): string {
  return hash('sha1', JSON.stringify([sightOf(world), world.spent]), 'base64');
}

/** The same without what was used up: what can happen from here when nothing more goes wrong. */
export function sightOf({ server, pages, said }: World): unknown {
  const past = server.past.map(({ epoch, log }) => [epoch, headOf(log).h]);
  return [server.epoch, headOf(server.log).h, past, said, pages.map(page)];
}

/** Which requests somebody still waits for. */
function awaited(t: Terminal): Map<string, string> {
  const names = new Map<string, string>();
  const asking = t.replicas.get(STREAM)?.asking?.re;
  if (asking) names.set(asking, 'asked');
  for (const { id, state } of t.outbox) if ('re' in state && state.re) names.set(state.re, id);
  if (t.checked) names.set(t.checked.re, 'check');
  return names;
}

function page({ t, now, line, outbox, epoch, pressed, forgotten, left }: Page): unknown {
  const names = awaited(t);
  const re = (name: string | undefined) => (name === undefined ? 0 : name === '' ? '' : (names.get(name) ?? 'x'));
  const age = (at: number | undefined) => (at === undefined ? -1 : Math.min(now - at, 40_000));
  const later = (at: number | undefined) => at !== undefined && at > now;
  const kept = [...outbox.values()].map(({ id, state, attempt, flown }) => [id, state.name, attempt, flown]);
  const replica = t.replicas.get(STREAM);
  return [
    [t.id, t.link.state, 'attempt' in t.link ? t.link.attempt : 0],
    t.link.state === 'open' ? age(t.link.heardAt) : later('until' in t.link ? t.link.until : undefined),
    t.link.state === 'connecting' || t.link.state === 'greeting' ? age(t.link.since) : 0,
    [t.epoch, t.formerEpoch, t.late, t.you?.id, [...t.mine]],
    t.checked ? [...t.checked.held] : 0,
    replica && window(replica, re, age),
    ranked(t.outbox).map((pending) => [
      [pending.id, pending.attempt, pending.state.name, pending.flown, pending.follows],
      [point(pending.basedOn), later(pending.retryAt)],
      whereabouts(pending, age),
    ]),
    line && lineOf(line, re),
    [kept, epoch, pressed, forgotten, left],
  ];
}

function ranked(outbox: readonly Pending[]): Pending[] {
  return outbox.toSorted((a, b) => a.order - b.order);
}

function whereabouts({ state }: Pending, age: Age): unknown {
  if (state.name === 'flying') return age(state.at);
  if (state.name === 'stored') return point(state.at);
  return state.name === 'held' ? state.because : 0;
}

type Re = (name: string | undefined) => string | number;
type Age = (at: number | undefined) => number;

function window(replica: Replica, re: Re, age: Age): unknown {
  const { epoch, phase, before, items, at, head, provenAt, asking, stuck, malformed, heldAtBeat, shown, seen } =
    replica;
  return [
    [epoch, phase, point(before), hashes(items), point(at), point(head), age(provenAt)],
    asking && [re(asking.re), asking.what, age(asking.at), asking.tries, asking.asked],
    [stuck && [stuck.n, Math.min(stuck.times, 4)], malformed, heldAtBeat, [...shown].sort(), point(seen)],
    replica.readTold,
  ];
}

function point(at: Point | undefined): unknown {
  return at ? at.n + at.h : 0;
}

function hashes(items: readonly Item[]): string {
  return items.map(({ h }) => h).join();
}

function lineOf({ up, down, watches }: Line, re: Re): unknown {
  const sent = up.map((request: Request) => ({ ...request, re: 're' in request ? re(request.re) : 0 }));
  const coming = down.map((frame: Frame) => {
    const about = { ...frame, re: 're' in frame ? re(frame.re) : 0 };
    if ('items' in about) return { ...about, items: hashes(about.items), state: 0, customer: 0 };
    return about.t === 'held' ? { ...about, update: { ...about.update, items: hashes(about.update.items) } } : about;
  });
  return [sent, coming, watches];
}
