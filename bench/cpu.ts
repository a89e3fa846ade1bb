import { readFileSync } from 'node:fs';

/** What Linux counts processor time in, whatever the kernel's own clock is (USER_HZ, proc_pid_stat(5)). */
const ticksPerSecond = 100;

/** Processor time that a process has used, in its own code and in the kernel, in microseconds; Linux only. */
export function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold anything; what counts are the 14th and 15th of all fields.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticksPerSecond;
}

/** Whether this machine tells the processor time of other processes. */
export const tellsCpuTime = process.platform === 'linux';

/** Memory of a process that is in the machine's own, in MiB (VmRSS, proc_pid_status(5)); Linux only. */
export function residentMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

/** How many files, and so sockets, a process may have open (getrlimit(2), RLIMIT_NOFILE); Linux only. */
export function mostFiles(): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024);
}
