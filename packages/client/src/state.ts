import type {
  Attachment,
  ChatState,
  ConversationState,
  Customer,
  Entry,
  Item,
  Kind,
  Limits,
  Override,
  Point,
  Stream,
  Then,
  You,
} from '@heed/protocol';

/** Which application a terminal belongs to: it decides what may be sent when, and how its life is proven (BEAT5). */
export type TerminalKind = 'desk' | 'widget' | 'api';

/** All times in this package are this device's milliseconds since 1970; `skewMs` leads to the server's. */
export type Ms = number;

/** The connection. `since` is when it came into this state; `isFresh`: with a token that was asked for anew. */
export type Link =
  | { state: 'idle'; since: Ms }
  | { state: 'waiting'; since: Ms; until: Ms; attempt: number }
  | { state: 'connecting'; since: Ms; attempt: number; isFresh?: true }
  | { state: 'greeting'; since: Ms; attempt: number; isFresh?: true }
  | { state: 'open'; since: Ms; heardAt: Ms; session: string }
  | { state: 'refused'; since: Ms; why: 'token' | 'protocol' };

/** What a stream's window asked for and still waits for: one at a time (CMP6). */
export interface Asking {
  re: string;
  what: 'after' | 'snapshot' | 'before';
  at: Ms;
  tries: number;
  /** The furthest point that was held, or named as the head, when it asked (CMP3). */
  asked: Point;
}

/** Where a window of one stream is. */
export type Phase =
  | { name: 'empty' }
  | { name: 'held' }
  /** Frozen until a snapshot comes: what it holds is not what the server has (CMP3), or is of another epoch (EPO2). */
  | { name: 'frozen'; why: 'diverged' | 'epoch' }
  /** The permission ended or never was (CON9). */
  | { name: 'gone' };

export interface ReadMark {
  n: number;
  at: string;
}

/** One stream as this terminal holds it: items without a gap from `before` (exclusive) to `at`. */
export interface Replica {
  s: Stream;
  epoch: string;
  phase: Phase;
  /** The point that the oldest item follows; above 0 there are older ones to ask for (CMP11). */
  before: Point;
  items: readonly Item[];
  /** The point of the last item held; absent where nothing is. */
  at?: Point;
  /** The highest head that the server named. */
  head?: Point;
  /** When the server last confirmed a head that is held. */
  provenAt?: Ms;
  state: ConversationState | ChatState | null;
  /** Lists: the rows, by conversation. */
  entries: ReadonlyMap<string, Entry>;
  /** Who has read how far, by `type:id`. */
  reads: ReadonlyMap<string, ReadMark>;
  customer?: Customer;
  /** Who is writing now, by `type:id`, until when. */
  typing: ReadonlyMap<string, { name: string; until: Ms }>;
  /** Colleagues who look at it now, likewise. */
  viewing: ReadonlyMap<string, { name: string; until: Ms }>;
  /** A customer's place in line, from the server's last word. */
  place?: { place: number; waitMs: number | null };
  asking?: Asking;
  /** How often it asked from the same point without getting further: then it waits before it asks again (I13). */
  stuck?: { n: number; times: number };
  /** The same for what was left out below the window, and when it last asked. */
  stuckBelow?: { n: number; times: number; at: Ms };
  /** Malformed updates in a row (CMP12). */
  malformed: number;
  /** What was held when the beat before came (CMP3). */
  heldAtBeat?: number;
  /** Items that came by catching up after having been away: the desk draws a line around them. */
  caughtUp?: { from: number; to: number; at: Ms };
  /** Numbers of material items that were shown long enough (GRD1). */
  shown: ReadonlySet<number>;
  /** The last point seen (GRD1). */
  seen: Point;
  /** The `read` last told to the server. */
  readTold: number;
}

/** Where a send is. It leaves the outbox when its own item is applied, or its author discards it (SND1). */
export type PendingState =
  /** Being written to the durable outbox; not shown yet (SND1). */
  | { name: 'writing' }
  /** In the outbox: waits for a connection, for being in step, or for one before it. */
  | { name: 'waiting' }
  | { name: 'flying'; re: string; at: Ms; session: string }
  /** `sent` came; its item has not been applied here yet. */
  | { name: 'stored'; at: Point }
  /** Held back (GRD3): what its author had not seen, and when the answer came. */
  | { name: 'held'; because: number[]; heldAt: Ms; duplicateOf?: number }
  | { name: 'refused'; code: string; message: string }
  /** Of an epoch that ended: its author must look again (EPO2). */
  | { name: 'review' }
  /** Taken back by its author; the server is being told, so that no late copy is stored (SND9). Not shown. */
  | { name: 'cancelling'; re?: string; at?: Ms };

/** Where the bytes of a file are. */
export type FileState =
  | { name: 'going'; received: number }
  | { name: 'whole' }
  /** This device does not have it any more: whether the server does, its answer to the send will say. */
  | { name: 'lost' }
  /** For good: its author takes another. */
  | { name: 'refused'; code: string; message: string };

/** A file that this device keeps until the message that names it is stored. */
export interface LocalFile extends Attachment {
  /** The window whose draft it stands with, or stood with until the press. */
  s: Stream;
  /** The send that names it, from the press on. */
  send?: string;
  /** How often the server did not have what it had called whole: then it is not there to be had (I13). */
  missed?: number;
  state: FileState;
}

export interface Pending {
  id: string;
  terminal: string;
  s: Stream;
  /** The conversation that it had begun in an epoch that ended, and begins again (SND7). */
  began?: Stream;
  kind: Kind;
  body: unknown;
  attempt: number;
  /** Frozen at the key press (GRD1). */
  basedOn?: Point;
  follows?: string;
  then?: Then;
  override?: Override;
  /** The epoch of the window in which its author chose the item that its body names: the number means that one only there. */
  numbersOf?: string;
  pressedAt: Ms;
  /** Position among this terminal's presses; pressing again moves it to the end (SND4). */
  order: number;
  retryAt?: Ms;
  /** Files of this device that its body names: it waits in its place until they are whole (SND4). */
  files?: readonly string[];
  /** Whether a copy of it may be on its way: then taking it back needs the server's word. */
  flown?: true;
  state: PendingState;
}

export interface Draft {
  text: string;
  /** Newest wins (CON2); milliseconds of the terminal that wrote it. */
  version: number;
  kind: 'message' | 'note';
}

/** What became of taking the first of a queue (LST5). */
export type TakeAnswer = { ok: true; s: Stream; at: Point } | { ok: false; code: string; message: string };

/** A line of the step chip's history: what changed, when. */
export interface Transition {
  at: Ms;
  s?: Stream;
  step: Step['name'];
  n: number;
}

/** Everything that a terminal knows. Values are never changed in place. */
export interface Terminal {
  kind: TerminalKind;
  id: string;
  link: Link;
  /** When the connection was lost, while it is; or when it never came. */
  lostAt?: Ms;
  /** When a connection was last open. */
  lastOpenAt?: Ms;
  online: boolean;
  visible: boolean;
  epoch?: string;
  /** The epoch that ended during this connection: what still comes of it is late (CMP1). */
  formerEpoch?: string;
  you?: You;
  limits: Limits;
  beatMs: number;
  /** Add it to this device's clock to have the server's. */
  skewMs: number;
  watched: ReadonlySet<Stream>;
  replicas: ReadonlyMap<Stream, Replica>;
  outbox: readonly Pending[];
  /** Ids that this terminal sent in this life: its own items never count as news to it. */
  mine: ReadonlySet<string>;
  drafts: ReadonlyMap<Stream, Draft>;
  /** Files on this device, of drafts and of sends, in the order in which they were added. */
  files: ReadonlyMap<string, LocalFile>;
  presence?: 'taking' | 'away';
  colleagues: ReadonlyMap<string, 'taking' | 'away' | 'offline'>;
  /** Answers that were late on this connection: two, and it begins anew (CON2). */
  late: number;
  counters: { mismatches: number; repaired: number; divergences: number };
  transitions: readonly Transition[];
  /** What was held when the last check was asked (CMP3). */
  checked?: { re: string; held: ReadonlyMap<Stream, number> };
  /** Makes `re` and order numbers. */
  serial: number;
}

/** Where a window stands against the server (§1 "in step"). */
export type Step =
  | { name: 'loading' }
  | { name: 'in-step'; n: number }
  | { name: 'catching-up'; n: number; head: number }
  | { name: 'offline'; n: number; since: Ms }
  | { name: 'diverged'; n: number }
  | { name: 'gone' };
