import type { Client } from '@heed/client';
import { currentChat, isOngoing } from '../model/current.ts';
import { NEW } from '../model/new.ts';
import { chatMark, type Keep } from './keep.ts';

/**
 * Leaves a mark in the page's storage while a conversation goes on or something waits to be sent: by it the loader
 * knows to load the app on the next page, and this customer's other tabs learn that a conversation began.
 */
export function rememberChat(client: Client, keep: Keep, inbox: string): () => void {
  const name = chatMark(inbox);

  const note = (): void => {
    const { state } = client;
    const current = currentChat(state);
    const loaded = current === NEW || state.replicas.get(current)?.at !== undefined;
    const goesOn = state.outbox.length > 0 || (current !== NEW && isOngoing(state, current));
    if (goesOn && keep.get(name) !== current) keep.set(name, current);
    else if (!goesOn && loaded && state.link.state === 'open') keep.drop(name);
  };

  const closers = new Map<string, () => void>();
  const follow = ({ key, newValue }: StorageEvent): void => {
    if (key !== name || !newValue || newValue === NEW || closers.has(newValue)) return;
    closers.set(newValue, client.watch(newValue));
  };

  note();
  const stop = client.subscribe(note);
  addEventListener('storage', follow);
  return () => {
    stop();
    removeEventListener('storage', follow);
    for (const close of closers.values()) close();
  };
}
