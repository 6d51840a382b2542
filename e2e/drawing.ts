import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { pause } from './house.ts';

const output = join(import.meta.dirname, 'output');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe-core found against WCAG 2.2 A and AA. */
interface Violation {
  screen: string;
  rule: string;
  at: string;
}

const violations: Violation[] = [];

/** What was found since it was asked last. */
export function violationsFound(): Violation[] {
  return violations.splice(0);
}

async function examine(place: Page | Frame, screen: string): Promise<void> {
  await place.evaluate(axe);
  const found = await place.evaluate(async (tags) => {
    type Result = { violations: { id: string; nodes: { target: unknown; html: string; failureSummary?: string }[] }[] };
    const { axe } = window as unknown as { axe: { run: (at: Document, options: unknown) => Promise<Result> } };
    const result = await axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
    return result.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, html, failureSummary }) => ({
        rule: id,
        at: `${String(target)} ${html.slice(0, 160)} ${failureSummary ?? ''}`,
      })),
    );
  }, TAGS);
  violations.push(...found.map((one) => ({ screen, ...one })));
}

/** Draws and examines what is there now, in both schemes, into `output/`. */
export async function screen(name: string, page: Page, place: Page | Frame = page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    mkdirSync(output, { recursive: true });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Colours that fade in are examined at their end.
    await pause(300);
    await page.screenshot({ path: join(output, `${name}-${colorScheme}.png`) });
    await examine(place, `${name} ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

/** The same from right to left, for the eye. */
export async function mirrored(name: string, page: Page): Promise<void> {
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  await pause(300);
  await page.screenshot({ path: join(output, `${name}-rtl.png`) });
  await page.evaluate(() => {
    document.documentElement.dir = 'ltr';
  });
}
