import type { Customer, Entry, Stream } from '@heed/protocol';
import type { Draft, Pending, Replica } from './state.ts';

/** What of a replica is kept on the device; items and point are one record, so that both enter or neither (CMP9). */
export type KeptReplica = Pick<Replica, 's' | 'epoch' | 'before' | 'items' | 'at' | 'state' | 'seen'> & {
  entries: [string, Entry][];
  reads: [string, { n: number; at: string }][];
  customer?: Customer;
};

/** A terminal's durable memory: IndexedDB in a browser, memory elsewhere. Each call is atomic. */
export interface Storage {
  /** False where nothing outlives the page: the widget then says so. */
  readonly durable: boolean;
  /** Everything kept; of the outbox what this terminal pressed, and what pages that are gone left behind (SND1). */
  load(
    terminal: string,
  ): Promise<{ outbox: Pending[]; replicas: KeptReplica[]; drafts: [Stream, Draft][]; epoch?: string }>;
  putPending(pending: Pending): Promise<void>;
  dropPending(id: string): Promise<void>;
  putReplica(replica: KeptReplica): Promise<void>;
  dropReplica(s: Stream): Promise<void>;
  putDraft(s: Stream, draft: Draft | undefined): Promise<void>;
  putEpoch(epoch: string): Promise<void>;
  close(): void;
}

/** A memory that ends with the page. */
export function memoryStorage(): Storage {
  const outbox = new Map<string, Pending>();
  const replicas = new Map<Stream, KeptReplica>();
  const drafts = new Map<Stream, Draft>();
  let epoch: string | undefined;
  return {
    durable: false,
    load: async () => ({
      outbox: [...outbox.values()],
      replicas: [...replicas.values()],
      drafts: [...drafts],
      ...(epoch === undefined ? {} : { epoch }),
    }),
    putPending: async (pending) => void outbox.set(pending.id, pending),
    dropPending: async (id) => void outbox.delete(id),
    putReplica: async (replica) => void replicas.set(replica.s, replica),
    dropReplica: async (s) => void replicas.delete(s),
    putDraft: async (s, draft) => void (draft ? drafts.set(s, draft) : drafts.delete(s)),
    putEpoch: async (value) => {
      epoch = value;
    },
    close: () => undefined,
  };
}
