import type { News } from '../ledger/command.ts';

/** A hint of the node's own that is no item: it has no number and may be lost (CON3). */
export type Whisper = { s: string; from: string; frame: unknown };

/** What one node tells all, itself included. Lost, doubled or late it costs time, never correctness (NOD1). */
export interface Bus {
  publish(news: News[]): void;
  whisper(whisper: Whisper): void;
  /** Calls back for what any node tells; gives the closer. */
  listen(onNews: (news: News) => void, onWhisper: (whisper: Whisper) => void): () => void;
}

/** The bus of a single process. */
export function localBus(): Bus {
  const listeners = new Set<{ onNews: (news: News) => void; onWhisper: (whisper: Whisper) => void }>();
  return {
    publish: (news) => {
      for (const { onNews } of listeners) for (const each of news) onNews(each);
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
