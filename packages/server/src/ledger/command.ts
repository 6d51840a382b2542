import type { Item, Point, RefusalCode, Send, Stream } from '@heed/protocol';
import type { Who } from '../domain/permission.ts';

/** What somebody wants done to the log. */
export type Command =
  | { do: 'send'; who: Who; send: Send }
  | { do: 'cancel'; who: Who; s: Stream; id: string }
  | { do: 'take'; who: Who; id: string; queue: string }
  /** The system looks at a conversation, and does what is due (CLK3, LST6). */
  | { do: 'tend'; conversation: string }
  /** The system gives what waits on a queue to those who wait for work (LST5). */
  | { do: 'handOut'; queue: string };

/** What became of it. `after` is the true point to which the answer's missing items belong (GRD3). */
export type Outcome =
  | { do: 'sent'; s: Stream; at: Point }
  | { do: 'held'; because: number[]; after: Point; duplicateOf?: number }
  | { do: 'cancelled' }
  | { do: 'refused'; code: RefusalCode };

/** What a commit made of one stream: the hint that goes to the bus (NOD1). */
export interface News {
  s: Stream;
  prev: Point;
  items: Item[];
  /** Conversations and chats: who may read it after this commit (CON9). */
  access?: { id: string; customer: string; queue: string; holder: string | null };
}

export interface Committed {
  outcomes: Outcome[];
  news: News[];
}
