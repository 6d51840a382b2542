import type { Stream } from '@heed/protocol';
import type { Draft, Pending } from './state.ts';
import type { KeptReplica, Storage } from './storage.ts';

const STORES = ['outbox', 'replicas', 'drafts', 'about'] as const;
type Store = (typeof STORES)[number];

export function finished<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const store of STORES)
      if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store);
  };
  return finished(request);
}

function lockName(name: string, terminal: string): string {
  return `${name}:${terminal}`;
}

/** Which pages of this storage live now. */
export async function livesHere(name: string): Promise<(terminal: string) => boolean> {
  if (!('locks' in navigator)) return () => false;
  const { held = [] } = await navigator.locks.query();
  const names = new Set(held.map((lock) => lock.name));
  return (terminal) => names.has(lockName(name, terminal));
}

/**
 * Keeps a person's outbox, windows and drafts in this browser. Throws at once where the browser has no IndexedDB or
 * forbids it; the caller then takes memory and says so.
 *
 * Each page holds a lock with its terminal's id while it lives. What a page that is gone left in the outbox is taken
 * over by the next one that loads: the ids are the same, so even two that take it send it once (SND3).
 */
export function indexedDbStorage(name: string): Storage {
  const database = open(name);
  // Whoever uses it first sees the failure; this keeps an unused one from being reported as unhandled.
  database.catch(() => undefined);
  const closers: (() => void)[] = [];

  async function change(store: Store, act: (store: IDBObjectStore) => void): Promise<void> {
    const transaction = (await database).transaction(store, 'readwrite', { durability: 'strict' });
    act(transaction.objectStore(store));
    await committed(transaction);
  }

  function live(terminal: string): void {
    if (!('locks' in navigator)) return;
    void navigator.locks.request(
      lockName(name, terminal),
      { ifAvailable: true },
      () => new Promise<void>((end) => closers.push(end)),
    );
  }

  return {
    durable: true,
    async load(terminal) {
      const transaction = (await database).transaction(STORES, 'readonly');
      const all = <T>(store: Store): Promise<T[]> =>
        finished(transaction.objectStore(store).getAll() as IDBRequest<T[]>);
      const [outbox, replicas, drafts, keys, epoch] = await Promise.all([
        all<Pending>('outbox'),
        all<KeptReplica>('replicas'),
        all<Draft>('drafts'),
        finished(transaction.objectStore('drafts').getAllKeys()),
        finished(transaction.objectStore('about').get('epoch') as IDBRequest<string | undefined>),
      ]);
      const lives = await livesHere(name);
      live(terminal);
      return {
        outbox: outbox.filter((pending) => pending.terminal === terminal || !lives(pending.terminal)),
        replicas,
        drafts: drafts.map((draft, index): [Stream, Draft] => [String(keys[index]), draft]),
        ...(epoch === undefined ? {} : { epoch }),
      };
    },
    putPending: (pending) => change('outbox', (store) => store.put(pending, pending.id)),
    dropPending: (id) => change('outbox', (store) => store.delete(id)),
    putReplica: (replica) => change('replicas', (store) => store.put(replica, replica.s)),
    dropReplica: (s) => change('replicas', (store) => store.delete(s)),
    putDraft: (s, draft) => change('drafts', (store) => (draft ? store.put(draft, s) : store.delete(s))),
    putEpoch: (epoch) => change('about', (store) => store.put(epoch, 'epoch')),
    close: () => {
      for (const end of closers) end();
      void database.then((open) => open.close());
    },
  };
}
