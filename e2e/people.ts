import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Frame,
  type Locator,
  type Page,
} from 'playwright-core';
import type { FaultProxy } from '../simulation/real/proxy.ts';
import { type House, PASSWORD, pause } from './house.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser that the test command found. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.HEED_CHROMIUM ?? '/usr/bin/chromium', args: ARGS });
}

/**
 * What a page did that it should not have: exceptions, console errors (but for those of a network that is gone), dialogs,
 * further windows, and requests to hosts that are not ours.
 */
export function listenForErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    const expected = /Failed to load resource|WebSocket connection|ERR_/.test(message.text());
    if (message.type() === 'error' && !expected) errors.push(message.text());
  });
  page.on('dialog', (dialog) => {
    errors.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => errors.push(`a window: ${popup.url()}`));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1') errors.push(`a request to ${request.url()}`);
  });
  return errors;
}

/** A message as a page shows it; `elements` counts what stands in its paragraph besides links. */
export interface Said {
  mine: boolean;
  text: string;
  elements: number;
}

/** Waits until a condition holds. */
export async function until(holds: () => Promise<boolean>, what: string, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (await holds()) return;
    await pause(150);
  }
  throw new Error(`waited in vain for ${what}`);
}

/** How many sends a page keeps on its device, read from the store itself. */
function keptIn(frame: Frame): Promise<number> {
  return frame.evaluate(async () => {
    const finished = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    let count = 0;
    for (const { name } of await indexedDB.databases()) {
      const database = await finished(indexedDB.open(name ?? ''));
      if (database.objectStoreNames.contains('outbox'))
        count += await finished(database.transaction('outbox').objectStore('outbox').count());
      database.close();
    }
    return count;
  });
}

/**
 * Puts one text after the other into a composer and presses its key, as fast as the page takes them: with hundreds, a
 * round trip and a painted picture for each would be most of a test's time.
 */
async function typeAll(composer: Locator, texts: readonly string[], ctrlKey: boolean): Promise<void> {
  await composer.evaluate(
    async (field, { texts, ctrlKey }) => {
      const key = { bubbles: true, cancelable: true, key: 'Enter', code: 'Enter', ctrlKey };
      const write = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
      const turn = () => new Promise((resolve) => setTimeout(resolve));
      for (const text of texts) {
        write?.call(field, text);
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await turn();
        field.dispatchEvent(new KeyboardEvent('keydown', key));
        await turn();
        if ((field as HTMLTextAreaElement).value !== '') throw new Error(`not taken: ${text}`);
      }
    },
    { texts, ctrlKey },
  );
}

/** An agent at a desk. */
export class Desk {
  readonly page: Page;
  readonly link: FaultProxy;
  readonly errors: string[];

  constructor(page: Page, link: FaultProxy) {
    this.page = page;
    this.link = link;
    this.errors = listenForErrors(page);
  }

  /** Opens the desk in a context of its own and signs in. */
  static async signIn(house: House, context: BrowserContext, email: string, password = PASSWORD): Promise<Desk> {
    const desk = new Desk(await context.newPage(), await house.link());
    await desk.page.goto(`${desk.link.url}/desk/`);
    await desk.page.locator('input[type=email]').fill(email);
    await desk.page.locator('input[type=password]').fill(password);
    await desk.page.keyboard.press('Enter');
    await desk.page.locator('.list').waitFor();
    return desk;
  }

  get takeNext(): Locator {
    return this.page.getByRole('button', { name: /take next/i }).first();
  }
  get timeline(): Locator {
    return this.page.getByRole('log');
  }
  get composer(): Locator {
    return this.page.getByRole('main').getByRole('textbox').first();
  }
  get held(): Locator {
    return this.page.getByRole('alertdialog');
  }
  get rows(): Locator {
    return this.page.getByRole('option');
  }

  /** Takes the first of the queue; the conversation opens. */
  async take(): Promise<void> {
    await this.takeNext.click();
    await this.composer.waitFor();
  }

  async says(text: string): Promise<void> {
    await this.timeline.getByText(text, { exact: true }).first().waitFor();
  }

  /** Waits until the page has seen what it shows: the composer then names the last number of the timeline (GRD1). */
  async sawAll(): Promise<void> {
    await this.page.waitForFunction(() => {
      const numberIn = (words: string | null | undefined) => /\d+/.exec(words ?? '')?.[0];
      const head = numberIn(document.querySelector('.conv .step .vh')?.textContent);
      return head !== undefined && head === numberIn(document.querySelector('.comp__after')?.textContent);
    });
  }

  /** The conversation in front, by the page's address. */
  get conversation(): string {
    return new URL(this.page.url()).pathname.split('/')[3] ?? '';
  }

  /** Opens a conversation wherever it is held, as somebody who was sent a link. */
  async visit(conversation: string): Promise<void> {
    await this.page.goto(`${this.link.url}/desk/all/${conversation}`);
    await this.composer.waitFor();
  }

  async reply(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.page.keyboard.press('Control+Enter');
  }

  /** Fails where the composer is not there, or goes away under the hands. */
  async replyAll(texts: readonly string[]): Promise<void> {
    await this.composer.focus({ timeout: 1_000 });
    await typeAll(this.composer, texts, true);
  }

  /** Waits for the chip of the conversation in front. */
  async isInStep(): Promise<void> {
    await this.page.locator('.conv .step[data-s=in]').waitFor();
  }

  /** Waits until the connection is back and what was written blindly was judged. */
  async isInStepOrHeld(): Promise<void> {
    await this.page.locator('.conv .step:is([data-s=in],[data-s=held])').waitFor();
    await until(async () => (await this.timeline.locator('.outbox').count()) === 0, 'the outbox to empty');
  }

  /** Waits until so many sends are in the device's own store, where a page that ends cannot lose them. */
  async isKept(count: number): Promise<void> {
    await until(async () => (await keptIn(this.page.mainFrame())) >= count, `${count} sends on the device`);
  }

  /** *Review and send* as often as it takes: the first press shows what is new, a later one sends (DESIGN §4). */
  async reviewAndSend(): Promise<void> {
    const send = this.held.locator('.held__f .btn').filter({ hasText: /review and send|send after/i });
    await until(async () => {
      if (!(await this.held.isVisible())) return true;
      await send.click({ timeout: 1_000 }).catch(() => undefined);
      return false;
    }, 'the held reply to leave');
  }

  /** Every message of the window in front, read from its beginning to its end as a reader would scroll. */
  async messages(): Promise<Said[]> {
    const found = await this.timeline.evaluate(async (log) => {
      const byNumber = new Map<number, { mine: boolean; text: string; elements: number }>();
      const pause = () => new Promise((resolve) => setTimeout(resolve, 40));
      const read = () => {
        for (const row of log.querySelectorAll('.ev[id^=n]')) {
          const said = row.querySelector('.msg .said');
          if (!said) continue;
          const text = said.textContent ?? '';
          const elements = said.querySelectorAll(':not(a)').length;
          byNumber.set(Number(row.id.slice(1)), { mine: row.querySelector('.msg--a') !== null, text, elements });
        }
      };
      for (let still = 0, tries = 0; still < 3 && tries < 400; tries++) {
        // Everything before the first is fetched when the top is reached.
        log.scrollTop = 0;
        await pause();
        still = log.scrollTop === 0 && log.querySelector('#n1') ? still + 1 : 0;
      }
      // The last row that is drawn comes to the top, so that those after it are drawn: none is passed over.
      for (let last = '', still = 0; still < 5; ) {
        read();
        const row = [...log.querySelectorAll('[data-index]')].at(-1);
        const index = row?.getAttribute('data-index') ?? '';
        still = index === last ? still + 1 : 0;
        last = index;
        row?.scrollIntoView({ block: 'start' });
        await pause();
      }
      return [...byNumber].sort(([a], [b]) => a - b).map(([, said]) => said);
    });
    return found;
  }

  /** The page loses the focus, as when its agent looks something up in another window. */
  async lookAway(): Promise<void> {
    await this.page.evaluate(() => {
      Object.defineProperty(document, 'hasFocus', { configurable: true, value: () => false });
      window.dispatchEvent(new Event('blur'));
    });
  }

  async lookBack(): Promise<void> {
    await this.page.evaluate(() => {
      Reflect.deleteProperty(document, 'hasFocus');
      window.dispatchEvent(new Event('focus'));
    });
  }
}

/** A customer on the shop's page. */
export class Customer {
  readonly page: Page;
  readonly link: FaultProxy;
  readonly errors: string[];

  private constructor(page: Page, link: FaultProxy) {
    this.page = page;
    this.link = link;
    this.errors = listenForErrors(page);
  }

  /** Opens the shop's page only; over a network of its own, or one that was there before. */
  static async enter(house: House, context: BrowserContext, attributes = '', link?: FaultProxy): Promise<Customer> {
    const customer = new Customer(await context.newPage(), link ?? (await house.link()));
    await customer.page.goto(house.shopPage(customer.link.url, attributes));
    return customer;
  }

  /** Opens the shop's page and the widget on it. */
  static async visit(house: House, context: BrowserContext, attributes = '', link?: FaultProxy): Promise<Customer> {
    const customer = await Customer.enter(house, context, attributes, link);
    await customer.open();
    return customer;
  }

  /** Opens the widget; the conversation that was open before comes by itself. */
  async open(): Promise<void> {
    await this.page.locator('heed-widget button').first().click();
    await (await this.composer()).waitFor();
  }

  async #frame(): Promise<Frame> {
    for (let tries = 0; tries < 100; tries++) {
      const frame = this.page.frames().find((candidate) => candidate !== this.page.mainFrame());
      if (frame) return frame;
      await this.page.waitForTimeout(50);
    }
    throw new Error('the widget made no frame');
  }

  async frame(): Promise<Frame> {
    return this.#frame();
  }

  async composer(): Promise<Locator> {
    return (await this.#frame()).locator('.w__in textarea');
  }

  async writes(text: string): Promise<void> {
    const filled = async () =>
      (await this.composer()).fill(text).then(
        () => true,
        () => false,
      );
    await until(filled, 'the words to be in the composer');
    await (await this.composer()).press('Enter');
  }

  async writesAll(texts: readonly string[]): Promise<void> {
    await typeAll(await this.composer(), texts, false);
  }

  /** A window that begins anew, as for somebody who signs in, is another frame. */
  async sees(text: string): Promise<void> {
    const isThere = async () => {
      const said = (await this.#frame()).getByRole('log').getByText(text, { exact: true }).first();
      return said.isVisible().catch(() => false);
    };
    await until(isThere, `the customer to see ${text}`);
  }

  async isKept(count: number): Promise<void> {
    const frame = await this.#frame();
    await until(async () => (await keptIn(frame)) >= count, `${count} sends on the device`);
  }

  /** Waits until nothing is on its way any more. */
  async isStored(): Promise<void> {
    const frame = await this.#frame();
    await frame.waitForFunction(
      () =>
        document.querySelector('.wm--v .life') !== null &&
        !document.querySelector('.life.is-sending, .life.is-waiting, .life.is-refused'),
    );
  }

  /** Every message of the conversation in front, from its first to its last. */
  async messages(): Promise<Said[]> {
    const log = (await this.#frame()).getByRole('log');
    return log.evaluate(async (element) => {
      const first = () => element.querySelector('[data-numbers]')?.getAttribute('data-numbers')?.split(' ')[0];
      for (let tries = 0; first() !== '1' && tries < 400; tries++) {
        element.scrollTop = 0;
        element.dispatchEvent(new Event('scroll'));
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      return [...element.querySelectorAll('.wm p.b:not(.typing)')].map((said) => ({
        mine: said.closest('.wm--v') !== null,
        text: said.textContent ?? '',
        elements: said.querySelectorAll(':not(a)').length,
      }));
    });
  }

  async count(text: string): Promise<number> {
    return (await this.#frame()).getByRole('log').getByText(text, { exact: true }).count();
  }
}

export function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options });
}
