import type { BrowserContext } from 'playwright-core';
import type { Screen } from '../simulation/real/checker.ts';
import { newScreen, readLine } from '../simulation/real/evidence.ts';

/** What the document of a page told: a text, and whether it stands there as one that is under way. */
interface Told {
  text: string;
  isUnderWay: boolean;
  at: number;
}

const LOOK_MS = 40;

/**
 * Writes down what the pages of one person's browser show, from the document alone, as it comes into view; what a page
 * told before its renderer was killed stays told.
 */
export async function logScreen(context: BrowserContext, name: string, side: Screen['side']): Promise<Screen> {
  const screen = newScreen({ name, person: name, side });
  await context.exposeBinding('heedScreenLog', (_, { text, isUnderWay, at }: Told) => {
    const isOwn = text.startsWith(`${name}.`);
    if (isOwn) readLine(screen, { kept: text });
    if (isUnderWay) return;
    readLine(screen, { at, shown: [text] });
    if (isOwn) readLine(screen, { stored: text });
  });
  await context.addInitScript(watchDocument, LOOK_MS);
  return screen;
}

/** Runs in every frame of the page. */
function watchDocument(everyMs: number): void {
  const { heedScreenLog: tell } = window as unknown as { heedScreenLog: (told: Told) => Promise<void> };
  const told = new Set<string>();
  const look = () => {
    for (const said of document.querySelectorAll('.ev[id^=n] .msg .said, .outbox .said, .wm p.b:not(.typing)')) {
      const text = said.textContent ?? '';
      const life = said.closest('.wm')?.querySelector('.life.is-sending, .life.is-waiting, .life.is-refused');
      const isUnderWay = said.closest('.outbox') !== null || (life !== null && life !== undefined);
      const key = `${isUnderWay} ${text}`;
      if (told.has(key)) continue;
      told.add(key);
      void tell({ text, isUnderWay, at: Date.now() });
    }
  };
  setInterval(look, everyMs);
}
