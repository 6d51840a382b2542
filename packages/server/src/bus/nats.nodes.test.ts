import { type Frame, type Snapshot, streamId } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import type { RunningServer } from '../main.ts';
import { NatsServer } from '../testing/nats-server.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';
import type { Hint } from './bus.ts';
import { natsBus } from './nats.ts';

describe('two nodes over one database and NATS', () => {
  let nats: NatsServer;
  let running: Running;
  let second: RunningServer;
  beforeAll(async () => {
    nats = await NatsServer.start();
    // Beats come so late that what comes sooner came over NATS.
    running = await startRunning({ 'nats-url': nats.url, 'desk-beat-ms': '60000', 'widget-beat-ms': '60000' });
    second = await running.another();
    for (const { address } of [running.server, second]) await isConnected(address, 1);
  });
  afterAll(async () => {
    await second?.close();
    await running?.close();
    await nats?.kill();
  });

  async function isConnected(address: string, value: 0 | 1): Promise<void> {
    const figure = async () => /^heed_bus_connected (\d)$/m.exec(await (await fetch(`${address}/metrics`)).text())?.[1];
    while ((await figure()) !== String(value)) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** A customer on one node, an agent on the other. */
  async function begun() {
    const c = await Wire.open(running, await customerToken(running));
    const sent = await c.send('chat/new', ulid(), 'message', { text: 'Hello', inbox: running.key });
    const chat = (sent as Extract<Frame, { t: 'sent' }>).s;
    const a = await Wire.open({ ...running, server: second }, await agentToken(running, 'ann'));
    const s = `conversation/${streamId(chat)}`;
    const { at } = (await a.ask({ t: 'open', s })) as Snapshot;
    return { c, a, chat, s, at };
  }

  test('NOD1 what one node commits the watchers of the other are pushed at once, and signals with it', async () => {
    const { c, a, chat, s, at } = await begun();
    await c.send(chat, ulid(), 'message', { text: 'On the other node' });
    const update = await a.until('update', (frame) => frame.s === s && frame.head.n > at.n);
    expect(update.items.map(({ body }) => (body as { text?: string }).text)).toContain('On the other node');
    await c.ask({ t: 'open', s: chat });
    a.say({ t: 'typing', s, on: true });
    await c.until('signal', (frame) => frame.kind === 'typing' && frame.on);
    for (const wire of [c, a]) wire.close();
  });

  test('NOD1 NATS killed: everything is stored and answered as before, and what was not heard is found', async () => {
    const { c, a, chat, s, at } = await begun();
    await nats.kill();
    await isConnected(second.address, 0);
    expect(await c.send(chat, ulid(), 'message', { text: 'Nobody carries this' })).toMatchObject({ t: 'sent' });
    // The comparison finds it, as the next beat would.
    a.say({ t: 'check', streams: [[s, at.n, at.h]], re: 'x' });
    const found = await a.until('update', (frame) => frame.s === s && frame.head.n > at.n);
    await nats.start();
    for (const { address } of [running.server, second]) await isConnected(address, 1);
    await c.send(chat, ulid(), 'message', { text: 'And carried again' });
    await a.until('update', (frame) => frame.s === s && frame.head.n > found.head.n);
    for (const wire of [c, a]) wire.close();
  });
});

describe('the bus itself', () => {
  let nats: NatsServer;
  const opened: { close(): Promise<void> }[] = [];
  beforeEach(async () => {
    nats = await NatsServer.start();
  });
  afterEach(async () => {
    for (const { close } of opened.splice(0)) await close();
    await nats.kill();
  });

  async function open(url = nats.url) {
    let isUp = false;
    const opening = natsBus({ url, log: silentLog, connected: (is) => (isUp = is) });
    opened.push(opening);
    await expect.poll(() => isUp).toBe(true);
    return opening.bus;
  }

  const hintOf = (s: string, texts: string[]): Hint => ({
    s,
    epoch: 'e1',
    prev: { n: 0, h: 'h0' },
    items: texts.map((text, index) => ({
      ...{ n: index + 1, h: `h${index + 1}`, id: `i${index}`, kind: 'message', at: '', body: { text } },
      actor: { type: 'customer', id: 'cy', name: 'Cy' },
    })),
  });

  test('NOD1 each hears the other, itself at once, and of what is watched only', async () => {
    const [one, two] = [await open(), await open()];
    const heard: string[] = [];
    const hear = (name: string, watched: string) =>
      [(hint: Hint) => heard.push(`${name} ${hint.s}`), () => undefined, (s: string) => s === watched] as const;
    one.listen(...hear('one', 'list/queue:a.b *>'));
    two.listen(...hear('two', 'list/queue:a.b *>'));
    one.publish([hintOf('chat/x', ['a']), hintOf('list/queue:a.b *>', ['b'])]);
    expect(heard).toEqual(['one chat/x', 'one list/queue:a.b *>']);
    await expect.poll(() => heard).toEqual(['one chat/x', 'one list/queue:a.b *>', 'two list/queue:a.b *>']);
  });

  test('NOD1 what is too large for one message comes in several that follow one another', async () => {
    const [one, two] = [await open(), await open()];
    const heard: Hint[] = [];
    two.listen(
      (hint) => heard.push(hint),
      () => undefined,
      () => true,
    );
    const texts = Array.from({ length: 100 }, () => 'x'.repeat(16_384));
    one.publish([hintOf('chat/x', texts)]);
    await expect.poll(() => heard.flatMap(({ items }) => items).length).toBe(100);
    expect(heard.length).toBeGreaterThan(1);
    for (const [index, hint] of heard.entries())
      expect(hint.prev.n).toBe(index === 0 ? 0 : heard[index - 1]?.items.at(-1)?.n);
  });

  test('NOD1 a server that is not there yet keeps nobody from starting', async () => {
    await nats.kill();
    const opening = open();
    await nats.start();
    const bus = await opening;
    bus.publish([hintOf('chat/x', ['a'])]);
  });
});
