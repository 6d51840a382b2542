import type { Frame, Snapshot, Update, Welcome } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '../main.ts';
import { type Answer, agentToken, customerToken, post, type Running, startRunning, Wire } from '../testing/running.ts';
import { verifyDatabase } from '../verify/verify.ts';

/** A beat in these tests: what is only found by a beat is found within so long. */
const BEAT_MS = 1_000;
/** Longer than any test: whoever waits so long was never answered. */
const LONG_MS = 25_000;

let running: Running;
let other: RunningServer;
beforeAll(async () => {
  running = await startRunning({ 'widget-beat-ms': String(BEAT_MS), 'desk-beat-ms': '60000' });
  other = await running.another();
});
afterAll(async () => {
  await other?.close();
  await running?.close();
});

type Held = [string, number, string];

/** A terminal that posts by hand: what it was told, it holds. */
class Poster {
  readonly terminal = ulid();
  readonly token: string;
  server: RunningServer;
  epoch = '';
  streams: Held[] = [];

  constructor(token: string, server = running.server) {
    this.token = token;
    this.server = server;
  }

  static async customer(): Promise<Poster> {
    const poster = new Poster(await customerToken(running));
    poster.epoch = (find(await poster.post([]), 'welcome') as Welcome).epoch;
    return poster;
  }

  static async agent(name: string): Promise<Poster> {
    const poster = new Poster(await agentToken(running, name));
    poster.epoch = (find(await poster.post([]), 'welcome') as Welcome).epoch;
    return poster;
  }

  get hello() {
    const { token, terminal, epoch, streams } = this;
    return { t: 'hello', v: 1, token, terminal, streams, ...(epoch ? { epoch } : {}) };
  }

  post(requests: object[], waitMs?: number): Promise<Answer> {
    return post(this.server, { frames: [this.hello, ...requests], ...(waitMs === undefined ? {} : { waitMs }) });
  }

  /** Waits for news, and takes in how far they lead. */
  async listen(): Promise<Answer> {
    const answer = await this.post([], LONG_MS);
    for (const frame of answer.frames) this.take(frame);
    return answer;
  }

  /** Listens until something comes that fits; a place in line, say, may come before. */
  async listenFor(fits: (answer: Answer) => boolean): Promise<Answer> {
    for (;;) {
      const answer = await this.listen();
      if (fits(answer)) return answer;
    }
  }

  take(frame: Frame): void {
    const point = frame.t === 'update' ? (frame.items.at(-1) ?? frame.prev) : frame.t === 'snapshot' ? frame.at : null;
    const s = 's' in frame ? frame.s : '';
    if (point) this.streams = [...this.streams.filter(([name]) => name !== s), [s, point.n, point.h]];
  }

  send(s: string, text: string, extra: object = {}, id = ulid()) {
    const body = s === 'chat/new' ? { text, inbox: running.key } : { text };
    return { t: 'send', id, s, epoch: this.epoch, kind: 'message', body, attempt: 1, re: ulid(), ...extra };
  }
}

function find<T extends Frame['t']>(answer: Answer, t: T): Extract<Frame, { t: T }> {
  const found = answer.frames.find((frame) => frame.t === t);
  if (!found) throw new Error(`no ${t} in ${JSON.stringify(answer)}`);
  return found as Extract<Frame, { t: T }>;
}
const names = (answer: Answer) => answer.frames.map((frame) => frame.t);
const textsIn = (answer: Answer) =>
  answer.frames.flatMap((frame) =>
    frame.t === 'update' || frame.t === 'snapshot'
      ? frame.items.flatMap((item) => (item.body as { text?: string } | undefined)?.text ?? [])
      : [],
  );

/** A conversation that a customer began by post, and its chat opened there. */
async function begun(text = 'Hello') {
  const c = await Poster.customer();
  const sent = find(await c.post([c.send('chat/new', text)]), 'sent');
  const chat = sent.s;
  c.streams = [[chat, 0, '']];
  for (const frame of (await c.post([])).frames) c.take(frame);
  return { c, chat, s: `conversation/${chat.slice('chat/'.length)}` };
}

describe('CON8 a post', () => {
  test('with requests is answered at once, each request once, whatever it says of waiting', async () => {
    const c = await Poster.customer();
    const first = c.send('chat/new', 'One');
    const second = c.send('chat/new', 'Two', { follows: first.id });
    const answer = await c.post([first, { t: 'alive', re: 'a' }, second, { t: 'nothing', re: 'n' }], LONG_MS);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.close).toBeUndefined();
    const [one, two] = answer.frames.filter((frame) => frame.t === 'sent');
    expect([one?.re, two?.re]).toEqual([first.re, second.re]);
    expect(two?.s).toBe(one?.s);
    expect(answer.frames.filter((frame) => 're' in frame && frame.re === 'a')).toEqual([{ t: 'done', re: 'a' }]);
    expect(find(answer, 'refused')).toMatchObject({ code: 'bad_frame', re: 'n' });
    // The same once more, as after an answer that was lost: the same answer, and nothing more is stored (SND3).
    expect(find(await c.post([first]), 'sent').at).toEqual(one?.at);
    const { rows } = await running.database.pool.query('SELECT id FROM item WHERE stream = $1', [one?.s]);
    expect(rows.map(({ id }) => id)).toEqual([first.id, second.id]);
  });

  test('with requests does not wait, not even where no beat would end it', async () => {
    const a = await Poster.agent('bob');
    let answer: Answer | undefined;
    const asking = a.post([{ t: 'alive' }], LONG_MS).then((answered) => {
      answer = answered;
    });
    await expect.poll(() => answer && names(answer), { timeout: 10_000 }).toEqual(['welcome']);
    await asking;
  });

  test('opens the streams of its hello and brings what they miss; where nothing is missing it waits for news', async () => {
    const { c, chat, s } = await begun();
    const ann = await Wire.open(running, await agentToken(running, 'ann'));
    const { at } = (await ann.ask({ t: 'open', s })) as Snapshot;
    await ann.send(s, ulid(), 'message', { text: 'First' }, { basedOn: at });
    // It missed one: nothing to wait for.
    expect(textsIn(await c.listen())).toEqual(['First']);
    const waiting = c.listenFor((answer) => textsIn(answer).length > 0);
    const now = ((await ann.ask({ t: 'open', s })) as Snapshot).at;
    await ann.send(s, ulid(), 'message', { text: 'Second' }, { basedOn: now });
    expect(textsIn(await waiting)).toEqual(['Second']);
    const { rows } = await running.database.pool.query('SELECT n FROM stream WHERE name = $1', [chat]);
    expect(c.streams).toEqual([[chat, rows[0].n, expect.any(String)]]);
  });

  test('that waits is ended by a beat, which names the head of every stream', async () => {
    const { c, chat } = await begun();
    const beat = find(await c.listenFor((answer) => names(answer).includes('beat')), 'beat');
    expect(beat.heads).toEqual(c.streams);
    expect(beat.heads[0]?.[0]).toBe(chat);
  });

  test('that waits is ended by a newer one of the same terminal, and by that of no other', async () => {
    const a = await Poster.agent('ann');
    let over = false;
    // However long it says, it is a wait like any other.
    const waiting = a.post([], 1e15).finally(() => {
      over = true;
    });
    const b = await Poster.agent('bob');
    const twin = new Poster(b.token);
    Object.assign(twin, { terminal: a.terminal });
    await twin.post([]);
    await new Poster(a.token).post([]);
    expect(over).toBe(false);
    // No beat comes to a desk here, and long before its time is up it is answered.
    await a.post([{ t: 'alive' }]);
    await expect.poll(() => over, { timeout: 10_000 }).toBe(true);
    expect(names(await waiting)).toContain('welcome');
  });

  test('counts as heard while it stands and when it ends (BEAT5)', async () => {
    const a = await Poster.agent('bob');
    const { pool } = running.database;
    await pool.query("UPDATE presence SET heard_at = clock_timestamp() - interval '1 hour' WHERE agent = $1", [
      running.bob,
    ]);
    await a.post([{ t: 'alive' }]);
    const isHeard = async () => {
      const { rows } = await pool.query(
        "SELECT heard_at > clock_timestamp() - interval '10 s' AS heard FROM presence WHERE agent = $1",
        [running.bob],
      );
      return rows[0].heard as boolean;
    };
    await expect.poll(isHeard, { timeout: 10_000 }).toBe(true);
  });

  test('takes frames until its answer is full, and says how many it left', async () => {
    const { c, chat } = await begun();
    const text = 'x'.repeat(16_000);
    for (let i = 0; i < 12; i++) await c.post([c.send(chat, text)]);
    const gets = Array.from({ length: 20 }, (_, index) => ({ t: 'get', s: chat, re: `g${index}` }));
    c.streams = [];
    const asked: string[] = [];
    for (let rest: object[] = gets; rest.length > 0; ) {
      const { frames, close, left = 0 } = await c.post(rest);
      expect(close).toBeUndefined();
      expect(left).toBeLessThan(rest.length);
      asked.push(...frames.flatMap((frame) => ('re' in frame && frame.re !== undefined ? [frame.re] : [])));
      rest = left === 0 ? [] : rest.slice(-left);
    }
    expect(asked).toEqual(gets.map(({ re }) => re));
  });

  test('closes like a socket: the token, the version, no hello, a second one', async () => {
    const c = await Poster.customer();
    const hello = { ...c.hello };
    const closeOf = async (frames: unknown[]) => (await post(running.server, { frames })).close;
    expect(await closeOf([{ ...hello, token: 'x'.repeat(43) }])).toBe(4001);
    expect(await closeOf([{ ...hello, v: 2 }])).toBe(4009);
    expect(await closeOf([{ t: 'alive' }])).toBe(4009);
    expect(await closeOf([])).toBe(4009);
    expect(await closeOf([hello, hello])).toBe(4009);
    expect(await closeOf([hello, ...Array(10).fill([])])).toBe(4009);
  });

  test('ends with 4001 when its session ends, though it stands', async () => {
    const a = await Poster.agent('ann');
    const waiting = a.post([], LONG_MS);
    const { chat } = await begun();
    expect(chat).toBeTruthy();
    await fetch(`${running.server.address}/v1/agents/session`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${a.token}` },
    });
    expect((await waiting).close).toBe(4001);
  });
});

describe('CON8 hostile posts', () => {
  test('are refused as a whole where they are none', async () => {
    const c = await Poster.customer();
    const frames = [c.hello];
    const many = [c.hello, ...Array.from({ length: 100 }, () => c.send('chat/new', 'one too many'))];
    expect(await post(running.server, { frames: many })).toMatchObject({ status: 413, code: 'too_large' });
    expect((await post(running.server, { frames: many.slice(0, 100).map(() => c.hello) })).close).toBe(4009);
    const bad = ['', '{', 'null', '[]', '5', '{}', '{"frames":5}', { frames, waitMs: -1 }, { frames, waitMs: 'long' }];
    for (const body of bad)
      expect(await post(running.server, body)).toMatchObject({ status: 400, code: 'bad_request' });
    const large = JSON.stringify({ frames: [c.hello], pad: 'x'.repeat(1_100_000) });
    expect(await post(running.server, large)).toMatchObject({ status: 413, code: 'too_large' });
    const { rows } = await running.database.pool.query("SELECT 1 FROM body WHERE json LIKE '%one too many%'");
    expect(rows).toEqual([]);
  });

  test('CON5 depth, size and names of fields are what they are on a socket', async () => {
    const c = await Poster.customer();
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const text = JSON.stringify({ frames: [c.hello, 'DEEP', { t: 'alive', re: 'a' }] }).replace('"DEEP"', deep);
    expect(names(await post(running.server, text))).toEqual(['welcome', 'refused', 'done']);
    const large = { t: 'typing', s: 'chat/x', on: true, pad: 'x'.repeat(300_000), re: 'l' };
    expect(find(await c.post([large]), 'refused')).toMatchObject({ code: 'too_large', re: 'l' });
    const attributes = '{"t":"attributes","attributes":{"__proto__":"a","constructor":"b"},"re":"p"}';
    const named = JSON.stringify({ frames: [c.hello, 'NAMED'] }).replace('"NAMED"', attributes);
    expect(find(await post(running.server, named), 'done')).toEqual({ t: 'done', re: 'p' });
  });

  test('CON1 from a page that no inbox lists are refused; from one that does, its browser may read the answer', async () => {
    const c = await Poster.customer();
    const { pool } = running.database;
    await pool.query("UPDATE inbox SET origins = '{https://shop.example}'");
    const server = await running.another();
    try {
      const frames = [c.hello];
      expect(await post(server, { frames }, { origin: 'https://elsewhere.example' })).toMatchObject({
        status: 403,
        code: 'forbidden_origin',
      });
      const asked = await fetch(`${server.address}/v1/exchange`, {
        method: 'OPTIONS',
        headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
      });
      expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, 'https://shop.example']);
      const good = await post(server, { frames }, { origin: 'https://shop.example' });
      expect(names(good)).toContain('welcome');
    } finally {
      await pool.query("UPDATE inbox SET origins = '{}'");
      await server.close();
    }
  });

  test('CON6 use the same rates as frames on a socket, and refusals add up over posts', async () => {
    const strict = await startRunning({ rates: 'on' });
    try {
      const token = await customerToken(strict);
      const hello = { t: 'hello', v: 1, token, terminal: 't', streams: [] };
      const sends = Array.from({ length: 30 }, () => ({
        ...{ t: 'send', id: ulid(), s: 'chat/new', epoch: '', kind: 'message', attempt: 1 },
        body: { text: 'Hi', inbox: strict.key },
      }));
      const answer = await post(strict.server, { frames: [hello, ...sends] });
      expect(answer.frames.some((frame) => frame.t === 'refused' && frame.code === 'rate_limited')).toBe(true);
      const gets = Array.from({ length: 30 }, () => ({ t: 'get', s: 'chat/none' }));
      let closed: number | undefined;
      for (let i = 0; i < 10 && closed === undefined; i++)
        closed = (await post(strict.server, { frames: [hello, ...gets] })).close;
      expect(closed).toBe(4029);
      const other = { ...hello, token: await customerToken(strict) };
      const typing = Array.from({ length: 99 }, () => ({ t: 'typing', s: 'chat/none', on: true }));
      const frames = [other, ...typing];
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(strict.server, { frames })));
      expect(answers.some(({ close }) => close === 4029)).toBe(true);
    } finally {
      await strict.close();
    }
  });

  test('two at once store everything once and each is answered', async () => {
    const { c, chat } = await begun();
    const sends = Array.from({ length: 10 }, (_, index) => c.send(chat, `both ${index}`));
    const [one, two] = await Promise.all([c.post(sends), c.post(sends)]);
    for (const answer of [one, two]) expect(names(answer).filter((t) => t === 'sent')).toHaveLength(10);
    const { rows } = await running.database.pool.query("SELECT id FROM item WHERE stream = $1 AND kind = 'message'", [
      chat,
    ]);
    expect(rows.map(({ id }) => id).filter((id) => sends.some((send) => send.id === id))).toHaveLength(10);
    // Two that stand: the newer ends the older, and a third ends that.
    const standing = [c.post([], LONG_MS), c.post([], LONG_MS)];
    await c.post([]);
    for (const answer of await Promise.all(standing)) expect(answer.close).toBeUndefined();
  });

  test('one that nobody waits for any more leaves nothing behind', async () => {
    const a = await Poster.agent('ann');
    const aborting = new AbortController();
    const body = JSON.stringify({ frames: [a.hello], waitMs: LONG_MS });
    const headers = { 'content-type': 'application/json' };
    const gone = fetch(`${running.server.address}/v1/exchange`, {
      method: 'POST',
      body,
      headers,
      signal: aborting.signal,
    });
    const connections = async () => {
      const text = await (await fetch(`${running.server.address}/metrics`)).text();
      return Number(/^heed_connections\{type="agent"\} (\d+)/m.exec(text)?.[1] ?? 0);
    };
    const before = await connections();
    await expect.poll(connections).toBe(before + 1);
    aborting.abort();
    await expect(gone).rejects.toThrow();
    await expect.poll(connections).toBe(before);
  });
});

describe('CON8 over two nodes whose buses do not hear each other', () => {
  test('any node will do: what one was sent, the other brings; what it stores, the beat finds', async () => {
    const { c, chat, s } = await begun('On the first');
    const waiting = c.listenFor((answer) => textsIn(answer).includes('On the second'));
    const elsewhere = Object.assign(new Poster(c.token, other), { terminal: c.terminal, epoch: c.epoch });
    const sent = find(await elsewhere.post([elsewhere.send(chat, 'On the second')]), 'sent');
    // The standing post is over by the beat at the latest (NOD1); the one after it brings what it missed.
    await waiting;
    expect(c.streams).toEqual([[chat, sent.at.n, sent.at.h]]);
    const a = Object.assign(await Poster.agent('ann'), { server: other });
    const { items } = find(await a.post([{ t: 'open', s, re: 'o' }]), 'snapshot') as Snapshot;
    expect(items.map(({ body }) => (body as { text?: string }).text).filter(Boolean)).toEqual([
      'On the first',
      'On the second',
    ]);
  });

  test('SND3 the same sends through both, by post and by socket, are stored once and in order', async () => {
    const { c, chat } = await begun();
    const socket = await Wire.open(running, c.token, [], c.terminal);
    const sends = Array.from({ length: 30 }, (_, index) => c.send(chat, `${index}`));
    const chained = sends.map((send, index) => (index > 0 ? { ...send, follows: sends[index - 1]?.id } : send));
    const elsewhere = Object.assign(new Poster(c.token, other), { terminal: c.terminal, epoch: c.epoch });
    const again = async (poster: Poster) => {
      for (let open = chained as object[]; open.length > 0; ) {
        const { frames } = await poster.post(open.slice(0, 7));
        const done = new Set(frames.flatMap((frame) => (frame.t === 'sent' ? [frame.id] : [])));
        open = open.filter((send) => !done.has((send as { id: string }).id));
      }
    };
    for (const send of chained) socket.say(send);
    await Promise.all([again(c), again(elsewhere)]);
    const { rows } = await running.database.pool.query(
      "SELECT id FROM item WHERE stream = $1 AND kind = 'message' ORDER BY n OFFSET 1",
      [chat],
    );
    expect(rows.map(({ id }) => id)).toEqual(sends.map(({ id }) => id));
    expect((await verifyDatabase(running.database.pool)).findings).toEqual([]);
  });

  test('GRD3 a reply that missed something on another node is held, with what it missed', async () => {
    const { c, chat, s } = await begun();
    const a = await Poster.agent('ann');
    const at = (find(await a.post([{ t: 'open', s, re: 'o' }]), 'snapshot') as Snapshot).at;
    const elsewhere = Object.assign(new Poster(c.token, other), { terminal: c.terminal, epoch: c.epoch });
    await elsewhere.post([elsewhere.send(chat, 'Wait')]);
    const held = find(await a.post([a.send(s, 'Blind', { basedOn: at })]), 'held');
    expect((held.update as Update).items.map(({ body }) => (body as { text?: string }).text)).toContain('Wait');
  });
});
