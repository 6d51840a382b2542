import { percentile } from './figures.ts';
import { type HeedAddress, openHeed } from './lanes/heed.ts';
import type { Lanes, Shape } from './lanes/lanes.ts';
import { openRelay } from './lanes/relay.ts';
import { openSocketIo } from './lanes/socket-io.ts';

/** What the bench asks of the load, a process of its own for each server. */
export type Order =
  | { do: 'open'; system: 'heed'; address: HeedAddress; shape: Shape }
  | { do: 'open'; system: 'relay' | 'socket-io'; address: { url: string }; shape: Shape }
  /** The next message of a conversation only after the last was stored and shown, or only stored. */
  | { do: 'closed' | 'stored'; seconds: number }
  /** What agents see of the conversations. */
  | { do: 'streams' }
  /** Messages at fixed times, whatever became of those before; latency counts from the time that was planned. */
  | { do: 'rate'; perSecond: number; seconds: number };

/** What came of it. */
export interface Figures {
  messages: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** Put off by the server, at a fixed rate. */
  refused?: number;
  /** Not shown to anybody in time: who falls too far behind begins with the newest (CMP10). */
  unshown?: number;
}

let lanes: Lanes | undefined;
let serial = 0;
const waiting = new Map<string, () => void>();

/** An agent was shown it: that may be before its sender hears that it is stored. */
function shown(token: string): void {
  waiting.get(token)?.();
  waiting.delete(token);
}

function begin(): { token: string; seen: Promise<void> } {
  const token = `m${process.pid}-${++serial}`;
  return { token, seen: new Promise((resolve) => waiting.set(token, resolve)) };
}

function open(order: Extract<Order, { do: 'open' }>): Promise<Lanes> {
  if (order.system === 'heed') return openHeed(order.address, order.shape, shown);
  return (order.system === 'relay' ? openRelay : openSocketIo)(order.address.url, order.shape, shown);
}

function figuresOf(times: number[], seconds: number): Figures {
  return {
    messages: times.length,
    perSecond: times.length / seconds,
    p50: percentile(times, 50),
    p99: percentile(times, 99),
  };
}

async function inTurn(isShown: boolean, seconds: number): Promise<Figures> {
  const end = performance.now() + seconds * 1_000;
  const times: number[] = [];
  await Promise.all(
    (lanes?.lanes ?? []).map(async (lane) => {
      while (performance.now() < end) {
        const began = performance.now();
        const { token, seen } = begin();
        const stored = lane.say(token);
        await (isShown ? Promise.all([stored, seen]) : stored);
        if (!isShown) waiting.delete(token);
        times.push(performance.now() - began);
      }
    }),
  );
  return figuresOf(times, seconds);
}

/** So long after the last was planned nobody waits any more. */
const LATE_MS = 30_000;

async function atRate(perSecond: number, seconds: number): Promise<Figures> {
  const all = lanes?.lanes ?? [];
  const times: number[] = [];
  const began = performance.now();
  const pending: Promise<void>[] = [];
  let refused = 0;
  for (let i = 0; i < perSecond * seconds; i++) {
    const planned = began + (i * 1_000) / perSecond;
    const early = planned - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    const { token, seen } = begin();
    const refusal = all[i % all.length]?.say(token).then(
      () => seen,
      () => 'refused' as const,
    );
    pending.push(
      Promise.race([seen, refusal]).then((end) => {
        if (end === 'refused') refused++;
        else times.push(performance.now() - planned);
      }),
    );
  }
  const late = new Promise((resolve) => setTimeout(resolve, LATE_MS));
  await Promise.race([Promise.all(pending), late]);
  return { ...figuresOf(times, seconds), refused, unshown: pending.length - times.length - refused };
}

process.on('message', async (order: Order) => {
  if (order.do === 'open') {
    lanes = await open(order);
    process.send?.({});
  } else if (order.do === 'streams') process.send?.({ streams: lanes?.streams ?? [] });
  else if (order.do === 'rate') process.send?.(await atRate(order.perSecond, order.seconds));
  else process.send?.(await inTurn(order.do === 'closed', order.seconds));
});
