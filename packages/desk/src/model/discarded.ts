/** A reply that was discarded: kept on this device for a week, so that a slip costs nothing (DESIGN §4). */
export interface Discarded {
  id: string;
  conversation: string;
  text: string;
  at: number;
}

const KEPT_MS = 7 * 86_400_000;
const MOST = 50;

/** A place for short texts: localStorage, or a map in tests. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

function keyOf(agent: string): string {
  return `heed-discarded-${agent}`;
}

function isDiscarded(value: unknown): value is Discarded {
  const { id, conversation, text, at } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof id === 'string' && typeof conversation === 'string' && typeof text === 'string' && typeof at === 'number'
  );
}

function read(shelf: Shelf, agent: string): Discarded[] {
  try {
    const value: unknown = JSON.parse(shelf.getItem(keyOf(agent)) ?? '[]');
    return Array.isArray(value) ? value.filter(isDiscarded) : [];
  } catch {
    // Unreadable leftovers of another version: begin anew.
    return [];
  }
}

export function keepDiscarded(shelf: Shelf, agent: string, discarded: Discarded): void {
  const others = read(shelf, agent).filter(({ id, at }) => id !== discarded.id && discarded.at - at < KEPT_MS);
  shelf.setItem(keyOf(agent), JSON.stringify([discarded, ...others].slice(0, MOST)));
}

export function forgetDiscarded(shelf: Shelf, agent: string, id: string): void {
  shelf.setItem(keyOf(agent), JSON.stringify(read(shelf, agent).filter((one) => one.id !== id)));
}

/** The newest discarded reply of a conversation, while it is kept. */
export function discardedIn(shelf: Shelf, agent: string, conversation: string, now: number): Discarded | undefined {
  return read(shelf, agent).find((one) => one.conversation === conversation && now - one.at < KEPT_MS);
}
