import type { Host } from '../host.ts';
import type { Answered, Gate } from '../model/gate.ts';
import { readPast } from '../model/inbox.ts';
import { atLast } from './at-last.ts';
import type { Keep } from './keep.ts';
import type { Session } from './session.ts';

/** What the window says to the server beside the conversation, in the customer's name. */
export interface Ask {
  /** Asks for the list of the customer's conversations. */
  refreshPast(): void;
  /** How the customer is called and where mail to them goes; throws where it was not taken. */
  introduce(about: { name?: string; email?: string }): Promise<void>;
  /** What was asked before the first message was answered here. */
  answered(): Answered;
  /** Keeps the answers, and tells them to the server as soon as it can be reached. */
  answer(about: { name?: string; email?: string }, gate: Gate): void;
  /** Has a conversation mailed; throws where it was not taken. */
  transcript(conversation: string, email: string, language: string): Promise<void>;
}

export function makeAsk({ origin, inbox }: Pick<Host, 'origin' | 'inbox'>, session: Session, keep: Keep): Ask {
  const [asked, agreed] = [`heed-${inbox}-asked`, `heed-${inbox}-agreed`];
  const ask = async (path: string, body?: object): Promise<Response> => {
    const token = await session.token(false);
    const response = await fetch(`${origin}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      credentials: 'omit',
    });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
    return response;
  };
  const introduce = async (about: { name?: string; email?: string }): Promise<void> => {
    await ask('/v1/customers/about', about);
    if (about.email) session.change({ email: about.email });
  };
  return {
    refreshPast: () => {
      // Without a connection there is no list; the start page shows what the device has.
      ask('/v1/conversations')
        .then((response) => response.json())
        .then(
          (answer) => session.change({ past: readPast(answer) }),
          () => undefined,
        );
    },
    introduce,
    answered: () => ({ asked: keep.get(asked) !== null, agreed: keep.get(agreed) !== null }),
    answer: (about, gate) => {
      keep.set(asked, '');
      if (gate.consent) keep.set(agreed, new Date().toISOString());
      if (Object.keys(about).length > 0) void atLast(() => introduce(about));
    },
    transcript: async (conversation, email, language) => {
      await ask(`/v1/conversations/${conversation}/transcript`, { email, language });
    },
  };
}
