import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** A program of the bench in a process of its own, which answers one order after the other. */
export interface Child {
  readonly pid: number;
  ask<T>(order: object): Promise<T>;
  kill(): void;
}

export function startChild(file: string): Child {
  const child = fork(join(import.meta.dirname, file), [], { stdio: 'inherit' });
  return { pid: child.pid ?? 0, ask: (order) => ask(child, order), kill: () => void child.kill() };
}

/** A server of the bench, and the port that it says it listens on. */
export async function startServer(file: string, order?: object): Promise<Child & { port: number }> {
  const child = fork(join(import.meta.dirname, 'servers', file), [], { stdio: 'inherit' });
  const listening = new Promise<{ port: number }>((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as { port: number }));
    child.once('exit', () => reject(new Error(`${file} ended`)));
  });
  if (order) child.send(order);
  const { port } = await listening;
  return { pid: child.pid ?? 0, port, ask: (each) => ask(child, each), kill: () => void child.kill() };
}

function ask<T>(child: ChildProcess, order: object): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('a process of the bench ended'));
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.off('exit', ended);
      const { error } = answer as { error?: string };
      if (error === undefined) resolve(answer as T);
      else reject(new Error(error));
    });
    child.send(order);
  });
}
