import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Line } from './evidence.ts';
import { count, type Done } from './figures.ts';
import type { NetworkFault, Plan, ProcessFault } from './plan.ts';
import type { FaultProxy } from './proxy.ts';
import type { Terminal, World } from './world.ts';

/** Long enough that the database meets it. */
const FULL_MS = 1_500;
/** What clocks are set to, from what they are: hours, and less than what anything waits for. */
const SET_SECONDS = [-3_600, 3_600, -5, 90, -90_000];
/** Long enough that the process has noticed, and that intervals end by the wrong clock. */
const SET_MS = 3_000;
/** How many networks are in trouble at the same time. */
const LANES = 3;

/** Does to a world what the plan says, network and processes at the same time, and counts it. */
export async function storm(world: World, plan: Plan, done: Done, tell: (what: string) => void): Promise<void> {
  const did = (what: string) => {
    count(done, what);
    tell(what);
  };
  const network = [...plan.network];
  const busy = new Set<Terminal>();
  const lane = async () => {
    for (let fault = network.shift(); fault; fault = network.shift()) {
      const terminal = pick(
        world.terminals.filter((each) => !busy.has(each)),
        fault.whom,
      );
      busy.add(terminal);
      await trouble(terminal.proxy, fault);
      busy.delete(terminal);
      did(fault.what);
      await sleep(fault.pauseMs);
    }
  };
  const processes = async () => {
    for (const fault of plan.processes) {
      if (world.hasServerCrashed)
        throw new Error(`the server ended by itself: ${world.installation.log.slice(-2_000)}`);
      if (fault.what === 'diskFull' && !world.disk) continue;
      if (fault.what === 'clock' && !world.installation.clock) continue;
      await PROCESS_FAULTS[fault.what](world, fault);
      did(fault.what);
      await sleep(fault.pauseMs);
    }
  };
  await Promise.all([...Array.from({ length: LANES }, lane), processes()]);
  for (const { proxy } of world.terminals) proxy.mend();
}

function pick<T>(from: readonly T[], place: number): T {
  return from[Math.floor(place * from.length)] as T;
}

async function trouble(proxy: FaultProxy, { what, lastsMs }: NetworkFault): Promise<void> {
  NETWORK_FAULTS[what](proxy);
  await sleep(lastsMs);
  proxy.mend();
}

const NETWORK_FAULTS: Record<NetworkFault['what'], (proxy: FaultProxy) => void> = {
  break: (proxy) => proxy.breakAll(),
  cut: (proxy) => proxy.cut(),
  silent: (proxy) => proxy.silence(),
  silentUp: (proxy) => proxy.silence('up'),
  silentDown: (proxy) => proxy.silence('down'),
  refuse: (proxy) => {
    proxy.refuseUpgrades(true);
    proxy.breakAll();
  },
  swallow: (proxy) => proxy.swallowOne('update'),
  slice: (proxy) => proxy.change({ sliceBytes: 3 }),
  delay: (proxy) => proxy.change({ delayMs: 250 }),
  throttle: (proxy) => proxy.change({ bytesPerSecond: 20_000 }),
};

type Act = (world: World, fault: ProcessFault) => Promise<void>;

const PROCESS_FAULTS: Record<ProcessFault['what'], Act> = {
  server: async (world, { lastsMs }) => {
    await world.installation.kill();
    await sleep(lastsMs);
    await world.start();
  },
  postmaster: async (world) => {
    const pid = world.postgres.postmaster;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await backAgain(world, pid);
  },
  backend: async (world, { whom }) => {
    const { backends, postmaster } = world.postgres;
    if (backends.length > 0) process.kill(pick(backends, whom), 'SIGKILL');
    // The postmaster lives on and takes everybody down who may have seen half of something.
    await backAgain(world, postmaster === undefined ? undefined : -1);
  },
  terminal: async (world, { whom, lastsMs }) => {
    const terminal = pick(world.terminals, whom);
    await terminal.kill();
    await sleep(lastsMs);
    terminal.start();
  },
  wiped: async (world, { whom, lastsMs }) => {
    const desks = world.terminals.filter(({ order }) => order.agent);
    const terminal = pick(desks, whom);
    await terminal.kill();
    const line: Line = { wiped: true };
    appendFileSync(join(terminal.order.folder, 'log.jsonl'), `${JSON.stringify(line)}\n`);
    await sleep(lastsMs);
    await world.replace(terminal);
  },
  all: async (world, { lastsMs }) => {
    const { postmaster } = world.postgres;
    await Promise.all([
      ...world.terminals.map((terminal) => terminal.kill()),
      world.installation.kill(),
      postmaster !== undefined && process.kill(postmaster, 'SIGKILL'),
    ]);
    await sleep(lastsMs);
    await world.start();
    for (const terminal of world.terminals) terminal.start();
  },
  diskFull: async (world, { lastsMs }) => {
    world.disk?.fill();
    await sleep(FULL_MS + lastsMs);
    world.disk?.empty();
    await world.ready();
  },
  clock: async (world, { whom, lastsMs }) => {
    world.installation.clock?.set(pick(SET_SECONDS, whom));
    await sleep(SET_MS + lastsMs);
    // Back again, as a machine does whose clock is put right.
    world.installation.clock?.set(0);
  },
  stopServer: async (world, { lastsMs }) => {
    const { pid } = world.installation;
    if (pid === undefined) return;
    process.kill(pid, 'SIGSTOP');
    await sleep(lastsMs);
    process.kill(pid, 'SIGCONT');
    await world.ready();
  },
  stopTerminal: async (world, { whom, lastsMs }) => {
    const terminal = pick(world.terminals, whom);
    terminal.signal('SIGSTOP');
    await sleep(lastsMs);
    terminal.signal('SIGCONT');
  },
};

/** Waits for another postmaster than the one that was killed, and for a server that reaches it. */
async function backAgain(world: World, before: number | undefined): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(20)) {
    const { postmaster } = world.postgres;
    if (postmaster !== undefined && postmaster !== before) break;
  }
  await world.ready();
}
