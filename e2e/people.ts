import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Frame,
  type Locator,
  type Page,
} from 'playwright-core';
import { type House, PASSWORD } from './house.ts';
import type { Link } from './link.ts';

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

/** What a page said that it should not have: exceptions and console errors, but for those of a network that is gone. */
export function listenForErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    const expected = /Failed to load resource|WebSocket connection|ERR_/.test(message.text());
    if (message.type() === 'error' && !expected) errors.push(message.text());
  });
  return errors;
}

/** An agent at a desk. */
export class Desk {
  readonly page: Page;
  readonly link: Link;
  readonly errors: string[];

  private constructor(page: Page, link: Link) {
    this.page = page;
    this.link = link;
    this.errors = listenForErrors(page);
  }

  /** Opens the desk in a context of its own and signs in. */
  static async signIn(house: House, context: BrowserContext, email: string): Promise<Desk> {
    const desk = new Desk(await context.newPage(), await house.link());
    await desk.page.goto(`${desk.link.url}/desk/`);
    await desk.page.getByLabel('E-mail').fill(email);
    await desk.page.locator('input[type=password]').fill(PASSWORD);
    await desk.page.keyboard.press('Enter');
    await desk.takeNext.waitFor();
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
      const head = numberIn(document.querySelector('.step')?.getAttribute('aria-label'));
      return head !== undefined && head === numberIn(document.querySelector('.comp__after')?.textContent);
    });
  }

  async reply(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.page.keyboard.press('Control+Enter');
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
  readonly link: Link;
  readonly errors: string[];

  private constructor(page: Page, link: Link) {
    this.page = page;
    this.link = link;
    this.errors = listenForErrors(page);
  }

  static async visit(house: House, context: BrowserContext, attributes = ''): Promise<Customer> {
    const customer = new Customer(await context.newPage(), await house.link());
    await customer.page.goto(house.shopPage(customer.link.url, attributes));
    await customer.open();
    return customer;
  }

  /** Opens the widget; the conversation that was open before comes by itself. */
  async open(): Promise<void> {
    await this.page.getByRole('button', { name: /chat/i }).first().click();
    await (await this.#frame()).getByRole('textbox').first().waitFor();
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

  async writes(text: string): Promise<void> {
    const frame = await this.#frame();
    await frame.getByRole('textbox').first().fill(text);
    await frame.getByRole('textbox').first().press('Enter');
  }

  async sees(text: string): Promise<void> {
    await (await this.#frame()).getByRole('log').getByText(text, { exact: true }).first().waitFor();
  }

  async count(text: string): Promise<number> {
    return (await this.#frame()).getByRole('log').getByText(text, { exact: true }).count();
  }
}

export function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options });
}
