import { percentile } from './figures.ts';
import { type Arrival, type CrowdAddress, openBare, Terminal } from './lanes/terminal.ts';

/** What the bench asks of a crowd: many terminals in one process, that mostly do nothing. */
export type CrowdOrder =
  | { do: 'bare'; url: string; count: number }
  /** Widgets of so many customers; `begin`: each with a chat that it has open. */
  | { do: 'widgets'; address: CrowdAddress; count: number; begin: boolean }
  /** Terminals of one agent that all have these streams open. */
  | { do: 'desks'; address: CrowdAddress; count: number; streams: string[] }
  /** Waits until every terminal was cut off and is in step again. */
  | { do: 'recover' }
  /** Opens streams one after the other, so many terminals at once. */
  | { do: 'open'; streams: string[]; atOnce: number };

export interface Recovered {
  terminals: number;
  /** From the cut to being in step again, in ms. */
  p50: number;
  p99: number;
  longest: number;
  /** Dials that were made for it. */
  dials: number;
}

const terminals: Terminal[] = [];
const AT_ONCE = 50;

async function inPieces(count: number, each: (index: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < count; at += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, i) => each(at + i)));
}

async function widgets(address: CrowdAddress, count: number, begin: boolean): Promise<object> {
  await inPieces(count, async (index) => {
    const terminal = await Terminal.ofCustomer(address, `crowd-${process.pid}-${index}`);
    terminals.push(terminal);
    if (begin) await terminal.begin(address.key);
  });
  return { streams: terminals.flatMap((terminal) => [...terminal.held.keys()]) };
}

async function desks(address: CrowdAddress, count: number, streams: string[]): Promise<object> {
  const token = await Terminal.agentToken(address);
  await inPieces(count, async (index) => {
    const terminal = new Terminal(address.url, token, `desk-${process.pid}-${index}`);
    terminals.push(terminal);
    await terminal.connect();
    for (const s of streams) await terminal.open(s);
  });
  return { queues: terminals[0]?.queues ?? [] };
}

async function recover(): Promise<Recovered> {
  const arrivals: Arrival[] = await Promise.all(terminals.map((terminal) => terminal.nextArrival()));
  const times = arrivals.map(({ ms }) => ms);
  const dials = arrivals.reduce((sum, arrival) => sum + arrival.dials, 0);
  return {
    terminals: terminals.length,
    p50: percentile(times, 50),
    p99: percentile(times, 99),
    longest: Math.max(...times),
    dials,
  };
}

async function open(streams: string[], atOnce: number): Promise<object> {
  const waiting = [...streams];
  const times: number[] = [];
  await Promise.all(
    terminals.slice(0, atOnce).map(async (terminal) => {
      for (let s = waiting.pop(); s !== undefined; s = waiting.pop()) {
        const began = performance.now();
        await terminal.open(s);
        times.push(performance.now() - began);
        terminal.shut(s);
      }
    }),
  );
  return { p50: percentile(times, 50), p99: percentile(times, 99), count: times.length };
}

function act(order: CrowdOrder): Promise<object> {
  if (order.do === 'bare') return openBare(order.url, order.count).then(() => ({}));
  if (order.do === 'widgets') return widgets(order.address, order.count, order.begin);
  if (order.do === 'desks') return desks(order.address, order.count, order.streams);
  return order.do === 'recover' ? recover() : open(order.streams, order.atOnce);
}

process.on('message', async (order: CrowdOrder) => {
  const answer = await act(order).catch((error: unknown) => ({ error: String(error) }));
  process.send?.(answer);
});
