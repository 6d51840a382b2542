import { streamId } from '@heed/protocol';
import { absenceOf, attendanceOf } from '../../packages/server/src/domain/presence.ts';
import type {
  StoredConversation,
  StoredItem,
  StoredPresence,
  Tables,
} from '../../packages/server/src/store/memory/data.ts';
import type { Violation } from './check.ts';
import type { QueueSettings } from './house.ts';
import type { Team } from './team.ts';
import { bodyOf, dueBy, follow, NO_TRAIL, placeOf, type Trail } from './trail.ts';

/** What a world's turns came to. */
export interface TurnsFigures {
  pushed: number;
  returned: number;
  steps: number;
  woken: number;
}

export interface Waits {
  graceMs: number;
  awayMs: number;
  deskBeatMs: number;
}

/** So long after its time something may be done yet: a sweep each two seconds, by a node that may have just begun. */
const LATE_MS = 8_000;

/** Something that was given from a queue, as of before it was. */
interface Given {
  id: string;
  from: string;
  to: string;
  reason: string;
  at: string;
  place: string;
  raised: boolean;
}

/**
 * Turns, leases and clocks, judged by the log alone (LST4 to LST7, CLK1 to CLK3, I11): whose turn it was, who was there,
 * which step was due. Where presence or room may have changed between a decision and its commit, nothing is said.
 */
export class TurnsCheck {
  readonly #queues: ReadonlyMap<string, QueueSettings>;
  readonly #roles: ReadonlyMap<string, string[]>;
  readonly #waits: Waits;
  readonly #seen = new WeakSet<StoredConversation>();
  #tables: Tables | undefined;
  #trails = new Map<string, Trail>();
  /** When something last came to each agent: what a commit took from them and gave back leaves them their turn. */
  #enteredAt = new Map<string, string>();
  #entered: [agent: string, at: string][] = [];
  /** When each agent had been heard last, as of the commit before. */
  #heardAt = new Map<string, number>();
  #lookedAt = 0;
  #found: Violation[] = [];
  readonly figures: TurnsFigures = { pushed: 0, returned: 0, steps: 0, woken: 0 };

  constructor(team: Team, waits: Waits) {
    this.#queues = new Map(team.queues.map((queue) => [queue.id, queue]));
    this.#roles = new Map(team.agents.map(({ id, roles }) => [id, Object.keys(roles)]));
    this.#waits = waits;
  }

  /** Looks at what a commit changed; of tables that were put back nothing is known yet. */
  changed(tables: Tables, now: number): Violation[] {
    this.#found = [];
    const isNew = this.#tables !== tables;
    if (isNew) this.#forget(tables);
    const given: Given[] = [];
    for (const [id, stored] of tables.conversations) {
      if (this.#seen.has(stored)) continue;
      this.#seen.add(stored);
      given.push(...this.#follow(tables, id, isNew));
      this.#row(id, stored);
    }
    for (const each of given) this.#turn(tables, each, given);
    for (const [agent, at] of this.#entered.splice(0))
      if (at > (this.#enteredAt.get(agent) ?? '')) this.#enteredAt.set(agent, at);
    this.#heardAt = new Map([...tables.presence].map(([agent, { heardAt }]) => [agent, heardAt]));
    this.#lookedAt = now;
    return this.#found;
  }

  #forget(tables: Tables): void {
    this.#tables = tables;
    this.#trails = new Map();
    // What somebody had for a while and has no longer is not on their list: of that only the list itself knows.
    const entered = [...this.#roles.keys()].map((agent) => [
      agent,
      tables.streams.get(`list/agent:${agent}`)?.enteredAt,
    ]);
    this.#enteredAt = new Map(entered.filter((each): each is [string, string] => each[1] !== undefined));
    this.#heardAt = new Map();
  }

  #say(rule: string, what: string): void {
    this.#found.push({ rule, what });
  }

  #follow(tables: Tables, id: string, isQuiet: boolean): Given[] {
    const stream = tables.streams.get(`conversation/${id}`);
    const given: Given[] = [];
    const before = this.#trails.get(id) ?? NO_TRAIL;
    let trail = before;
    const known = trail.n;
    for (const row of stream ? stream.items.slice(trail.n) : []) {
      const after = follow(trail, row, stream as NonNullable<typeof stream>);
      const { to = null, from = null, reason = '' } = bodyOf(row) as { to?: string; from?: string; reason?: string };
      const isMoved = after.movedN === row.n && typeof to === 'string';
      if (isMoved && to.startsWith('agent:'))
        given.push({
          id,
          from: from ?? '',
          to: to.slice('agent:'.length),
          reason,
          at: row.at,
          place: placeOf(id, trail),
          raised: trail.steps.includes('return'),
        });
      const next = stream?.items[row.n];
      if (!isQuiet) this.#item(tables, id, { trail, row, next, isSettled: trail.movedN <= known });
      trail = after;
    }
    this.#trails.set(id, trail);
    const { holder } = trail.state;
    if (holder !== before.state.holder && holder?.startsWith('agent:'))
      this.#entered.push([holder.slice('agent:'.length), trail.enteredAt]);
    return isQuiet ? [] : given;
  }

  #item(
    tables: Tables,
    id: string,
    step: { trail: Trail; row: StoredItem; next: StoredItem | undefined; isSettled: boolean },
  ): void {
    const { trail, row, next, isSettled } = step;
    if (row.kind === 'escalated') this.#climbed(id, trail, row);
    if (row.kind === 'returned') this.#returned(tables, id, trail, row);
    if (row.kind === 'reopened' && row.actorType === 'system') this.figures.woken++;
    const isWritten = row.kind === 'message' && row.actorType === 'customer';
    if (isWritten && isSettled) this.#written(tables, id, trail, row, next);
  }

  /** CLK3: each step once, in its time, while somebody waits. */
  #climbed(id: string, trail: Trail, row: StoredItem): void {
    this.figures.steps++;
    const { reason } = bodyOf(row) as { reason: 'remind' | 'return' | 'tell' };
    const who = `${id} ${row.n}: ${reason}`;
    if (trail.since === null || trail.state.status !== 'open') return this.#say('CLK3', `${who}, and nobody waits`);
    if (trail.steps.includes(reason)) this.#say('CLK3', `${who} a second time`);
    const due = this.#due(trail, reason === 'remind' ? 'due' : reason).filter((at) => at !== null);
    if (Date.parse(row.at) < Math.min(...due)) this.#say('CLK3', `${who} before it was due`);
  }

  #due(trail: Trail, step: 'due' | 'return' | 'tell'): (number | null)[] {
    const queue = this.#queues.get(trail.clockOf);
    return queue && trail.since !== null ? dueBy(queue, trail.since, step) : [];
  }

  /** LST6: only what somebody waits for goes back, and only from those who are not there. */
  #returned(tables: Tables, id: string, trail: Trail, row: StoredItem): void {
    this.figures.returned++;
    const { reason } = bodyOf(row) as { reason: string };
    const { holder, unanswered } = trail.state;
    const who = `${id} ${row.n} went back from ${holder} (${reason})`;
    if (unanswered.length === 0) this.#say('LST6', `${who}, and nobody waits`);
    const agent = holder?.replace(/^agent:/, '') ?? '';
    const presence = tables.presence.get(agent);
    if (reason === 'overdue' || !presence) return;
    const at = Date.parse(row.at);
    if (reason !== 'gone' && presence.state === 'taking' && presence.since < at)
      this.#say('LST6', `${who}, who takes chats since ${at - presence.since} ms`);
    const awayMs = at - presence.since;
    if (reason === 'away' && presence.state === 'away' && awayMs > 0 && awayMs < this.#waits.awayMs)
      this.#say('LST6', `${who}, who is away for ${awayMs} ms only`);
    const heard = this.#heardAt.get(agent) ?? 0;
    if (reason === 'gone' && this.#lookedAt <= at && heard > at - this.#waits.graceMs)
      this.#say('LST6', `${who}, who was heard ${at - heard} ms before`);
  }

  /** LST6, LST7: what a customer writes to somebody who is not there goes back at once. */
  #written(tables: Tables, id: string, { state }: Trail, row: StoredItem, next: StoredItem | undefined): void {
    const presence = state.holder?.startsWith('agent:') && tables.presence.get(state.holder.slice('agent:'.length));
    if (!presence || state.status === 'resolved') return;
    const at = Date.parse(row.at);
    const isGone = presence.state === 'offline' && presence.since < at;
    const isAway = presence.state === 'away' && presence.since + this.#waits.awayMs <= at;
    const isBack = next?.id.startsWith(row.id) === true && ['returned', 'reopened'].includes(next.kind);
    if ((isGone || isAway) && !isBack)
      this.#say('LST6', `${id} ${row.n} stays with ${state.holder}, who is ${presence.state}`);
  }

  /** What the row says of places and clocks is what the log says (LST4, CLK1, CLK2). */
  #row(id: string, { conversation: c }: StoredConversation): void {
    const trail = this.#trails.get(id);
    if (!trail) return;
    const isRaised = trail.steps.includes('return');
    if (c.priority !== (isRaised ? 1 : 0)) this.#say('LST4', `${id} has priority ${c.priority}`);
    if (c.clock.waitingSince !== trail.since)
      this.#say('LST4', `${id} waits since ${c.clock.waitingSince}, by its log since ${trail.since}`);
    if (trail.since === null) return;
    const due = this.#due(trail, 'due');
    const at = Date.parse(c.clock.dueAt ?? '');
    if (!due.includes(at)) this.#say('CLK2', `${id} is due ${c.clock.dueAt}, by its log ${due.map(iso)}`);
    const left = this.#left(trail).map((step) => Math.max(...this.#due(trail, step).map(Number)));
    if (left.length === 0) return;
    const { nextStepAt } = c.timetable;
    if (nextStepAt === null || Date.parse(nextStepAt) > Math.min(...left))
      this.#say('CLK3', `${id} is looked at ${nextStepAt}, and due ${iso(Math.min(...left))}`);
  }

  /** The steps that are still to come. */
  #left(trail: Trail): ('due' | 'return' | 'tell')[] {
    const steps = [
      ['due', 'remind'],
      ['return', 'return'],
      ['tell', 'tell'],
    ] as const;
    return steps
      .filter(([step, name]) => !trail.steps.includes(name) && this.#due(trail, step)[0] !== null)
      .map(([step]) => step);
  }

  /** LST4, LST5: it was the first of its queue, and it was this agent's turn. */
  #turn(tables: Tables, given: Given, all: readonly Given[]): void {
    const { id, from, to, reason, place } = given;
    if (reason === 'take' || reason === 'push')
      for (const [other, trail] of this.#trails) {
        const { holder, status } = trail.state;
        if (other !== id && holder === from && status === 'open' && placeOf(other, trail) < place)
          this.#say('LST5', `${id} was taken from ${from} before ${other}`);
      }
    if (reason === 'woken' && !this.#mayBe(tables, given)) this.#say('LST7', `${id} woke with ${to}, who is not there`);
    if (reason !== 'push') return;
    this.figures.pushed++;
    const queue = from.slice('queue:'.length);
    if (!this.#mayBe(tables, given)) this.#say('LST5', `${id} was given to ${to}, who is not there`);
    const capacity = this.#queues.get(queue)?.capacity ?? 0;
    const held = this.#held(to);
    if (held > capacity) this.#say('LST5', `${to} was given ${id}, and has ${held} of ${capacity}`);
    if (all.length === 1 && !given.raised) this.#longest(tables, given, queue, capacity);
  }

  /** Whether somebody may have been there when they were given something. */
  #mayBe(tables: Tables, { to, at, reason }: Given): boolean {
    const presence = tables.presence.get(to);
    const moment = Date.parse(at);
    if (!presence) return false;
    const isSilent = reason === 'push' && presence.heardAt <= moment - 2.5 * this.#waits.deskBeatMs;
    return !isSilent && (presence.state === 'taking' || presence.since >= moment);
  }

  #held(agent: string): number {
    const holder = `agent:${agent}`;
    return [...this.#trails.values()].filter(({ state }) => state.holder === holder && state.status === 'open').length;
  }

  /** LST5: nobody who was free for certain had waited longer for work. */
  #longest(tables: Tables, { id, to, at }: Given, queue: string, capacity: number): void {
    const moment = Date.parse(at);
    const chosen = tables.presence.get(to);
    if (!chosen || chosen.since >= moment || this.#lookedAt > moment) return;
    for (const [agent, roles] of this.#roles) {
      const presence = tables.presence.get(agent);
      if (agent === to || !roles.includes(queue) || !presence) continue;
      const isTaking = presence.state === 'taking' && presence.since < moment && presence.signedInAt < moment;
      const isHeard = (this.#heardAt.get(agent) ?? 0) > this.#now(at) - 2.5 * this.#waits.deskBeatMs;
      const isStill = (tables.streams.get(`list/agent:${agent}`)?.at ?? '') < at;
      if (!isTaking || !isHeard || !isStill || this.#held(agent) >= capacity) continue;
      if (this.#turnOf(agent, presence) < this.#turnOf(to, chosen))
        this.#say('LST5', `${id} was given to ${to}, but ${agent} had waited longer`);
    }
  }

  /** The look at who is free comes after the time that an item bears, but not by much. */
  #now(at: string): number {
    return Date.parse(at) + 2_000;
  }

  #turnOf(agent: string, { since, signedInAt }: StoredPresence): string {
    const entered = Date.parse(this.#enteredAt.get(agent) ?? '') || 0;
    return [Math.max(since, signedInAt, entered), signedInAt, agent].join('\n');
  }

  /**
   * Once all is quiet: what absent agents had is back, steps were taken, snoozes are over, nobody waits in vain.
   * `quietSince`: a node may begin to listen then, and believes in nobody's absence before a whole grace is over (LST6).
   */
  atRest(tables: Tables, now: number, quietSince: number): Violation[] {
    this.#found = [];
    const isGraceOver = now - quietSince >= this.#waits.graceMs + LATE_MS;
    for (const [id, stored] of tables.conversations) {
      const trail = this.#trails.get(id);
      if (!trail) continue;
      if (isGraceOver) this.#abandoned(tables, id, trail, now);
      for (const step of this.#left(trail)) {
        const due = Math.max(...this.#due(trail, step).map(Number));
        if (trail.since !== null && due < now - LATE_MS) this.#say('CLK3', `${id}: ${step} was due, and was not done`);
      }
      const until = stored.conversation.snoozedUntil;
      if (trail.state.status === 'snoozed' && Date.parse(until ?? '') < now - LATE_MS)
        this.#say('LST7', `${id} was set aside until ${until}, and sleeps on`);
    }
    for (const { id, routing } of this.#queues.values()) if (routing === 'push') this.#leftOver(tables, id, now);
    return this.#found;
  }

  #abandoned(tables: Tables, id: string, { state }: Trail, now: number): void {
    if (!state.holder?.startsWith('agent:') || state.unanswered.length === 0) return;
    const { graceMs, awayMs } = this.#waits;
    const presence = tables.presence.get(streamId(`x/${state.holder}`).slice('agent:'.length));
    const patience = { graceMs: graceMs + LATE_MS, awayMs: awayMs + LATE_MS, listens: true };
    const ago = presence && { state: presence.state, sinceMs: now - presence.since, heardMs: now - presence.heardAt };
    const absence = absenceOf(attendanceOf(ago, patience));
    if (absence === 'signedOut' && (ago?.sinceMs ?? 0) < LATE_MS) return;
    if (absence !== undefined) this.#say('LST6', `${id} waits with ${state.holder}, who is ${absence}`);
  }

  #leftOver(tables: Tables, queue: string, now: number): void {
    const waiting = [...this.#trails].filter(
      ([, { state }]) => state.holder === `queue:${queue}` && state.status === 'open',
    );
    const [first] = waiting;
    if (!first || waiting.some(([, { enteredAt }]) => Date.parse(enteredAt) > now - LATE_MS)) return;
    const capacity = this.#queues.get(queue)?.capacity ?? 0;
    const free = [...this.#roles].find(([agent, roles]) => {
      const presence = tables.presence.get(agent);
      const isHere = presence?.state === 'taking' && presence.heardAt > now - this.#waits.deskBeatMs * 1.5;
      return isHere && presence.since < now - LATE_MS && roles.includes(queue) && this.#held(agent) < capacity;
    });
    if (free) this.#say('LST5', `${first[0]} waits on ${queue}, and ${free[0]} has nothing to do`);
  }
}

function iso(ms: number | null): string {
  return ms !== null && Number.isFinite(ms) ? new Date(ms).toISOString() : 'never';
}
