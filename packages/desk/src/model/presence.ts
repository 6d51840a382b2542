import type { Client, Terminal } from '@heed/client';
import { lostSince } from './banner.ts';
import { toast } from './toasts.ts';

/** The server returns what waits 5 s after somebody went away (LST6); so long it can be taken back. */
const UNDO_MS = 5_000;

export function setPresence(client: Client, state: 'taking' | 'away'): void {
  client.presence(state);
  if (state === 'taking') return;
  toast({ key: 'away.done' }, { label: { key: 'away.undo' }, run: () => client.presence('taking') }, UNDO_MS);
}

/** What stands under the agent's own name. */
export type Presence = 'taking' | 'away' | 'offline';

export function presenceOf(t: Terminal, now: number): Presence {
  if (lostSince(t, now) !== undefined) return 'offline';
  return t.presence ?? t.you?.presence ?? 'taking';
}
