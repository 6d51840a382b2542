const KEY = 'heed-terminal';
const CHANNEL = 'heed-terminals';
/** A twin on the same machine answers within a few milliseconds; a busy one gets this long. */
const ANSWER_MS = 120;

type Call = { ask: string; from: string } | { taken: string; to: string };

/** What the id needs from the page; a browser's own in the desk, small ones in tests. */
export interface Surroundings {
  storage: Pick<Storage, 'getItem' | 'setItem'>;
  channel: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>;
  newId: () => string;
  wait: (ms: number) => Promise<void>;
}

export function browserSurroundings(): Surroundings {
  return {
    storage: sessionStorage,
    channel: new BroadcastChannel(CHANNEL),
    newId: () => crypto.randomUUID(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/**
 * This page's terminal id. It survives a reload; a duplicated tab, which copies the id, is answered by its twin and
 * takes a new one (GRD2).
 */
export async function terminalId({ storage, channel, newId, wait }: Surroundings): Promise<string> {
  const nonce = newId();
  let id = storage.getItem(KEY) ?? newId();
  let twin = false;
  channel.addEventListener('message', (event) => {
    const call = (event as MessageEvent<Call>).data;
    // Two that ask at the same moment both answer, and both take new ids: that costs nothing.
    if ('ask' in call && call.ask === id && call.from !== nonce)
      channel.postMessage({ taken: id, to: call.from } satisfies Call);
    if ('taken' in call && call.to === nonce) twin = true;
  });
  channel.postMessage({ ask: id, from: nonce } satisfies Call);
  await wait(ANSWER_MS);
  if (twin) id = newId();
  storage.setItem(KEY, id);
  return id;
}
