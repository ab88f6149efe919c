/** The command line as processes: `npx countermand`, as somebody runs it in a terminal. */
import { spawn } from 'node:child_process';
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

const WAYS = {
  npx: ['npx', 'countermand'],
  /** What npx starts, without the seconds that npx takes. */
  node: [process.execPath, 'cli/countermand.mjs'],
} as const;

/** @param env in addition to that of the tests */
export const countermand = (
  way: keyof typeof WAYS,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Countermand => {
  const [command, first] = WAYS[way];
  const child = spawn(command, [first, ...args], {
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
