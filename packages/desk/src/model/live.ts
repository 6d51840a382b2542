import { type Client, createClient, indexedDbStorage, memoryStorage, type Storage } from '@heed/client';
import { type Files, openFiles } from '@heed/client/files';
import type { Stream } from '@heed/protocol';
import { tellDrafts } from './drafts.ts';
import { tokenForConnection } from './session.ts';
import { browserSurroundings, terminalId } from './terminal-id.ts';
import { streamsToWatch } from './views.ts';

/** Where a browser forbids its storage the desk works from memory; the client says that it is not durable. */
function storageFor(name: string): Storage {
  try {
    return indexedDbStorage(name);
  } catch (error) {
    console.warn('heed: this browser keeps nothing', error);
    return memoryStorage();
  }
}

/** A terminal with its files. */
export interface RunningDesk {
  client: Client;
  files: Files;
  close: () => void;
}

let id: Promise<string> | undefined;

/** Starts the terminal of the agent who signed in. Each agent has an outbox of their own on a shared machine. */
export async function startDesk(agent: string): Promise<RunningDesk> {
  id ??= terminalId(browserSurroundings());
  const terminal = await id;
  const name = `heed-desk-${agent}`;
  const common = { url: location.origin, token: tokenForConnection, terminal };
  const client = createClient({ ...common, kind: 'desk', storage: storageFor(name) });
  const files = openFiles({ ...common, client, name });
  const stopTelling = tellDrafts(client);
  return {
    client,
    files,
    close: () => {
      stopTelling();
      files.close();
      void client.close();
    },
  };
}

/** A server begins every sign-in as taking chats (§11): who chose otherwise says so once connected. */
export function awayOnceOpen(client: Client): void {
  const stop = client.subscribe(() => {
    if (client.state.link.state !== 'open') return;
    stop();
    client.presence('away');
  });
}

/** Keeps the right streams open as lists change; `open` is asked for the window in front. Returns the closer. */
export function keepWatching(client: Client, open: () => string | undefined): { renew: () => void; close: () => void } {
  const closers = new Map<Stream, () => void>();
  let lists: unknown;
  let last: string | undefined;
  const renew = () => {
    const wanted = streamsToWatch(client.state, open());
    for (const [s, close] of closers) {
      if (wanted.has(s)) continue;
      closers.delete(s);
      close();
    }
    for (const s of wanted) if (!closers.has(s)) closers.set(s, client.watch(s));
  };
  const stop = client.subscribe(() => {
    const { you, replicas } = client.state;
    const mine = you && replicas.get(`list/agent:${you.id}`)?.entries;
    if (mine === lists && last === you?.id) return;
    lists = mine;
    last = you?.id;
    renew();
  });
  renew();
  return {
    renew,
    close: () => {
      stop();
      for (const close of closers.values()) close();
    },
  };
}
