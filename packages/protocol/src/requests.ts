import { BODIES, type Kind } from './bodies.ts';
import { point } from './point.ts';
import { boolean, count, either, literal, type Of, object, optional, short, string, unknown } from './shape.ts';
import { attributes, type Decoded, decode, held, id, MAX_DEPTH, re, stream, target, terminal, time } from './wire.ts';

const then = either(literal('resolve'), object({ snooze: time }));
export type Then = Of<typeof then>;
const override = object({ upTo: point, reason: optional(short(2000)) });
export type Override = Of<typeof override>;
const kind = literal(...(Object.keys(BODIES) as Kind[]));

/** What a terminal may send (CON2), by `t`. */
export const REQUESTS = {
  hello: object({ t: literal('hello'), v: count, token: string, terminal, epoch: optional(string), streams: held }),
  open: object({ t: literal('open'), s: stream, at: optional(point), re }),
  get: object({
    t: literal('get'),
    s: stream,
    after: optional(point),
    before: optional(count),
    limit: optional(count),
    re,
  }),
  shut: object({ t: literal('shut'), s: stream, re }),
  check: object({ t: literal('check'), streams: held, re }),
  send: object({
    t: literal('send'),
    id,
    s: target,
    epoch: string,
    kind,
    body: unknown,
    attempt: count,
    basedOn: optional(point),
    follows: optional(id),
    then: optional(then),
    override: optional(override),
    re,
  }),
  cancel: object({ t: literal('cancel'), s: target, id, re }),
  take: object({ t: literal('take'), id, queue: short(64), re }),
  read: object({ t: literal('read'), s: stream, n: count, h: string, re }),
  typing: object({ t: literal('typing'), s: stream, on: boolean, re }),
  viewing: object({ t: literal('viewing'), s: stream, on: boolean, re }),
  alive: object({ t: literal('alive'), re }),
  presence: object({ t: literal('presence'), state: literal('taking', 'away'), re }),
  draft: object({ t: literal('draft'), s: stream, text: string, version: count, re }),
  visit: object({ t: literal('visit'), url: short(2048), title: optional(string), referrer: optional(string), re }),
  attributes: object({ t: literal('attributes'), attributes, re }),
  renew: object({ t: literal('renew'), token: string, re }),
  diverged: object({ t: literal('diverged'), s: stream, ours: point, theirs: point, re }),
} as const;

export type RequestName = keyof typeof REQUESTS;
export type RequestOf<N extends RequestName> = Of<(typeof REQUESTS)[N]>;
export type Request = { [N in RequestName]: RequestOf<N> }[RequestName];
export type Hello = RequestOf<'hello'>;
export type Send = RequestOf<'send'>;

/** Reads what a terminal sent. `malformed` counts towards 4009 (CON5); anything else unreadable is refused `bad_frame`. */
export function decodeRequest(text: string): Decoded<Request> {
  return decode<Request>(REQUESTS, text, MAX_DEPTH);
}
