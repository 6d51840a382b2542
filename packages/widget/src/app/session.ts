import { type Inbox, type Past, readInbox } from '../model/inbox.ts';
import type { SessionState } from '../model/notice.ts';
import { type Keep, type Person, storageName, tokenName } from './keep.ts';

/** What is known of the customer's session and the inbox. Replaced at each change. */
export interface SessionValue {
  state: SessionState;
  inbox: Inbox | undefined;
  past: readonly Past[];
  /** Where mail to the customer goes, if they said so. */
  email: string | null;
  /** Whether the shop has signed who it is. */
  verified: boolean;
}

export interface Session {
  readonly value: SessionValue;
  subscribe(listener: () => void): () => void;
  /** For the client package: a token, null where this page may have none; throws while the server cannot be reached. */
  token(fresh: boolean): Promise<string | null>;
  /** What was learned otherwise. */
  change(more: Partial<SessionValue>): void;
}

/** How soon the inbox is asked for again where the server could not be reached. */
const RETRY_MS = 5000;

/** Who the customer is here: the stored token, or a new customer's; it is renewed each time the app begins. */
export function openSession(origin: string, inbox: string, person: Person, keep: Keep): Session {
  const name = tokenName(person.key);
  let { identity } = person;
  const listeners = new Set<() => void>();
  let value: SessionValue = { state: 'none', inbox: undefined, past: [], email: null, verified: false };
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
      body: JSON.stringify(identity ? { inbox, identity } : { inbox }),
      credentials: 'omit',
    });

  const read = async (response: Response): Promise<string | null> => {
    if (response.status === 403 || response.status === 404) {
      change({ state: 'forbidden' });
      return null;
    }
    if (!response.ok) throw new Error(`The session was answered ${response.status}`);
    const answer = (await response.json()) as {
      token: string;
      inbox: unknown;
      customer?: { email?: string; verified?: true };
    };
    token = answer.token;
    keep.set(name, token);
    if (person.former) forget(person.former);
    const { email = null, verified = false } = answer.customer ?? {};
    change({ state: 'good', inbox: readInbox(answer.inbox), email, verified });
    return token;
  };

  /** What was kept of nobody is somebody's now, who has it from the server. */
  const forget = (key: string): void => {
    keep.drop(tokenName(key));
    indexedDB.deleteDatabase(storageName(key));
  };

  const ask = async (): Promise<string | null> => {
    try {
      // Another page of this customer may have a newer one.
      token = keep.get(name) ?? token;
      let response = await post(token ?? (person.former ? keep.get(tokenName(person.former)) : null));
      if (response.status === 403 && identity) {
        const { message } = (await response.clone().json()) as { message?: string };
        console.error(`Heed: ${message}`);
        // Whoever has been here before is known by their own token; nobody is locked out for a clock that is wrong.
        identity = null;
        response = await post(token);
      }
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

  learnInbox();
  return {
    change,
    get value() {
      return value;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    token: (fresh) => (token && !fresh ? Promise.resolve(token) : askOnce()),
  };
}
