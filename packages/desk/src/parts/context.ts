import type { Client, Terminal } from '@heed/client';
import type { Files } from '@heed/client/files';
import { createContext, useCallback, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Commands, Handler } from '../model/commands.ts';
import type { Command } from '../model/keys.ts';
import { lastTick, subscribeToTicks } from '../model/ticker.ts';
import type { Place } from '../model/views.ts';
import { language, subscribeToLanguage } from '../words/index.ts';

/** What every part of the desk may use. */
export interface DeskContext {
  client: Client;
  files: Files;
  place: Place;
  go: (place: Place, how?: 'replace') => void;
  toWall: () => void;
  commands: Commands;
  signOut: () => void;
}

export const Desk = createContext<DeskContext | undefined>(undefined);

export function useDesk(): DeskContext {
  const desk = useContext(Desk);
  if (!desk) throw new Error('A part of the desk was drawn outside of it.');
  return desk;
}

export function useTerminal(): Terminal {
  const { client } = useDesk();
  const subscribe = useCallback((listener: () => void) => client.subscribe(listener), [client]);
  return useSyncExternalStore(subscribe, () => client.state);
}

/** This device's time, renewed each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribeToTicks, lastTick);
}

/** Draws again when the language changes. */
export function useLanguage(): string {
  return useSyncExternalStore(subscribeToLanguage, language);
}

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

export const PHONE = '(max-width: 639.98px)';
export const NARROW = '(max-width: 1023.98px)';
export const DRAWER = '(max-width: 1279.98px)';

/** Answers a command while this part is on screen. */
export function useCommand(command: Command, handler: Handler): void {
  const { commands } = useDesk();
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => commands.register(command, () => latest.current()), [commands, command]);
}
