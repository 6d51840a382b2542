import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { pause } from './house.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const output = join(import.meta.dirname, 'output');

/** What axe-core finds against WCAG 2.2 A and AA, one line each. */
export async function findings(place: Page | Frame): Promise<string[]> {
  await place.evaluate(axe);
  return place.evaluate(async (tags) => {
    type Result = { violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] };
    const { axe } = window as unknown as { axe: { run: (at: Document, options: unknown) => Promise<Result> } };
    const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    );
  }, TAGS);
}

/** Draws what is there now into output/, light and dark, and examines both. */
export async function look(name: string, page: Page, place: Page | Frame): Promise<string[]> {
  mkdirSync(output, { recursive: true });
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Colours that fade in are examined at their end.
    await pause(200);
    await page.screenshot({ path: join(output, `${name}-${colorScheme}.png`) });
    found.push(...(await findings(place)).map((one) => `${name} ${colorScheme} ${one}`));
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return found;
}
