import { readdirSync, readFileSync } from 'node:fs';

/** Processor time, in ms, of all processes whose command names this folder or whose parent does (Linux). */
export function childrenCpuMs(folder: string): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = processes.flatMap((pid) => statOf(pid));
  const masters = new Set(
    stats.filter(({ command }) => command.includes(folder) && command.includes('postgres')).map(({ pid }) => pid),
  );
  const theirs = stats.filter(({ pid, parent }) => masters.has(pid) || masters.has(parent));
  return theirs.reduce((sum, { ticks }) => sum + ticks * 10, 0);
}

/** Processor time, in ms, of one process (Linux). */
export function cpuMs(pid: number): number {
  return (statOf(String(pid))[0]?.ticks ?? Number.NaN) * 10;
}

function statOf(pid: string): { pid: string; parent: string; ticks: number; command: string }[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return [{ pid, parent: fields[1] ?? '', ticks: Number(fields[11]) + Number(fields[12]), command }];
  } catch {
    // It ended between the two looks.
    return [];
  }
}
