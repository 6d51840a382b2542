import { count, type Of, object, string } from './shape.ts';

/** A place in a stream: a number, and the running hash up to and including it (STR2). */
export const point = object({ n: count, h: string });
export type Point = Of<typeof point>;

/** A stream's name: `conversation/<id>`, `chat/<id>`, `list/<holder>` or `list/open:<queue>`. */
export type Stream = string;
/** Who has a work order: `queue:<id>` or `agent:<id>`. */
export type Holder = string;

export type StreamType = 'conversation' | 'chat' | 'list';

const STREAM = /^(?:conversation|chat)\/[A-Za-z0-9_-]{1,64}$|^list\/(?:queue|agent|open):[A-Za-z0-9_-]{1,64}$/;

/** Whether the text can be a stream's name at all; whether the stream exists is for the server to say. */
export function isStream(value: unknown): value is Stream {
  return typeof value === 'string' && STREAM.test(value);
}

/** The part before the slash. */
export function streamType(stream: Stream): StreamType {
  return stream.slice(0, stream.indexOf('/')) as StreamType;
}

/** The part after the slash: a conversation's id, a holder, or `open:<queue>`. */
export function streamId(stream: Stream): string {
  return stream.slice(stream.indexOf('/') + 1);
}

export function samePoint(a: Point, b: Point): boolean {
  return a.n === b.n && a.h === b.h;
}
