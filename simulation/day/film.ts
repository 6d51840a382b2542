import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

const WIDE = 4;

/** Pictures of a page while something goes on, and all of them on one strip. */
export class Film {
  readonly #folder: string;
  readonly #taken: { file: string; says: string }[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }

  async take(page: Page, says: string): Promise<void> {
    const file = `${String(this.#taken.length + 1).padStart(2, '0')}.jpeg`;
    await page.screenshot({ path: join(this.#folder, file), type: 'jpeg', quality: 70 });
    this.#taken.push({ file, says });
  }

  /** Puts them side by side; gives where the strip is. */
  async develop(browser: Browser): Promise<string> {
    const figures = this.#taken.map(({ file, says }) => {
      const bytes = readFileSync(join(this.#folder, file)).toString('base64');
      return `<figure><img src="data:image/jpeg;base64,${bytes}"><figcaption>${says}</figcaption></figure>`;
    });
    const style = `body{margin:12px;display:grid;grid-template-columns:repeat(${WIDE},1fr);gap:12px;font:13px system-ui}
      figure{margin:0}img{width:100%;border:1px solid #bbb}`;
    const html = `<!doctype html><meta charset="utf-8"><title>A day in the desk</title><style>${style}</style>${figures.join('')}`;
    writeFileSync(join(this.#folder, 'strip.html'), html);
    const page = await browser.newPage({ viewport: { width: 1920, height: 400 } });
    await page.setContent(html);
    const strip = join(this.#folder, 'strip.png');
    await page.screenshot({ path: strip, fullPage: true });
    await page.close();
    return strip;
  }
}
