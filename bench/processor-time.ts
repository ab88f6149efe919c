/** The processor time that programs have used. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/**
 * Seconds of processor time that a process group has used so far; undefined where the system does
 * not report it.
 */
export const secondsOfGroup = (group: number): number | undefined => {
  try {
    let ticks = 0;
    for (const name of readdirSync('/proc')) {
      if (/^\d+$/.test(name)) ticks += ticksOf(name, group);
    }
    return ticks / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
};

const ticksOf = (pid: string, group: number): number => {
  try {
    // The name in parentheses may contain spaces; the fields after it are fixed (man 5 proc).
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?!.*\) )/);
    const fields = rest.split(' ');
    return Number(fields[2]) === group ? Number(fields[11]) + Number(fields[12]) : 0;
  } catch {
    // The process has ended meanwhile.
    return 0;
  }
};

/** Seconds of processor time that this process has used so far. */
export const ownSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
