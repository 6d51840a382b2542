import type { Notice } from './notices.ts';

/** What tabs of one browser say to each other: which of them tells of what. */
export interface Claims {
  post(claim: Claim): void;
  close(): void;
}
export interface Claim {
  /** A happening, or what this tab has in front: then `front`, which is null where nobody looks at it. */
  key: string;
  by: string;
  front?: string | null;
}

/** Long enough for the other tabs to say that they know, and for a conversation just taken to come to the front. */
const WAIT_MS = 300;
/** Tabs that were asleep learn late of what was told long ago. */
const REMEMBERED_MS = 10 * 60_000;
/** A tab says so often what somebody has in front of them, and is believed for so long: it may have crashed. */
export const FRONT_AGAIN_MS = 5_000;
const FRONT_MS = 3 * FRONT_AGAIN_MS;
/** Sorts before every tab's id: somebody looks at it already, and nobody needs to tell. */
const SEEN = '';

export interface Teller {
  notice(notice: Notice): void;
  /** Tells the other tabs what is in front of somebody here, before anything happens there. */
  front(conversation: string | null): void;
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
  now: () => number;
  after: (ms: number, then: () => void) => void;
}): Teller {
  const { id, post, isInFront, tell, now, after } = parts;
  const claims = new Map<string, string>();
  const fronts = new Map<string, { conversation: string | null; at: number }>();
  const isSeen = (conversation: string) =>
    isInFront(conversation) ||
    [...fronts.values()].some((front) => front.conversation === conversation && now() - front.at <= FRONT_MS);
  const heard = ({ key, by, front }: Claim) => {
    if (front !== undefined) {
      fronts.set(by, { conversation: front, at: now() });
      return;
    }
    const before = claims.get(key);
    if (before === undefined) after(REMEMBERED_MS, () => claims.delete(key));
    if (before === undefined || by < before) claims.set(key, by);
  };
  return {
    heard,
    front: (conversation) => post({ key: 'front', by: id, front: conversation }),
    notice(notice) {
      const { key, conversation } = notice;
      // Another tab told of it, or is about to, before this one knew.
      if (claims.has(key)) return;
      const claim = (by: string) => {
        heard({ key, by });
        post({ key, by });
      };
      claim(isSeen(conversation) ? SEEN : id);
      after(WAIT_MS, () => {
        if (isSeen(conversation)) claim(SEEN);
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
