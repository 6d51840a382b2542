import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { childrenCpuMs, cpuMs } from './cpu.ts';
import { median } from './figures.ts';
import { residentKb, startBenchServer } from './server.ts';

function child(file: string): ChildProcess {
  return fork(join(import.meta.dirname, file), [], { stdio: 'inherit' });
}

function ask<T>(generator: ChildProcess, order: object): Promise<T> {
  return new Promise((resolve, reject) => {
    generator.once('message', (answer) => resolve(answer as T));
    generator.once('exit', () => reject(new Error('the generator ended')));
    generator.send(order);
  });
}

/** Through sockets: so many customers, each of whom waits for `sent` before writing again. */
export async function benchStored(options: { customers: number; seconds: number; rounds: number }) {
  const server = await startBenchServer();
  const generator = child('generator.ts');
  try {
    await ask(generator, { do: 'open', url: server.url, key: server.key, count: options.customers, begin: true });
    const rounds: { perSecond: number; p50: number; p99: number }[] = [];
    const usage = () => [cpuMs(server.pid), childrenCpuMs(server.folder), cpuMs(generator.pid ?? 0)];
    const cpu: number[][] = [];
    for (let round = 0; round <= options.rounds; round++) {
      const before = usage();
      const figures = await ask<(typeof rounds)[number]>(generator, {
        do: 'stored',
        seconds: options.seconds,
        key: server.key,
      });
      const sent = figures.perSecond * options.seconds;
      if (round > 0) cpu.push(usage().map((ms, i) => ((ms - (before[i] ?? 0)) * 1_000) / sent));
      if (round > 0) rounds.push(figures);
    }
    const of = (name: 'perSecond' | 'p50' | 'p99') => Math.round(median(rounds.map((round) => round[name])) * 10) / 10;
    return {
      messagesPerSecond: of('perSecond'),
      p50Ms: of('p50'),
      p99Ms: of('p99'),
      // Time of processors per message: what limits, where their number is all there is.
      cpuMicros: {
        node: Math.round(median(cpu.map(([node]) => node ?? 0))),
        postgres: Math.round(median(cpu.map(([, postgres]) => postgres ?? 0))),
        generator: Math.round(median(cpu.map(([, , generator]) => generator ?? 0))),
      },
      rounds: rounds.map((round) => Math.round(round.perSecond)),
    };
  } finally {
    generator.kill();
    await server.stop();
  }
}

/** Idle: memory per open widget, beside a bare `ws` server in the same run. */
export async function benchIdle(options: { sockets: number }) {
  const bare = child('servers/bare.ts');
  const port = await new Promise<number>((resolve) =>
    bare.once('message', (answer) => resolve((answer as { port: number }).port)),
  );
  const generators = [child('generator.ts'), child('generator.ts')] as const;
  const server = await startBenchServer();
  try {
    const settle = () => new Promise((resolve) => setTimeout(resolve, 8_000));
    await settle();
    const bareBefore = residentKb(bare.pid ?? 0);
    await ask(generators[0], { do: 'bare', url: `http://127.0.0.1:${port}`, count: options.sockets });
    await settle();
    const bareKb = (residentKb(bare.pid ?? 0) - bareBefore) / options.sockets;
    const before = residentKb(server.pid);
    await ask(generators[1], { do: 'open', url: server.url, key: server.key, count: options.sockets, begin: false });
    await settle();
    const heedKb = (residentKb(server.pid) - before) / options.sockets;
    const round = (kb: number) => Math.round(kb * 10) / 10;
    return { sockets: options.sockets, bareKb: round(bareKb), heedKb: round(heedKb), moreKb: round(heedKb - bareKb) };
  } finally {
    for (const generator of generators) generator.kill();
    bare.kill();
    await server.stop();
  }
}
