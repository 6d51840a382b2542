import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Random, seeded } from '../packages/server/src/replay/random.ts';
import { check, type Screen } from '../simulation/real/checker.ts';
import { readLine, readStored } from '../simulation/real/evidence.ts';
import { attempt, count, type Figures, figuresOf } from '../simulation/real/figures.ts';
import type { Size } from '../simulation/real/plan.ts';
import { Postgres } from '../simulation/real/postgres.ts';
import type { FaultProxy } from '../simulation/real/proxy.ts';
import type { FaultOptions } from '../simulation/real/run-faults.ts';
import { House } from './house.ts';
import { Customer, Desk, newContext, openBrowser } from './people.ts';
import { logScreen } from './screen-log.ts';

/** How many renderers are killed; as many connections are broken, and a server for every three. */
const RENDERERS: Record<Size, number> = { quick: 3, usual: 15, long: 60 };

/** One person at one page, who opens another when it dies. */
interface Seat {
  screen: Screen;
  link: FaultProxy;
  page: Page;
  isDead: boolean;
  /** Opens the same in another page of the same browser. */
  reopen(): Promise<void>;
  /** Writes, if the page takes it now. */
  press(text: string): Promise<void>;
  rest(): Promise<void>;
  messages(): Promise<string[]>;
}

const PACE_MS = 500;
const REST_MS = 90_000;
const STILL_MS = 3_000;
/** Longer than anything takes that goes well, an opened page and Playwright's own patience included. */
const PATIENCE_MS = 25_000;

/**
 * Two desks and a widget in Chromium write while their renderers are killed, their connections break and the server is
 * killed; the outside checker judges by what their documents showed.
 */
export function runCrashes({ seed, size = 'usual', tell = () => undefined }: FaultOptions): Promise<Figures> {
  return figuresOf(seed, async (done, failures) => {
    const [house, browser] = await Promise.all([House.build(), openBrowser()]);
    try {
      const { seats, conversation } = await open(house, browser);
      const did = (what: string) => {
        count(done, what);
        tell(what);
      };
      await attempt(failures, () =>
        crash(house, browser, seats, { rounds: RENDERERS[size], random: seeded(seed), did }),
      );
      for (const seat of seats) await attempt(failures, () => settle(seat));
      // What the last of them sent is with the others a beat later at most.
      await sleep(STILL_MS);
      for (const seat of seats)
        await attempt(failures, async () => void seat.screen.end.set(conversation, await seat.messages()));
      await attempt(failures, () => house.verify());
      const screens = seats.map(({ screen }) => screen);
      return check(screens, await readStored(new Postgres(house.data).connection));
    } finally {
      await browser.close();
      await house.tearDown();
    }
  });
}

interface Crashes {
  rounds: number;
  random: Random;
  did: (what: string) => void;
}

async function crash(house: House, browser: Browser, seats: Seat[], { rounds, random, did }: Crashes): Promise<void> {
  const writing = { isOn: true };
  const writers = seats.map((seat) => write(seat, writing, random));
  for (let round = 0; round < rounds; round++) {
    await sleep(1_000 + 1_500 * random());
    if (await killRenderer(browser, seats, random)) did('renderer');
    await sleep(500 * random());
    did(disconnect(seats[Math.floor(random() * seats.length)] as Seat, random));
    if (round % 3 !== 1) continue;
    await house.kill();
    await house.start();
    did('server');
  }
  writing.isOn = false;
  await Promise.all(writers);
  for (const { link } of seats) link.mend();
}

async function open(house: House, browser: Browser): Promise<{ seats: Seat[]; conversation: string }> {
  const contexts = [await newContext(browser), await newContext(browser), await newContext(browser)] as const;
  const k = await customerSeat(house, contexts[0], 'k');
  await k.press('k.0');
  await settle(k);
  const ann = await deskSeat(house, contexts[1], 'ann', async (desk) => desk.take());
  const conversation = new URL(ann.page.url()).pathname.split('/')[3] ?? '';
  const tom = await deskSeat(house, contexts[2], 'tom', async (desk) => desk.visit(conversation));
  return { seats: [k, ann, tom], conversation };
}

async function customerSeat(house: House, context: BrowserContext, name: string): Promise<Seat> {
  const screen = await logScreen(context, name, 'customer');
  let customer = await Customer.visit(house, context);
  const { link } = customer;
  const seat: Seat = {
    screen,
    link,
    page: customer.page,
    isDead: false,
    reopen: async () => {
      abandon(customer.page);
      customer = await Customer.visit(house, context, '', link);
      sit(seat, customer.page);
    },
    press: async (text) => {
      await pressed(screen, text, customer.writesAll([text]));
    },
    rest: () => customer.isStored(),
    messages: async () => (await customer.messages()).map(({ text }) => text),
  };
  sit(seat, customer.page);
  return seat;
}

async function deskSeat(
  house: House,
  context: BrowserContext,
  name: string,
  find: (desk: Desk) => Promise<void>,
): Promise<Seat> {
  const screen = await logScreen(context, name, 'agent');
  let desk = await Desk.signIn(house, context, `${name}@e2e.example`);
  const { link } = desk;
  await find(desk);
  const { conversation } = desk;
  // The click that sends is the last one; those before it only show what is new.
  const review = async () => {
    const { text, at } = await desk.held.evaluate(clickSend, undefined, { timeout: 2_000 });
    readLine(screen, { at, press: text });
  };
  const seat: Seat = {
    screen,
    link,
    page: desk.page,
    isDead: false,
    reopen: async () => {
      abandon(desk.page);
      desk = new Desk(await context.newPage(), link);
      sit(seat, desk.page);
      await desk.visit(conversation);
    },
    press: async (text) => {
      if (await desk.held.isVisible()) return review();
      await pressed(screen, text, desk.replyAll([text]));
    },
    rest: async () => {
      if (await desk.held.isVisible()) await review();
      await desk.page.locator('.conv .step[data-s=in]').waitFor({ timeout: 2_000 });
      if ((await desk.held.count()) + (await desk.timeline.locator('.outbox').count()) > 0) throw new Error('not yet');
    },
    messages: async () => (await desk.messages()).map(({ text }) => text),
  };
  sit(seat, desk.page);
  return seat;
}

/** Writes a press down in its place; a page that dies under the hands may have taken it at any time until then. */
async function pressed(screen: Screen, text: string, press: Promise<void>): Promise<void> {
  const moment = { text, at: Infinity };
  screen.presses.push(moment);
  await press.finally(() => {
    moment.at = Date.now();
  });
}

/** *Review and send*, *Send after*, *Send as well*, whatever stands on the button with this key: gives the draft that it is about, and the instant. */
function clickSend(card: Element): { text: string; at: number } {
  const draft = [...card.querySelectorAll('.draft.said')].at(-1);
  const buttons = [...card.querySelectorAll<HTMLElement>('.held__f .btn')];
  const button = buttons.find(({ textContent }) => textContent?.includes('Ctrl ↵'));
  if (!draft || !button) throw new Error('the card of the held reply has no draft, or cannot be sent');
  const why = card.querySelector<HTMLInputElement>('.held__why input');
  if (why?.value === '') {
    // *Send as well* wants a reason (GRD4).
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(why, 'Both belong together');
    why.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  const at = Date.now();
  button.click();
  return { text: draft.textContent ?? '', at };
}

/** Closes a page that nobody waits for: a dead one may never say that it is closed. */
function abandon(page: Page): void {
  page.close().catch((error: unknown) => console.warn(String(error)));
}

/** Takes place at a page that has just been opened. */
function sit(seat: Seat, page: Page): void {
  seat.page = page;
  seat.isDead = false;
  page.context().setDefaultTimeout(10_000);
  page.once('crash', () => {
    if (seat.page === page) seat.isDead = true;
  });
}

/**
 * Does something at the page, opened anew where it died; gives why that went wrong, if it did. A page whose renderer is
 * gone may leave one waiting for ever: it counts as dead then.
 */
async function at(seat: Seat, act: () => Promise<void>): Promise<string | undefined> {
  try {
    if (seat.isDead) await inTime(seat.reopen());
  } catch (thrown) {
    // The network may be away while a page is opened: it shows the browser's own words, and is opened again.
    seat.isDead = true;
    return String(thrown);
  }
  return inTime(act()).then(
    () => undefined,
    (thrown) => {
      if (thrown instanceof Late) seat.isDead = true;
      return String(thrown);
    },
  );
}

class Late extends Error {}

async function inTime(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Late(`nothing came of it in ${PATIENCE_MS} ms`)), PATIENCE_MS);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function write(seat: Seat, writing: { isOn: boolean }, random: Random): Promise<void> {
  for (let number = 1; writing.isOn; number++) {
    await sleep(PACE_MS * (0.5 + random()));
    await at(seat, () => seat.press(`${seat.screen.name}.${number}`));
  }
}

/** Until nothing is under way at a page. */
async function settle(seat: Seat): Promise<void> {
  let why: string | undefined;
  for (const end = Date.now() + REST_MS; Date.now() < end; await sleep(150)) {
    why = await at(seat, seat.rest);
    if (why === undefined) return;
  }
  throw new Error(`${seat.screen.name} did not come to rest: ${why}`);
}

const DISCONNECTS: Record<string, (link: FaultProxy) => void> = {
  break: (link) => link.breakAll(),
  cut: (link) => link.cut(),
  silentDown: (link) => link.silence('down'),
  silentUp: (link) => link.silence('up'),
  swallow: (link) => link.swallowOne('update'),
};

function disconnect({ link }: Seat, random: Random): string {
  const names = Object.keys(DISCONNECTS);
  const name = names[Math.floor(random() * names.length)] ?? '';
  DISCONNECTS[name]?.(link);
  setTimeout(() => link.mend(), 3_000 * random());
  return name;
}

/** kill -9 of a process that draws pages; some have none of ours, so it takes until a page is dead. */
async function killRenderer(browser: Browser, seats: readonly Seat[], random: Random): Promise<boolean> {
  const session = await browser.newBrowserCDPSession();
  const living = seats.filter(({ isDead }) => !isDead).length;
  for (let tries = 0; tries < 10; tries++) {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    const pid = pids[Math.floor(random() * pids.length)];
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await sleep(300);
    if (seats.filter(({ isDead }) => !isDead).length < living) return true;
  }
  return false;
}
