import type { Stream } from '@heed/protocol';
import type { News } from '../ledger/command.ts';

/** What a commit made of one stream, and in which epoch. */
export interface Hint extends News {
  epoch: string;
}

/** A hint of the node's own that is no item: it has no number and may be lost (CON3). */
export type Whisper = { s: string; epoch: string; from: string; frame: unknown };

/** What one node tells all, itself included. Lost, doubled or late it costs time, never correctness (NOD1). */
export interface Bus {
  /** Whether other nodes hear what is told here: there are none, they do, or they do with their next beat only. */
  readonly state: 'alone' | 'connected' | 'away';
  publish(hints: Hint[]): void;
  whisper(whisper: Whisper): void;
  /** Calls back for what any node tells, of streams that are watched here or of any; gives the closer. */
  listen(
    onNews: (hint: Hint) => void,
    onWhisper: (whisper: Whisper) => void,
    isWatched: (s: Stream) => boolean,
  ): () => void;
}

/** The bus of a single process. */
export function localBus(): Bus {
  const listeners = new Set<{ onNews: (hint: Hint) => void; onWhisper: (whisper: Whisper) => void }>();
  return {
    state: 'alone',
    publish: (hints) => {
      for (const { onNews } of listeners) for (const hint of hints) onNews(hint);
    },
    whisper: (whisper) => {
      for (const { onWhisper } of listeners) onWhisper(whisper);
    },
    listen: (onNews, onWhisper) => {
      const listener = { onNews, onWhisper };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
