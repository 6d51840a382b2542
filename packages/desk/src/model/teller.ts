import type { Notice } from './notices.ts';

/** What tabs of one browser say to each other: which of them tells of what. */
export interface Claims {
  post(claim: Claim): void;
  close(): void;
}
export interface Claim {
  key: string;
  by: string;
}

/** Long enough for the other tabs to say that they know, and for a conversation just taken to come to the front. */
const WAIT_MS = 300;
/** Tabs that were asleep learn late of what was told long ago. */
const REMEMBERED_MS = 10 * 60_000;
/** Sorts before every tab's id: somebody looks at it already, and nobody needs to tell. */
const SEEN = '';

export interface Teller {
  notice(notice: Notice): void;
  heard(claim: Claim): void;
}

/**
 * Tells of each happening in one tab only, and in none where its conversation is in front of somebody: each tab says that
 * it knows, and the lowest id tells. No tab leads, so none that hangs can keep the others silent.
 */
export function newTeller(parts: {
  id: string;
  post: (claim: Claim) => void;
  isInFront: (conversation: string) => boolean;
  tell: (notice: Notice) => void;
  after: (ms: number, then: () => void) => void;
}): Teller {
  const { id, post, isInFront, tell, after } = parts;
  const claims = new Map<string, string>();
  const heard = ({ key, by }: Claim) => {
    const before = claims.get(key);
    if (before === undefined) after(REMEMBERED_MS, () => claims.delete(key));
    if (before === undefined || by < before) claims.set(key, by);
  };
  return {
    heard,
    notice(notice) {
      const { key, conversation } = notice;
      // Another tab told of it, or is about to, before this one knew.
      if (claims.has(key)) return;
      const claim = (by: string) => {
        heard({ key, by });
        post({ key, by });
      };
      claim(isInFront(conversation) ? SEEN : id);
      after(WAIT_MS, () => {
        if (isInFront(conversation)) claim(SEEN);
        if (claims.get(key) === id) tell(notice);
      });
    },
  };
}

/** The other tabs of this browser, where it lets them talk. */
export function claimsBetweenTabs(agent: string, heard: (claim: Claim) => void): Claims {
  if (typeof BroadcastChannel === 'undefined') return { post: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(`heed-notices-${agent}`);
  channel.onmessage = ({ data }: MessageEvent<Claim>) => heard(data);
  return { post: (claim) => channel.postMessage(claim), close: () => channel.close() };
}
