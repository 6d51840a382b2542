import { createServer } from 'node:http';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { House, INBOX } from '../e2e/house.ts';
import { freePort } from '../packages/server/src/http/free-port.ts';
import { atMost, type Findings, rounded } from './targets.ts';

/** A task that takes longer keeps the page from answering; what is above is called blocking. */
const LONG_MS = 50;
/** What a middling phone takes for what this machine does. */
const SLOWER = 4;
/** After this the page is at rest, and what the widget does by itself is done. */
const REST_MS = 2_500;

interface Measured {
  blockingMs: number;
  taskMs: number;
  layoutShift: number;
}

/** A shop's page of a usual size: text, pictures drawn by the browser, a little script. */
function pageOf(tag: string): string {
  const goods = Array.from(
    { length: 120 },
    (_, n) =>
      `<article><svg viewBox="0 0 60 40" width="120" height="80"><rect width="60" height="40" fill="hsl(${n * 3} 40% 70%)"/></svg><h2>Lamp ${n}</h2><p>Turned from ash, with a shade of linen that comes off for washing. Number ${n} of a series.</p></article>`,
  );
  const style =
    'body{font:16px/1.5 system-ui;margin:0 auto;max-width:1000px}main{display:grid;grid-template-columns:repeat(4,1fr);gap:20px}';
  return `<!doctype html><html lang="en"><title>Lamps</title><style>${style}</style><body><h1>Lamps</h1><main>${goods.join('')}</main>${tag}</body></html>`;
}

type Prepare = (context: BrowserContext, url: string) => Promise<void>;

/** Begins a conversation on the page, as a customer did some minutes ago; the last of it is read. */
async function converse(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(url);
  await page.evaluate(() => (window as unknown as { Heed(...call: string[]): void }).Heed('write', 'Is it here yet?'));
  const frame = page.frameLocator('iframe');
  const field = frame.getByRole('textbox');
  await page.waitForFunction(
    () =>
      document
        .querySelector('heed-widget')
        ?.shadowRoot?.querySelector('iframe')
        ?.contentDocument?.querySelector('textarea')?.value,
  );
  await field.press('Enter');
  await frame.locator('.life.is-stored').waitFor();
  await page.close();
}

/** Loads a page once with an empty cache, and measures it through the DevTools protocol. */
async function load(browser: Browser, url: string, prepare: Prepare): Promise<Measured> {
  const context = await browser.newContext({ viewport: { width: 412, height: 915 }, deviceScaleFactor: 2 });
  await prepare(context, url);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.clearBrowserCache');
  await devtools.send('Performance.enable');
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.addInitScript(() => {
    const seen = { long: [] as number[], shift: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.long.push(duration);
    }).observe({ type: 'longtask', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForTimeout(REST_MS);
  const { metrics } = await devtools.send('Performance.getMetrics');
  const task = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  const seen = await page.evaluate(() => (window as unknown as { seen: { long: number[]; shift: number } }).seen);
  await context.close();
  const blockingMs = seen.long.reduce((sum, ms) => sum + Math.max(0, ms - LONG_MS), 0);
  return { blockingMs, taskMs: task * 1000, layoutShift: seen.shift };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return rounded(sorted[Math.floor(sorted.length / 2)] ?? 0, 3);
}

function summed(all: readonly Measured[]): Measured {
  return {
    blockingMs: median(all.map(({ blockingMs }) => blockingMs)),
    taskMs: median(all.map(({ taskMs }) => taskMs)),
    layoutShift: median(all.map(({ layoutShift }) => layoutShift)),
  };
}

/** What the widget costs a page on which nobody has opened it, and one where a conversation goes on. */
export async function benchPage({ rounds }: { rounds: number }): Promise<Findings> {
  const house = await House.build();
  const shop = createServer((request, answer) => {
    const tag = `<script async src="${house.address}/widget.js" data-inbox="${INBOX}"></script>`;
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    answer.end(pageOf(request.url === '/with' ? tag : ''));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => shop.listen(port, '127.0.0.1', () => resolve()));
  const args = ['--no-sandbox', '--disable-gpu'];
  const browser = await chromium.launch({ executablePath: process.env.HEED_CHROMIUM ?? '/usr/bin/chromium', args });
  const kinds = {
    without: { path: '', prepare: async () => undefined },
    launcher: { path: 'with', prepare: async () => undefined },
    conversation: { path: 'with', prepare: converse },
  };
  const measured: Record<keyof typeof kinds, Measured[]> = { without: [], launcher: [], conversation: [] };
  try {
    // In turn, so that what else the machine does falls on all of them alike; the first round warms up.
    for (let round = 0; round <= rounds; round++) {
      for (const name of ['without', 'launcher', 'conversation'] as const) {
        const { path, prepare } = kinds[name];
        const one = await load(browser, `http://127.0.0.1:${port}/${path}`, prepare);
        if (round > 0) measured[name].push(one);
      }
    }
  } finally {
    await browser.close();
    shop.closeAllConnections();
    shop.close();
    await house.tearDown();
  }
  const without = summed(measured.without);
  const [launcher, conversation] = [summed(measured.launcher), summed(measured.conversation)];
  const added = (one: Measured) => rounded(one.blockingMs - without.blockingMs);
  return {
    figures: { rounds, cpuSlowedBy: SLOWER, without, launcher, conversation },
    targets: [
      atMost('blocking ms that the launcher adds', added(launcher), 20),
      atMost('blocking ms that the widget adds where a conversation goes on', added(conversation), 20),
      atMost('layout shift that it adds', rounded(conversation.layoutShift - without.layoutShift, 3), 0),
    ],
  };
}
