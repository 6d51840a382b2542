import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Draft, Pending, Storage } from '@heed/client';
import type { Stream } from '@heed/protocol';

type Kept = Awaited<ReturnType<Storage['load']>>;

/** A terminal's memory in a folder, one file a record, so that it outlives a process that is killed. */
export function fileStorage(folder: string): Storage {
  const place = (kind: string, key: string) => join(folder, kind, `${encodeURIComponent(key)}.json`);
  for (const kind of ['outbox', 'replicas', 'drafts', 'about']) mkdirSync(join(folder, kind), { recursive: true });

  // A file appears with all that is in it or not at all.
  const put = async (kind: string, key: string, value: unknown): Promise<void> => {
    const file = place(kind, key);
    writeFileSync(`${file}.new`, JSON.stringify(value));
    renameSync(`${file}.new`, file);
  };
  const drop = async (kind: string, key: string): Promise<void> => rmSync(place(kind, key), { force: true });
  const all = <T>(kind: string): [string, T][] =>
    readdirSync(join(folder, kind))
      .filter((name) => name.endsWith('.json'))
      .map((name) => [
        decodeURIComponent(name.slice(0, -'.json'.length)),
        JSON.parse(readFileSync(join(folder, kind, name), 'utf8')) as T,
      ]);

  return {
    durable: true,
    load: async () => ({
      outbox: all<Pending>('outbox').map(([, pending]) => pending),
      replicas: all<Kept['replicas'][number]>('replicas').map(([, replica]) => replica),
      drafts: all<Draft>('drafts') as [Stream, Draft][],
      ...(existsSync(place('about', 'epoch')) ? { epoch: String(all('about')[0]?.[1]) } : {}),
    }),
    putPending: (pending) => put('outbox', pending.id, pending),
    dropPending: (id) => drop('outbox', id),
    putReplica: (replica) => put('replicas', replica.s, replica),
    dropReplica: (s) => drop('replicas', s),
    putDraft: (s, draft) => (draft ? put('drafts', s, draft) : drop('drafts', s)),
    putEpoch: (epoch) => put('about', 'epoch', epoch),
    close: () => undefined,
  };
}
