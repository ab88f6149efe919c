/** The command line on a running system: in this process, or as somebody runs it in a terminal. */
import { spawn } from 'node:child_process';
import { COMMANDS } from '../../cli/commands/index.ts';
import { run } from '../../cli/run.ts';
import { systemPorts } from '../../cli/system-ports.ts';
import { PROJECT_FOLDER } from '../../local/serverless-command.ts';

export type Countermand = {
  /** Resolves at its end. The exit code is null when it was killed. */
  readonly ended: Promise<{
    readonly exitCode: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
  /** Resolves as soon as standard error matches, and at its end. */
  readonly untilTold: (pattern: RegExp) => Promise<void>;
  /** Kills it with all its processes: npx starts one of its own. */
  readonly kill: () => void;
};

/**
 * Runs a command in this process, with everything around it real. A process of its own takes seconds
 * before it begins.
 *
 * @param env in addition to that of the tests
 */
export const runHere = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
  const printed = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof printed) => ({
    isTTY: false,
    write: (text: string) => {
      printed[name] += text;
    },
  });
  const ports = systemPorts({
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    interrupted: new AbortController().signal,
  });
  const exitCode = await run(args, COMMANDS, '0.0.0', ports);
  return { exitCode, ...printed };
};

/**
 * Starts `npx countermand` as a process.
 *
 * @param env in addition to that of the tests
 */
export const startCountermand = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Countermand => {
  const child = spawn('npx', ['countermand', ...args], {
    cwd: PROJECT_FOLDER,
    // A group of its own, so that all of it can be killed.
    detached: true,
    env: { ...process.env, npm_config_update_notifier: 'false', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  let onTold = (): void => {};
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      onTold();
    });
  }
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return {
    ended: closed.then((exitCode) => ({ exitCode, ...printed })),
    untilTold: (pattern) =>
      new Promise((resolve) => {
        onTold = () => {
          if (pattern.test(printed.stderr)) resolve();
        };
        onTold();
        void closed.then(() => resolve());
      }),
    kill: () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    },
  };
};
