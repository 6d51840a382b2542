import { type Inbox, type Past, readInbox, readPast } from '../model/inbox.ts';
import type { SessionState } from '../model/notice.ts';
import type { Keep } from './keep.ts';

/** What is known of the customer's session and the inbox. Replaced at each change. */
export interface SessionValue {
  state: SessionState;
  inbox: Inbox | undefined;
  past: readonly Past[];
}

export interface Session {
  readonly value: SessionValue;
  subscribe(listener: () => void): () => void;
  /** For the client package: a token, null where this page may have none; throws while the server cannot be reached. */
  token(fresh: boolean): Promise<string | null>;
  /** Asks for the list of the customer's conversations. */
  refreshPast(): void;
}

/** How soon the inbox is asked for again where the server could not be reached. */
const RETRY_MS = 5000;

/** Who the customer is here: the stored token, or a new customer's; it is renewed each time the app begins. */
export function openSession(origin: string, inbox: string, keep: Keep): Session {
  const name = `heed-${inbox}`;
  const listeners = new Set<() => void>();
  let value: SessionValue = { state: 'none', inbox: undefined, past: [] };
  let asking: Promise<string | null> | undefined;
  let token = keep.get(name);

  const change = (more: Partial<SessionValue>): void => {
    value = { ...value, ...more };
    for (const listener of listeners) listener();
  };

  const post = (bearer: string | null): Promise<Response> =>
    fetch(`${origin}/v1/customers/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) },
      body: JSON.stringify({ inbox }),
      credentials: 'omit',
    });

  const read = async (response: Response): Promise<string | null> => {
    if (response.status === 403 || response.status === 404) {
      change({ state: 'forbidden' });
      return null;
    }
    if (!response.ok) throw new Error(`The session was answered ${response.status}`);
    const answer = (await response.json()) as { token: string; inbox: unknown };
    token = answer.token;
    keep.set(name, token);
    change({ state: 'good', inbox: readInbox(answer.inbox) });
    return token;
  };

  const ask = async (): Promise<string | null> => {
    try {
      const response = await post(token);
      return await read(response.status === 401 && token ? await post(null) : response);
    } catch (error) {
      change({ state: 'unreachable' });
      throw error;
    } finally {
      asking = undefined;
    }
  };

  const askOnce = (): Promise<string | null> => {
    asking ??= ask();
    return asking;
  };

  /** Until the inbox is known; the connection has its own pace. */
  const learnInbox = (): void => {
    askOnce().catch(() => setTimeout(learnInbox, RETRY_MS));
  };

  const fetchPast = async (): Promise<void> => {
    const bearer = token ?? (await askOnce());
    if (!bearer) return;
    const response = await fetch(`${origin}/v1/conversations`, {
      headers: { authorization: `Bearer ${bearer}` },
      credentials: 'omit',
    });
    if (response.ok) change({ past: readPast(await response.json()) });
  };

  learnInbox();
  return {
    get value() {
      return value;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    token: (fresh) => (token && !fresh ? Promise.resolve(token) : askOnce()),
    refreshPast: () => {
      // Without a connection there is no list; the start page shows what the device has.
      fetchPast().catch(() => undefined);
    },
  };
}
