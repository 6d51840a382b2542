import { indexedDbStorage, memoryStorage, type Storage } from '@heed/client';

/** A few short texts under names, in the browser or, where it keeps nothing, in memory. */
export interface Keep {
  get(name: string): string | null;
  set(name: string, value: string): void;
  drop(name: string): void;
}

/** Some browsers throw as soon as they are asked for the area, others when it is full; memory lasts as long as the page. */
export function openKeep(area: () => globalThis.Storage): Keep {
  const memory = new Map<string, string>();
  const attempt = <T>(act: (storage: globalThis.Storage) => T, otherwise: T): T => {
    try {
      return act(area());
    } catch {
      return otherwise;
    }
  };
  return {
    get: (name) => memory.get(name) ?? attempt((storage) => storage.getItem(name), null),
    set: (name, value) => {
      const kept = attempt((storage) => {
        storage.setItem(name, value);
        return true;
      }, false);
      if (kept) memory.delete(name);
      else memory.set(name, value);
    },
    drop: (name) => {
      memory.delete(name);
      attempt((storage) => storage.removeItem(name), undefined);
    },
  };
}

/** Whether databases can be opened here; some browsers have them and refuse only when asked. */
function probe(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('heed-probe');
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
  });
}

/** The durable outbox, or memory where there can be none; the widget then says so. */
export async function openStorage(name: string): Promise<Storage> {
  try {
    await probe();
    return indexedDbStorage(name);
  } catch {
    return memoryStorage();
  }
}

/** Kept while a conversation goes on or something waits to be sent; the loader looks for it too. */
export const chatMark = (inbox: string): string => `heed-${inbox}-chat`;

/** This page's id, which survives a reload (GRD2). */
export function terminalId(keep: Keep, inbox: string): string {
  const name = `heed-terminal-${inbox}`;
  const known = keep.get(name);
  if (known) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const made = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  keep.set(name, made);
  return made;
}

/** Who is at this page, as far as the shop says: what is kept of one person is not another's. */
export interface Person {
  /** What is kept in the browser is kept under it. */
  key: string;
  /** The token with which the shop signed them in. */
  identity: string | null;
  /** Where nobody had signed in yet, what was begun then goes over to whoever does. */
  former?: string;
}

export const tokenName = (key: string): string => `heed-${key}`;
export const storageName = (key: string): string => `heed-widget-${key}`;
