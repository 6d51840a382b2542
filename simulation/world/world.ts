import type { Frame } from '@heed/protocol';
import { streamId } from '@heed/protocol';
import { type Absence, absences } from './absences.ts';
import { Agent, type Workplace } from './agent.ts';
import { WorldBus } from './bus.ts';
import { type Chance, chanceOf } from './chance.ts';
import { checkPeople, type Evidence, isAtRest, TablesCheck, type Told, type Violation } from './check.ts';
import { Customer } from './customer.ts';
import { type Faults, faultsOf, isGoodDay } from './faults.ts';
import { Freshness } from './freshness.ts';
import { House } from './house.ts';
import { Net } from './net.ts';
import { Partition } from './partition.ts';
import { Permissions } from './permission.ts';
import { type Person, type Press, short, shortStream } from './person.ts';
import { drawGrace, drawTeam, type Team } from './team.ts';
import { Time } from './time.ts';
import { TurnsCheck, type TurnsFigures } from './turns-check.ts';

export interface WorldOptions {
  seed: number;
  /** Instead of those that the seed draws: for shrinking. */
  faults?: Faults;
  /** How long things go wrong, in seconds of the world; where it is not said, the seed draws it. */
  seconds?: number;
  /** Networks that never become whole. */
  partitions?: boolean;
  /** Frames that have this in them are told in the story. */
  trace?: string;
}

export interface Outcome {
  seed: number;
  faults: Faults;
  violations: Violation[];
  /** What happened, line by line. */
  story: string[];
  figures: { events: number; items: number; sent: number; held: number; kills: number } & TurnsFigures;
}

/** The figures of a world in which nothing happened. */
export const NO_FIGURES: Outcome['figures'] = {
  events: 0,
  items: 0,
  sent: 0,
  held: 0,
  kills: 0,
  pushed: 0,
  returned: 0,
  steps: 0,
  woken: 0,
};

/** More events than any honest world has: something goes round in circles (I13). */
const MOST_EVENTS = 400_000;
/** So long somebody who reaches one node of three needs at most, with pauses of up to half a minute between tries. */
const PARTED_MS = 30 * 60_000;
const DESK_BEAT_MS = 5_000;
const DECIDING_MS = 600_000;
/** Looks at what is due are a third of what happens in a world, and half as many find as much. */
const SWEEP_MS = 2_000;
const WIDGET_BEAT_MS = 10_000;

/** Many short storms find more in the same time than a few long ones, and some need long: a mean of half a minute. */
const STORMS = [15, 20, 25, 60];

/** How long things go wrong in the world of a seed, in seconds. */
export function stormOf(seed: number): number {
  return STORMS[seed % STORMS.length] as number;
}

/** Plays one world: faults for a while, then quiet with a dead bus; and says what it broke. */
export async function playWorld(options: WorldOptions): Promise<Outcome> {
  const world = new World(options);
  await world.open();
  await world.storm((options.seconds ?? stormOf(options.seed)) * 1_000);
  await world.quiet();
  return world.outcome();
}

class World {
  readonly #seed: number;
  readonly #traced: string | undefined;
  readonly #chance: Chance;
  readonly #faults: Faults;
  readonly #time: Time;
  readonly #bus: WorldBus;
  readonly #net: Net;
  readonly #house: House;
  readonly #people: Person[] = [];
  readonly #presses = new Map<string, Press>();
  #promises: Told[] = [];
  #committedAt = 0;
  readonly #tablesCheck = new TablesCheck();
  readonly #turnsCheck: TurnsCheck;
  readonly #violations: Violation[] = [];
  readonly #story: string[] = [];
  readonly #figures = { ...NO_FIGURES };
  readonly #team: Team;
  readonly #permissions: Permissions;
  readonly #partition: Partition | undefined;
  readonly #begin: number;

  constructor({ seed, faults, trace, partitions }: WorldOptions) {
    this.#seed = seed;
    this.#traced = trace;
    this.#chance = chanceOf(seed);
    this.#faults = faults ?? faultsOf(this.#chance);
    this.#time = new Time(this.#chance.fork('time').next);
    this.#begin = this.#time.now;
    this.#bus = new WorldBus(this.#time, this.#chance, this.#faults);
    this.#team = drawTeam(this.#chance, this.#faults.settings);
    this.#permissions = new Permissions(this.#team);
    const draw = this.#chance.fork('limits');
    const updateItems = Math.round(draw.between(2, 30));
    const snapshotItems = Math.round(draw.between(3, 20));
    const farBehindItems = Math.round(draw.between(5, 60));
    this.#house = new House(
      {
        time: this.#time,
        chance: this.#chance.fork('house'),
        faults: this.#faults,
        bus: this.#bus,
        nodes: draw.is(0.3) ? 3 : 2,
        limits: {
          deskBeatMs: DESK_BEAT_MS,
          widgetBeatMs: WIDGET_BEAT_MS,
          updateItems,
          snapshotItems,
          farBehindItems,
          batchMax: draw.is(0.5) ? 3 : 50,
          sweepMs: SWEEP_MS,
          ...(this.#faults.settings ? { graceMs: drawGrace(this.#chance) } : {}),
        },
        committed: (tables) => {
          this.#committedAt = this.#time.now;
          this.#found(this.#tablesCheck.changed(tables));
          this.#found(this.#turnsCheck.changed(tables, this.#time.now));
          this.#permissions.changed(tables);
        },
        tell: (line) => this.#tell(line),
      },
      this.#team,
    );
    this.#turnsCheck = new TurnsCheck(this.#team, this.#house.config);
    const people = [...this.#team.agents, ...this.#team.customers].map(({ id }) => id);
    this.#partition = partitions ? new Partition(seed, this.#house.nodeCount, people) : undefined;
    this.#net = new Net({
      time: this.#time,
      chance: this.#chance,
      faults: this.#faults,
      hosts: () => this.#house.nodes,
      answers: (terminal) => this.#people.some((person) => person.terminal === terminal && person.page.isAnswering),
      reach: (terminal, host) => this.#partition?.reach(ownerOf(terminal), host.name) ?? 'whole',
      saw: (line, text) => this.#saw(line.terminal, text),
    });
  }

  #tell(line: string): void {
    this.#story.push(`${((this.#time.now - this.#begin) / 1_000).toFixed(3).padStart(9)}  ${line}`);
  }

  #found(violations: Violation[]): void {
    for (const violation of violations.slice(0, 5)) {
      if (this.#violations.length >= 20) return;
      this.#violations.push(violation);
      this.#tell(`!! ${violation.rule}: ${violation.what}`);
    }
  }

  async open(): Promise<void> {
    await this.#house.open();
    const surroundings = {
      time: this.#time,
      chance: this.#chance.fork('people'),
      net: this.#net,
      faults: this.#faults,
      tell: (line: string) => this.#tell(line),
      presses: this.#presses,
      record: (person: string, way: 'in' | 'out', text: string) => this.#passed(person, way, text),
    };
    for (const { id, inbox } of this.#team.customers) this.#people.push(new Customer(id, inbox, surroundings));
    for (const { id } of this.#team.agents) {
      const place = this.#workplace(id);
      const agent = new Agent(id, place, surroundings);
      this.#people.push(agent);
      if (this.#chance.fork(`twin of ${id}`).is(this.#faults.twins))
        this.#people.push(new Agent(id, place, surroundings, agent));
    }
    for (const person of this.#people) person.begin();
  }

  #workplace(id: string): Workplace {
    const { agents, queues } = this.#team;
    const own = Object.keys(agents.find((agent) => agent.id === id)?.roles ?? {});
    const { settings } = this.#faults;
    return {
      queues: own,
      colleagues: agents.map((agent) => agent.id).filter((other) => other !== id),
      pushed: new Set(queues.filter(({ routing }) => routing === 'push').map((queue) => queue.id)),
      elsewhere: settings ? queues.map((queue) => queue.id) : own,
      snoozeMs: settings ? [2_000, 40_000] : [3_600_000, 3_600_000],
    };
  }

  #passed(person: string, way: 'in' | 'out', text: string): void {
    if (this.#traced !== undefined && text.includes(this.#traced)) this.#tell(`${person} ${way} ${text}`);
    if (way === 'in') this.#heard(person, text);
    else this.#said(person, text);
  }

  #said(person: string, text: string): void {
    if (text.startsWith('{"t":"send"')) {
      const { id, follows } = JSON.parse(text) as { id: string; follows?: string };
      const press = this.#presses.get(id);
      if (press && follows !== undefined) press.follows = new Set([...press.follows, follows]);
      if (press) press.isFlown = true;
    }
    // Where the database was never put back, no window may ever differ from it (CMP3): that is how divergence is watched.
    if (text.startsWith('{"t":"diverged"') && this.#rolledBackAt === undefined)
      this.#found([{ rule: 'CMP3', what: `${person}'s window differs: ${text}` }]);
  }

  /** What a terminal is told is believed, and so must be true for ever. */
  #heard(person: string, text: string): void {
    if (!/^\{"t":"(sent|held|cancelled)"/.test(text)) return;
    const frame = JSON.parse(text) as Frame;
    if (frame.t === 'cancelled') {
      const press = this.#presses.get(frame.id);
      if (press) press.isCancelled = true;
      this.#sendLate(person, frame.id);
    }
    if (frame.t === 'held') {
      this.#figures.held++;
      this.#tell(`${person}: ${short(frame.id)} is held because of ${frame.because}`);
    }
    if (frame.t !== 'sent') return;
    this.#figures.sent++;
    this.#tell(`${person}: ${short(frame.id)} is ${frame.at.n} of ${shortStream(frame.s)}`);
    const isRolledBack = this.#house.tables.streams.get(frame.s)?.items[frame.at.n - 1]?.h !== frame.at.h;
    // A promise that was under way when the database was put back is of a time that never was.
    if (this.#rolledBackAt !== undefined && isRolledBack && this.#time.now - this.#rolledBackAt < 120_000) return;
    this.#promises.push({ id: frame.id, person, s: frame.s, n: frame.at.n, h: frame.at.h });
  }
  #rolledBackAt: number | undefined;

  /** I14: nothing leaves a node for somebody who may not read it. */
  #saw(terminal: string, text: string): void {
    if (!text.startsWith('{"t":"update"') && !text.startsWith('{"t":"snapshot"')) return;
    const s = text.slice(text.indexOf('"s":"') + 5, text.indexOf('"', text.indexOf('"s":"') + 5));
    const person = ownerOf(terminal);
    const c = this.#house.tables.conversations.get(streamId(s))?.conversation;
    const agent = this.#team.agents.find(({ id }) => id === person);
    const isMine = c?.customer.id === person || c === undefined;
    const isOther = agent ? s.startsWith('chat/') : !s.startsWith('chat/') || !isMine;
    const isOthersList = s.startsWith('list/agent:') && s !== `list/agent:${person}` && !agent?.isAdmin;
    if (agent && s.startsWith('conversation/'))
      this.#found(this.#permissions.breach(this.#house.tables, person, streamId(s), text));
    if (isOther || isOthersList) this.#found([{ rule: 'I14', what: `${person} is sent ${s}` }]);
  }

  async storm(ms: number): Promise<void> {
    const { cuts, silences, kills, crashes, sleeps, copies, rollbacks } = this.#faults;
    const chance = this.#chance.fork('storm');
    const strike = this.#chance.fork('strike');
    this.#perMinute(chance, cuts, ms, () => chance.pick(this.#net.up())?.cut(chance.is(0.7)));
    this.#perMinute(chance, silences, ms, () => {
      const up = chance.is(0.5);
      chance.pick(this.#net.up())?.silence(up, !up || chance.is(0.3));
    });
    this.#perMinute(chance, kills, ms, () => this.#kill(chance));
    this.#perMinute(chance, crashes, ms, () => {
      const person = chance.pick(this.#people);
      if (!person?.page.isAlive) return;
      const [isWiped, isReload] = [chance.is(0.3), chance.is(0.6)];
      if (!strike.is(this.#faults.midWrite)) return this.#crash(person, isWiped, isReload);
      const after = strike.between(0, 2 * this.#faults.deviceMs);
      const kind = strike.is(0.6) ? 'outbox' : 'window';
      person.device.whenWriting(kind, () => this.#time.after(after, () => this.#crash(person, isWiped, isReload)));
    });
    this.#perMinute(chance, sleeps, ms, () => {
      const person = chance.pick(this.#people);
      this.#tell(`${person?.id} sleeps`);
      // Who sleeps wakes before it is quiet, or there would be nobody to look at.
      person?.sleep(chance.between(1_000, Math.max(2_000, this.#begin + ms - this.#time.now)));
    });
    const absent = this.#chance.fork('absences');
    this.#perMinute(absent, this.#faults.absences, ms, () => this.#absent(absent, ms));
    if (copies > 0) this.#sendCopies(chance, ms);
    if (rollbacks > 0) {
      this.#perMinute(chance, 6, ms, () => this.#house.keep());
      this.#perMinute(chance, rollbacks, ms, () => this.#rollBack(chance));
    }
    if (isGoodDay(this.#faults) && !this.#partition) this.#watchFreshness(ms);
    await this.#until(this.#begin + ms);
  }

  #absent(chance: Chance, ms: number): void {
    const agent = chance.pick(this.#team.agents)?.id;
    const pages = this.#people.filter(({ id, isHere }) => id === agent && isHere);
    if (agent === undefined || pages.length === 0) return;
    const leftMs = this.#begin + ms - this.#time.now;
    const { id, run, back } = chance.pick(absences({ agent, pages, house: this.#house, leftMs })) as Absence;
    this.#tell(`${agent} ${id}`);
    run();
    const after = chance.between(2_000, 40_000);
    const comesBack = chance.is(0.6) && after < leftMs;
    if (comesBack)
      this.#time.after(after, () => {
        this.#tell(`${agent} comes back`);
        back();
      });
  }

  /** Where nothing is lost nobody has to wait for a beat. */
  #watchFreshness(ms: number): void {
    const freshness = new Freshness(this.#faults);
    for (let at = 0; at < ms; at += 250)
      this.#time.after(at, () => this.#found(freshness.look(this.#house.tables, this.#people, this.#time.now)));
  }

  #crash(person: Person, isWiped: boolean, isReload: boolean): void {
    if (!person.page.isAlive || this.#net.isCalm) return;
    this.#tell(`${person.name} crashes`);
    person.crash(isWiped, isReload);
  }

  #perMinute(chance: Chance, rate: number, ms: number, act: () => void): void {
    if (rate <= 0) return;
    for (let at = 0; ; ) {
      at += (-Math.log(1 - chance.next()) * 60_000) / rate;
      if (at > ms) return;
      this.#time.after(at, act);
    }
  }

  #kill(chance: Chance): void {
    const node = chance.pick(this.#house.nodes);
    if (!node) return;
    this.#figures.kills++;
    this.#house.kill(node);
    for (const line of this.#net.up()) if (line.host === node) line.cut(chance.is(0.7));
    this.#time.after(chance.between(100, 15_000), () => this.#house.startNode(`${node.name}'`));
  }

  #rollBack(chance: Chance): void {
    const before = this.#house.tables;
    if (!this.#house.rollBack(chance, this.#faults.noticed)) return;
    this.#rolledBackAt = this.#time.now;
    this.#permissions.forget(before, this.#faults.noticed);
    const { streams } = this.#house.tables;
    this.#promises = this.#promises.filter(({ s, n, h }) => {
      const isLost = before.streams.get(s)?.items[n - 1]?.h === h && streams.get(s)?.items[n - 1]?.h !== h;
      return !isLost;
    });
  }

  /** A delayed copy of a send comes again, on whatever connection its terminal has then (SND3). */
  #sendCopies(chance: Chance, ms: number): void {
    this.#perMinute(chance, this.#faults.copies * 60, ms, () => {
      const line = chance.pick(this.#net.up());
      const text = line && chance.pick(this.#net.sendsOf(line.terminal));
      if (line && text) line.repeat(text);
    });
  }

  /** What was taken back arrives after all, some time after the server said that it will never be stored (SND9). */
  #sendLate(person: string, id: string): void {
    const chance = this.#chance.fork(`late copy of ${id}`);
    if (this.#faults.copies === 0 || chance.is(0.3)) return;
    this.#time.after(chance.between(0, 5_000), () => {
      const line = this.#net.up().find(({ terminal }) => ownerOf(terminal) === person);
      const text = line && this.#net.sendsOf(line.terminal).find((each) => each.includes(`"id":"${id}"`));
      if (line && text !== undefined) line.repeat(text);
    });
  }

  /** A working network, all nodes up, and a dead bus: what is left must be repaired by comparing alone (I4). */
  async quiet(): Promise<void> {
    this.#tell('quiet');
    this.#net.isCalm = true;
    this.#house.isCalm = true;
    this.#bus.isDead = true;
    for (const person of this.#people) person.isActing = false;
    const began = this.#time.now;
    this.#net.tries.clear();
    await this.#comeToRest();
    this.#found(this.#tooManyTries((this.#time.now - began) / 60_000));
    this.#found(new TablesCheck().changed(this.#house.tables));
    this.#found(this.#turnsCheck.atRest(this.#house.tables, this.#time.now, began));
    const isShaken = this.#faults.rollbacks > 0 && !this.#faults.noticed;
    const found = checkPeople(this.#evidence());
    // Where nobody noticed that the database went back, what was promised since is gone, what goes again comes later, and
    // numbers without a hash (of reads, in bodies) may mean others by now.
    this.#found(found.filter(({ rule }) => !isShaken || !['I8', 'I5', 'GRD1', 'EPO2'].includes(rule)));
  }

  /**
   * Connections that went silent stay so: their ends must find out by themselves, and have so long for it. A world in
   * which everybody is in step sooner is watched for a while yet; every eighth plays on to the end all the same.
   */
  async #comeToRest(): Promise<void> {
    const end = this.#time.now + (this.#partition ? PARTED_MS : 25_000 + 12 * DESK_BEAT_MS + 2 * WIDGET_BEAT_MS);
    const isWhole = this.#seed % 8 === 0 && !this.#partition;
    // What absent agents have is waited for: it goes to somebody else.
    const least = this.#faults.settings ? this.#time.now + this.#house.config.graceMs + 15_000 : 0;
    const isAwaited = () => this.#time.now < least && this.#hasAbsent();
    while (this.#time.now < end && this.#violations.length === 0) {
      await this.#until(Math.min(end, this.#time.now + DESK_BEAT_MS));
      if (isWhole || isAwaited() || !isAtRest(this.#evidence())) continue;
      await this.#until(Math.min(end, this.#time.now + DESK_BEAT_MS + WIDGET_BEAT_MS));
      // One whose connection had gone silent may just have found out.
      if (isAtRest(this.#evidence())) return;
    }
    // What was held its author still decides about, one after the other; two beats after the last of it, all is the log.
    // Clocks go on by themselves, too.
    const isNews = () => this.#committedAt > this.#time.now - 2 * WIDGET_BEAT_MS;
    const here = this.#people.filter(({ isHere }) => isHere);
    const isDeciding = () => isNews() || here.some(({ page }) => page.client.state.outbox.length > 0);
    const late = end + DECIDING_MS;
    while (isDeciding() && this.#time.now < late && this.#violations.length === 0)
      await this.#until(this.#time.now + DESK_BEAT_MS);
    if (this.#time.now > end) await this.#until(this.#time.now + 2 * WIDGET_BEAT_MS);
  }

  /** Whether an agent who is not there has something that somebody waits for. */
  #hasAbsent(): boolean {
    const here = new Set(this.#people.filter(({ isHere }) => isHere).map(({ id }) => `agent:${id}`));
    return [...this.#house.tables.conversations.values()].some(({ conversation: { state }, unanswered }) => {
      const isWithAgent = state.holder?.startsWith('agent:') === true;
      return isWithAgent && unanswered > 0 && !here.has(state.holder as string);
    });
  }

  /** I13: whoever cannot connect goes on trying for ever, and not too often (BEAT4). */
  #tooManyTries(minutes: number): Violation[] {
    return [...this.#net.tries].flatMap(([terminal, tries]) => {
      const what = `${terminal} tried to connect ${tries} times in ${minutes.toFixed(1)} minutes`;
      return tries > 15 + 12 * minutes ? [{ rule: 'I13', what }] : [];
    });
  }

  #evidence(): Evidence {
    const { tables } = this.#house;
    const isPutBack = this.#rolledBackAt !== undefined;
    const { presses, promises } = { presses: this.#presses, promises: this.#promises };
    const cutOff = new Set(this.#people.filter(({ id }) => this.#partition?.isCutOff(id)));
    return { tables, people: this.#people, presses, promises, isPutBack, cutOff, now: this.#time.now };
  }

  async #until(moment: number): Promise<void> {
    await this.#time.until(moment, MOST_EVENTS);
    if (this.#time.events >= MOST_EVENTS) this.#found([{ rule: 'I13', what: 'the world goes round in circles' }]);
  }

  outcome(): Outcome {
    const items = [...this.#house.tables.streams.values()].reduce((sum, { items }) => sum + items.length, 0);
    const figures = { ...this.#figures, ...this.#turnsCheck.figures, events: this.#time.events, items };
    return { seed: this.#seed, faults: this.#faults, violations: this.#violations, story: this.#story, figures };
  }
}

const ownerOf = (terminal: string) => terminal.slice(0, terminal.lastIndexOf('-'));
