import { readdirSync, readFileSync } from 'node:fs';

/** Processor time, in ms, of all processes whose command names this folder or whose parent does (Linux). */
export function childrenCpuMs(folder: string): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = processes.flatMap((pid) => statOf(pid));
  const masters = new Set(
    stats.filter(({ command }) => command.includes(folder) && command.includes('postgres')).map(({ pid }) => pid),
  );
  // Connections come and go: what those that ended had used, the master says.
  const theirs = stats.map(({ pid, parent, ticks, ended }) =>
    masters.has(pid) ? ticks + ended : masters.has(parent) ? ticks : 0,
  );
  return theirs.reduce((sum, each) => sum + each * 10, 0);
}

/** Processor time, in ms, of one process (Linux). */
export function cpuMs(pid: number): number {
  return (statOf(String(pid))[0]?.ticks ?? Number.NaN) * 10;
}

interface Stat {
  pid: string;
  parent: string;
  ticks: number;
  /** Of its children that ended. */
  ended: number;
  command: string;
}

function statOf(pid: string): Stat[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    const [ticks, ended] = [Number(fields[11]) + Number(fields[12]), Number(fields[13]) + Number(fields[14])];
    return [{ pid, parent: fields[1] ?? '', ticks, ended, command }];
  } catch {
    // It ended between the two looks.
    return [];
  }
}
