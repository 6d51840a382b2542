import { committed, finished, livesHere } from '../indexed-db.ts';
import type { LocalFile } from '../state.ts';

/** A file as this device keeps it. */
export interface KeptFile {
  file: LocalFile;
  /** Whose page added it: another takes it over only when that one is gone, as with the outbox (SND1). */
  terminal: string;
  bytes: Blob;
}

/** Where files wait for their message: IndexedDB in a browser, memory elsewhere. Each call is atomic. */
export interface FileStorage {
  /** What this terminal added, what pages that are gone left behind, and whatever else the outbox here names. */
  load(terminal: string, named: ReadonlySet<string>): Promise<KeptFile[]>;
  put(kept: KeptFile): Promise<void>;
  /** The same bytes with something else known of them. */
  change(file: LocalFile, terminal: string): Promise<void>;
  drop(id: string): Promise<void>;
  close(): void;
}

/** A memory that ends with the page. */
export function memoryFiles(): FileStorage {
  const files = new Map<string, KeptFile>();
  return {
    load: async () => [...files.values()],
    put: async (kept) => void files.set(kept.file.id, kept),
    change: async (file, terminal) => {
      const kept = files.get(file.id);
      if (kept) files.set(file.id, { ...kept, file, terminal });
    },
    drop: async (id) => void files.delete(id),
    close: () => undefined,
  };
}

type About = Omit<KeptFile, 'bytes'>;
const STORES = ['about', 'bytes'];

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const store of STORES) request.result.createObjectStore(store);
  };
  return finished(request);
}

/** A database beside that of the outbox, so that pages which never saw a file need not open it, nor wait for it. */
export function indexedDbFiles(name: string): FileStorage {
  const database = open(`${name}-files`);
  // Whoever uses it first sees the failure; this keeps an unused one from being reported as unhandled.
  database.catch(() => undefined);

  async function change(act: (store: (name: string) => IDBObjectStore) => void): Promise<void> {
    const transaction = (await database).transaction(STORES, 'readwrite', { durability: 'strict' });
    act((store) => transaction.objectStore(store));
    await committed(transaction);
  }

  return {
    async load(terminal, named) {
      const lives = await livesHere(name);
      const transaction = (await database).transaction(STORES, 'readonly');
      const [abouts, ids, bytes] = await Promise.all([
        finished(transaction.objectStore('about').getAll() as IDBRequest<About[]>),
        finished(transaction.objectStore('bytes').getAllKeys()),
        finished(transaction.objectStore('bytes').getAll() as IDBRequest<Blob[]>),
      ]);
      const isOurs = (about: About) =>
        about.terminal === terminal || named.has(about.file.id) || !lives(about.terminal);
      return abouts.filter(isOurs).flatMap((about) => {
        const kept = bytes[ids.indexOf(about.file.id)];
        return kept ? [{ ...about, bytes: kept }] : [];
      });
    },
    put: ({ bytes, ...about }) =>
      change((store) => {
        store('about').put(about, about.file.id);
        store('bytes').put(bytes, about.file.id);
      }),
    change: (file, terminal) => change((store) => store('about').put({ file, terminal }, file.id)),
    drop: (id) => change((store) => STORES.forEach((each) => void store(each).delete(id))),
    close: () => void database.then((opened) => opened.close()),
  };
}
