import { WebSocket } from 'ws';
import { percentile } from './figures.ts';

/**
 * The load, in a process of its own and without our client package: raw frames over `ws`. Speaks with the bench over
 * its own channel: {do: 'open', …}, then {do: 'stored', seconds}.
 */
interface Lane {
  socket: WebSocket;
  s: string;
  epoch: string;
  answer?: (frame: { t: string; s?: string }) => void;
}

const lanes: Lane[] = [];
let ids = 0;

async function token(url: string, key: string): Promise<string> {
  const answer = await fetch(`${url}/v1/customers/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inbox: key }),
  });
  return ((await answer.json()) as { token: string }).token;
}

async function openLane(url: string, key: string, index: number): Promise<Lane> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/socket`, 'heed.1', { perMessageDeflate: false });
  const lane: Lane = { socket, s: 'chat/new', epoch: '' };
  const good = await token(url, key);
  await new Promise((resolve, reject) => {
    socket.on('error', reject);
    if (socket.readyState === WebSocket.OPEN) resolve(undefined);
    else socket.once('open', resolve);
  });
  const welcome = new Promise<{ epoch: string }>((resolve) => {
    socket.on('message', (data) => {
      const text = String(data);
      // What counts is the answer; pushes are read and dropped, as cheaply as the reference does.
      if (text.startsWith('{"t":"welcome"')) resolve(JSON.parse(text) as { epoch: string });
      else if (text.startsWith('{"t":"sent"') || text.startsWith('{"t":"refused"'))
        lane.answer?.(JSON.parse(text) as { t: string });
    });
  });
  socket.send(JSON.stringify({ t: 'hello', v: 1, token: good, terminal: `bench-${index}`, streams: [] }));
  lane.epoch = (await welcome).epoch;
  return lane;
}

async function say(lane: Lane, key: string): Promise<void> {
  const id = `g-${process.pid}-${++ids}`;
  const body = lane.s === 'chat/new' ? { text: 'x'.repeat(120), inbox: key } : { text: 'x'.repeat(120) };
  const answered = new Promise<{ t: string; s?: string }>((resolve) => {
    lane.answer = resolve;
  });
  lane.socket.send(JSON.stringify({ t: 'send', id, s: lane.s, epoch: lane.epoch, kind: 'message', body, attempt: 1 }));
  const frame = await answered;
  if (frame.t !== 'sent') throw new Error(`refused: ${JSON.stringify(frame)}`);
  lane.s = frame.s ?? lane.s;
}

async function stored(seconds: number, key: string) {
  const end = performance.now() + seconds * 1_000;
  const times: number[] = [];
  await Promise.all(
    lanes.map(async (lane) => {
      while (performance.now() < end) {
        const began = performance.now();
        await say(lane, key);
        times.push(performance.now() - began);
      }
    }),
  );
  return { perSecond: times.length / seconds, p50: percentile(times, 50), p99: percentile(times, 99) };
}

async function openBare(url: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += 100) {
    await Promise.all(
      Array.from({ length: 100 }, () => {
        const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false });
        return new Promise((resolve, reject) => {
          socket.once('open', resolve);
          socket.once('error', reject);
        });
      }),
    );
  }
}

type Order =
  | { do: 'open'; url: string; key: string; count: number; begin: boolean }
  | { do: 'stored'; seconds: number; key: string }
  | { do: 'bare'; url: string; count: number };

process.on('message', async (order: Order) => {
  if (order.do === 'bare') {
    await openBare(order.url, order.count);
    process.send?.({});
  } else if (order.do === 'open') {
    for (let at = 0; at < order.count; at += 50) {
      const some = Math.min(50, order.count - at);
      lanes.push(
        ...(await Promise.all(Array.from({ length: some }, (_, i) => openLane(order.url, order.key, at + i)))),
      );
    }
    if (order.begin) await Promise.all(lanes.map((lane) => say(lane, order.key)));
    process.send?.({});
  } else process.send?.(await stored(order.seconds, order.key));
});
