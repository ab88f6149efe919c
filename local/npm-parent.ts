/** Detects the end of the npm process that started this one. */
import { execFileSync } from 'node:child_process';

const INTERVAL_MILLISECONDS = 100;

/** `ps` prints the parent's id and the command line. */
const describeProcess = (pid: number): { readonly parent: number; readonly command: string } => {
  const options = ['-o', 'ppid=', '-o', 'args=', '-p', String(pid)];
  const [parent = '', ...command] = execFileSync('ps', options, { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
  return { parent: Number(parent), command: command.join(' ') };
};

/** npm is the parent of this process, or the parent of the shell that runs the script. */
const npmProcess = (script: string): number => {
  try {
    const { parent, command } = describeProcess(process.ppid);
    return command.includes(script) ? parent : process.ppid;
  } catch {
    // Not every system has a `ps` with these options.
    return process.ppid;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/**
 * Calls `onDeath` when npm has ended. npm cannot forward SIGKILL, so killing `npm start` would
 * leave a system that keeps running unnoticed. Does nothing in a process that npm has not started.
 */
export const watchNpm = (onDeath: () => void): void => {
  const { npm_lifecycle_script: script } = process.env;
  if (script === undefined) return;
  const npm = npmProcess(script);
  const timer = setInterval(() => {
    if (isAlive(npm)) return;
    clearInterval(timer);
    onDeath();
  }, INTERVAL_MILLISECONDS);
  timer.unref();
};
