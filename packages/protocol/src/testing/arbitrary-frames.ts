import fc from 'fast-check';
import type { Frame, FrameName, FrameOf, Item, Update } from '../frames.ts';
import type { Actor } from '../kinds.ts';
import type { Point, Stream } from '../point.ts';
import type { Request, RequestName, RequestOf } from '../requests.ts';

/** Any field but those named may be missing. */
function some<T extends object>(
  required: { [K in keyof T as undefined extends T[K] ? never : K]: fc.Arbitrary<T[K]> },
  optional: { [K in keyof T as undefined extends T[K] ? K : never]-?: fc.Arbitrary<Exclude<T[K], undefined>> },
): fc.Arbitrary<T> {
  const model = { ...required, ...optional } as Record<string, fc.Arbitrary<unknown>>;
  return fc.record(model, { requiredKeys: Object.keys(required) }) as fc.Arbitrary<T>;
}

const count = fc.oneof(fc.nat(20), fc.maxSafeNat());
/** Text as it may come: also halves of characters, control characters and words that mean something to JavaScript. */
export const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '__proto__', 'constructor', '\u0000', '\ud83d', '\u202e', '\u2028', '👋🏽'),
);
const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((value) => !value.includes('\u0000'));
const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
const id = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,20}$/);
const point: fc.Arbitrary<Point> = fc.record({ n: count, h: text });
const stream: fc.Arbitrary<Stream> = fc
  .tuple(fc.constantFrom('conversation/', 'chat/', 'list/queue:', 'list/agent:', 'list/open:'), name)
  .map((parts) => parts.join(''));
const target = fc.oneof(stream, fc.constantFrom('chat/new', 'conversation/new'));
const held: fc.Arbitrary<[Stream, number, string][]> = fc.array(fc.tuple(stream, count, text), { maxLength: 4 });
const re = word;
/** Whatever JSON can say, with names that an object must not be given by accident. */
export const json = fc
  .json({ noUnicodeString: false, maxDepth: 4 })
  .map((written) => JSON.parse(written.replace('"a"', '"__proto__"')) as unknown);
const actor: fc.Arbitrary<Actor> = fc.record({
  type: fc.constantFrom('customer', 'agent', 'bot', 'system'),
  id: text,
  name: text,
});
const item: fc.Arbitrary<Item> = some<Item>(
  { n: count, h: text, id: text, kind: text, actor, at: text, body: json } as never,
  { erased: fc.constant(true), n0: count } as never,
);
const update: fc.Arbitrary<Update> = some<Update>(
  {
    t: fc.constant('update'),
    s: stream,
    epoch: text,
    prev: point,
    items: fc.array(item, { maxLength: 4 }),
    head: point,
  },
  { re },
);
const agents = fc.array(fc.record({ id: text, name: text }), { maxLength: 3 });
const attributes = fc.dictionary(text, fc.oneof(text, fc.boolean(), count, fc.constant(null)), { maxKeys: 4 });
const customer = fc.record({
  id: text,
  name: text,
  email: fc.option(text),
  verified: fc.boolean(),
  language: fc.option(text),
  device: fc.option(text),
  attributes,
  createdAt: text,
  lastHeardAt: fc.option(text),
  visits: fc.array(fc.record({ url: text, title: text, referrer: text, at: text }), { maxLength: 2 }),
  past: fc.array(
    fc.record({
      conversation: text,
      number: count,
      queue: text,
      status: fc.constantFrom<('open' | 'snoozed' | 'resolved')[]>('open', 'snoozed', 'resolved'),
      startedAt: text,
      preview: fc.option(text),
    }),
    { maxLength: 2 },
  ),
});
const limits = fc.record({ frame: count, text: count, updateItems: count, streams: count, graceMs: count });
const you = some<FrameOf<'welcome'>['you']>(
  { type: fc.constantFrom('customer', 'agent', 'bot'), id: text, name: text, company: text },
  {
    role: fc.constantFrom('agent', 'supervisor', 'admin'),
    queues: fc.array(fc.record({ id: text, name: text, role: fc.constantFrom('agent', 'supervisor') })),
    presence: fc.constantFrom('taking', 'away'),
    team: agents,
    chats: held,
  },
);
const taking = fc.constantFrom<('taking' | 'away')[]>('taking', 'away');
const signal: fc.Arbitrary<FrameOf<'signal'>> = fc.oneof(
  fc.record({ t: fc.constant('signal'), kind: fc.constant('typing'), s: stream, actor, on: fc.boolean() }),
  fc.record({ t: fc.constant('signal'), kind: fc.constant('viewing'), s: stream, actor, on: fc.boolean() }),
  fc.record({
    t: fc.constant('signal'),
    kind: fc.constant('presence'),
    agent: text,
    state: fc.constantFrom('taking', 'away', 'offline'),
  }),
  fc.record({ t: fc.constant('signal'), kind: fc.constant('read'), s: stream, actor: text, n: count, at: text }),
  fc.record({
    t: fc.constant('signal'),
    kind: fc.constant('position'),
    s: stream,
    place: count,
    waitMs: fc.option(count),
  }),
) as fc.Arbitrary<FrameOf<'signal'>>;

/** One of each frame that the server sends: the compiler proves that none is missing, and none of its fields. */
export const FRAME: { [N in FrameName]: fc.Arbitrary<FrameOf<N>> } = {
  welcome: fc.record({
    t: fc.constant('welcome'),
    session: text,
    epoch: text,
    now: text,
    beatMs: count,
    limits,
    you,
    streams: fc.array(
      fc.tuple(
        stream,
        fc.constantFrom<('ok' | 'behind' | 'ahead' | 'diverged' | 'forbidden')[]>(
          'ok',
          'behind',
          'ahead',
          'diverged',
          'forbidden',
        ),
        count,
        text,
      ),
      { maxLength: 3 },
    ),
  }),
  update,
  snapshot: some<FrameOf<'snapshot'>>(
    {
      t: fc.constant('snapshot'),
      s: stream,
      epoch: text,
      before: point,
      items: fc.array(item, { maxLength: 4 }),
      at: point,
      state: fc.constantFrom(null, { status: 'open', servedBy: null }),
    },
    { reads: fc.array(fc.tuple(text, count, text), { maxLength: 3 }), customer, re },
  ),
  beat: some<FrameOf<'beat'>>(
    { t: fc.constant('beat'), epoch: text, now: text, heads: held },
    { reads: fc.array(fc.tuple(stream, text, count, text), { maxLength: 3 }), re },
  ),
  sent: some<FrameOf<'sent'>>({ t: fc.constant('sent'), id: text, s: stream, at: point }, { re }),
  held: some<FrameOf<'held'>>(
    { t: fc.constant('held'), id: text, s: stream, attempt: count, update, because: fc.array(count, { maxLength: 5 }) },
    { duplicateOf: count, re },
  ),
  refused: some<FrameOf<'refused'>>(
    { t: fc.constant('refused'), code: text, message: text },
    { id: text, re, retryAfterMs: count },
  ),
  cancelled: some<FrameOf<'cancelled'>>({ t: fc.constant('cancelled'), id: text, s: target }, { re }),
  done: fc.record({ t: fc.constant('done'), re }),
  gone: fc.record({ t: fc.constant('gone'), s: stream }),
  draft: fc.record({ t: fc.constant('draft'), s: stream, text, version: count }),
  signal,
};
export const frame: fc.Arbitrary<Frame> = fc.oneof(...(Object.values(FRAME) as fc.Arbitrary<Frame>[]));

const kind = fc.constantFrom<RequestOf<'send'>['kind'][]>(
  'message',
  'note',
  'edit',
  'erase',
  'assign',
  'transfer',
  'resolve',
  'reopen',
  'snooze',
  'label',
  'noReplyNeeded',
  'rating',
);
const override = some<NonNullable<RequestOf<'send'>['override']>>({ upTo: point }, { reason: word });

/** One of each request that a terminal makes. */
export const REQUEST: { [N in RequestName]: fc.Arbitrary<RequestOf<N>> } = {
  hello: some<RequestOf<'hello'>>(
    { t: fc.constant('hello'), v: count, token: text, terminal: name, streams: held },
    { epoch: text },
  ),
  open: some<RequestOf<'open'>>({ t: fc.constant('open'), s: stream }, { at: point, re }),
  get: some<RequestOf<'get'>>({ t: fc.constant('get'), s: stream }, { after: point, before: count, limit: count, re }),
  shut: some<RequestOf<'shut'>>({ t: fc.constant('shut'), s: stream }, { re }),
  check: some<RequestOf<'check'>>({ t: fc.constant('check'), streams: held }, { re }),
  send: some<RequestOf<'send'>>(
    { t: fc.constant('send'), id, s: target, epoch: text, kind, body: json, attempt: count } as never,
    {
      basedOn: point,
      follows: id,
      then: fc.oneof(fc.constant('resolve' as const), fc.record({ snooze: fc.constant('2999-01-01T00:00:00Z') })),
      override,
      re,
    } as never,
  ),
  cancel: some<RequestOf<'cancel'>>({ t: fc.constant('cancel'), s: target, id }, { re }),
  take: some<RequestOf<'take'>>({ t: fc.constant('take'), id, queue: word }, { re }),
  read: some<RequestOf<'read'>>({ t: fc.constant('read'), s: stream, n: count, h: word }, { re }),
  viewing: some<RequestOf<'viewing'>>({ t: fc.constant('viewing'), s: stream, on: fc.boolean() }, { re }),
  typing: some<RequestOf<'typing'>>({ t: fc.constant('typing'), s: stream, on: fc.boolean() }, { re }),
  alive: some<RequestOf<'alive'>>({ t: fc.constant('alive') }, { re }),
  presence: some<RequestOf<'presence'>>({ t: fc.constant('presence'), state: taking }, { re }),
  draft: some<RequestOf<'draft'>>({ t: fc.constant('draft'), s: stream, text, version: count }, { re }),
  visit: some<RequestOf<'visit'>>({ t: fc.constant('visit'), url: word }, { title: text, referrer: text, re }),
  attributes: some<RequestOf<'attributes'>>({ t: fc.constant('attributes'), attributes }, { re }),
  renew: some<RequestOf<'renew'>>({ t: fc.constant('renew'), token: text }, { re }),
  diverged: some<RequestOf<'diverged'>>({ t: fc.constant('diverged'), s: stream, ours: point, theirs: point }, { re }),
};
export const request: fc.Arbitrary<Request> = fc.oneof(...(Object.values(REQUEST) as fc.Arbitrary<Request>[]));
