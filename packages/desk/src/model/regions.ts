/** The parts of the desk that F6 goes through, in order (DESIGN §8). */
const REGIONS = '[data-region]';
const FOCUSABLE =
  'button:not([disabled]):not([tabindex="-1"]), a[href], input, textarea, select, [tabindex]:not([tabindex="-1"])';

function isOnScreen(element: HTMLElement): boolean {
  return element.offsetParent !== null || element.getClientRects().length > 0;
}

/** After a conversation is done the focus goes to the row of the next one, once that is drawn. */
export function focusOpenRow(): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[role=option][aria-selected=true]')?.focus()),
  );
}

/** Puts the focus into the next part, or the one before. */
export function nextRegion(backwards: boolean): void {
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter(isOnScreen);
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const step = backwards ? -1 : 1;
  const next = regions[(at + step + regions.length) % regions.length];
  const inside = next && [...next.querySelectorAll<HTMLElement>(FOCUSABLE)].find(isOnScreen);
  (inside ?? next)?.focus();
}
