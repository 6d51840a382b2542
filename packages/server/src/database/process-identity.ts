import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { codeOf } from '../errors.ts';

/**
 * Which process a number stands for, as a text that no later process shares: process numbers are used again,
 * so a file with a number alone says nothing after a crash. Undefined when no such process runs.
 */
export function identityOf(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxIdentity(pid) : otherIdentity(pid);
}

/** Whether a process runs (a zombie does not). */
export function runs(pid: number): boolean {
  if (process.platform === 'linux') return linuxIdentity(pid) !== undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return codeOf(thrown) === 'EPERM';
  }
}

/** The words a process was started with, or undefined when they cannot be read. */
export function commandOf(pid: number): readonly string[] | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(' ');
  } catch (thrown) {
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
}

let bootId: string | undefined;

function linuxIdentity(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name stands in brackets and may itself hold spaces and brackets, so count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  bootId ??= (readIfThere('/proc/sys/kernel/random/boot_id') ?? '').trim();
  return `${pid} ${fields[19]} ${bootId}`;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(codeOf(thrown) ?? '')) return undefined;
    throw thrown;
  }
}

function otherIdentity(pid: number): string | undefined {
  try {
    return `${pid} ${execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()}`;
  } catch (thrown) {
    // ps ends with 1 when there is no such process.
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
}
