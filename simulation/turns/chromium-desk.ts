import { type Browser, chromium } from 'playwright-core';
import type { Mortal } from './mortal.ts';

/** The desk in Chromium. Its renderer is stopped: the browser goes on answering pings for a page that hangs (BEAT5). */
export class ChromiumDesk implements Mortal {
  readonly name = 'a desk in Chromium by SIGSTOP of its renderer';
  readonly #browser: Browser;
  #stopped: number[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async begin(
    executablePath: string,
    { url, email, password }: { url: string; email: string; password: string },
  ): Promise<ChromiumDesk> {
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const page = await browser.newPage();
      await page.goto(`${url}/desk/`);
      await page.locator('input[type=email]').fill(email);
      await page.locator('input[type=password]').fill(password);
      await page.keyboard.press('Enter');
      await page.locator('.list').waitFor();
      return new ChromiumDesk(browser);
    } catch (thrown) {
      await browser.close();
      throw thrown;
    }
  }

  async die(): Promise<void> {
    const session = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    this.#stopped = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    if (this.#stopped.length === 0) throw new Error('Chromium has no renderer');
    for (const pid of this.#stopped) process.kill(pid, 'SIGSTOP');
  }

  readonly revive = async (): Promise<void> => {
    for (const pid of this.#stopped.splice(0)) process.kill(pid, 'SIGCONT');
  };

  async remove(): Promise<void> {
    await this.revive();
    await this.#browser.close();
  }
}
