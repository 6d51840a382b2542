import type { Draft, KeptReplica, Pending, Storage } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { Chance } from './chance.ts';
import type { Time } from './time.ts';

/** What is written: to the outbox, or of a window. */
export type WriteKind = 'outbox' | 'window';

/** What a device keeps when its page is gone. */
export class Device {
  readonly outbox = new Map<string, Pending>();
  readonly replicas: Map<Stream, KeptReplica> = new Map();
  readonly drafts = new Map<Stream, Draft>();
  epoch: string | undefined;
  readonly #longestMs: number;
  #watched: { kind: WriteKind; act: () => void } | undefined;

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  /** Calls back once, as soon as something of that kind is being written. */
  whenWriting(kind: WriteKind, act: () => void): void {
    this.#watched = { kind, act };
  }

  #begins(kind: WriteKind): void {
    if (this.#watched?.kind !== kind) return;
    const { act } = this.#watched;
    this.#watched = undefined;
    act();
  }

  /** Everything is lost, as where a browser is told to forget. */
  wipe(): void {
    for (const kept of [this.outbox, this.replicas, this.drafts]) kept.clear();
    this.epoch = undefined;
  }

  /** A page's way to it: writes take a moment, in order, and none is done once the page is gone. */
  storage(time: Time, chance: Chance, isAlive: () => boolean): Storage {
    const write = (change: () => void, kind: WriteKind = 'window'): Promise<void> =>
      new Promise((resolve) => {
        this.#begins(kind);
        time.after(this.#takes(time, chance), () => {
          if (!isAlive()) return;
          change();
          resolve();
        });
      });
    return {
      durable: true,
      load: () =>
        new Promise((resolve) => {
          time.after(this.#takes(time, chance), () => {
            if (!isAlive()) return;
            const kept = { outbox: [...this.outbox.values()], replicas: [...this.replicas.values()] };
            const { epoch } = this;
            resolve({ ...kept, drafts: [...this.drafts], ...(epoch === undefined ? {} : { epoch }) });
          });
        }),
      putPending: (pending) => write(() => this.outbox.set(pending.id, pending), 'outbox'),
      dropPending: (id) => write(() => this.outbox.delete(id), 'outbox'),
      putReplica: (replica) => write(() => this.replicas.set(replica.s, replica)),
      dropReplica: (s) => write(() => this.replicas.delete(s)),
      putDraft: (s, draft) => write(() => (draft ? this.drafts.set(s, draft) : this.drafts.delete(s))),
      putEpoch: (epoch) =>
        write(() => {
          this.epoch = epoch;
        }),
      close: () => undefined,
    };
  }

  #writesAt = 0;

  #takes(time: Time, chance: Chance): number {
    this.#writesAt = Math.max(this.#writesAt, time.now + 1 + chance.next() * this.#longestMs);
    return this.#writesAt - time.now;
  }
}
