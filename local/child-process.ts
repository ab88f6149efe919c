/** Child processes that cannot outlive this process. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LEASH = fileURLToPath(new URL('./leash.mjs', import.meta.url));

/** How many of a child's last lines are shown when it ends unexpectedly. */
const TAIL_LINES = 20;

export type Child = {
  /** Also the id of the process group that holds the child and everything it spawned. */
  readonly pid: number;
  /** Resolves only when the child ends without `stop()`, with the reason. */
  readonly failure: Promise<Error>;
  /** Ends the child and waits until it is gone. May be called again. */
  stop(): Promise<void>;
};

/**
 * Starts `command` on a leash (see leash.mjs), in a process group of its own. Ctrl-C in a terminal
 * reaches every process of the foreground group. Children in that group would end before this
 * process stops them, which would look like a failure.
 *
 * @param name what messages call it, for example `DynamoDB Local`
 * @param onOutput receives what the child writes to its standard output and error
 */
export const startChild = (
  name: string,
  [command, ...args]: readonly [string, ...string[]],
  {
    env = process.env,
    cwd,
    onOutput,
  }: { env?: NodeJS.ProcessEnv; cwd?: string; onOutput?: (text: string) => void } = {},
): Child => {
  const leash = spawn(process.execPath, [LEASH, command, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });

  let tail = '';
  for (const stream of [leash.stdout, leash.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).split('\n').slice(-TAIL_LINES).join('\n');
      onOutput?.(text);
    });
  }
  // Closing the leash of a child that has just ended is no error.
  leash.stdin.on('error', () => {});

  let stopping = false;
  const ended = new Promise<string>((resolve) => {
    leash.once('error', (error) => resolve(error.message));
    // `close`, not `exit`: at `exit` some of its output may still be missing.
    leash.once('close', (code) => resolve(`exit code ${code}`));
  });
  const failure = new Promise<Error>((resolve) => {
    void ended.then((how) => {
      if (stopping) return;
      resolve(new Error(`${name} ended unexpectedly (${how}).\n${tail.trim()}`.trim()));
    });
  });

  return {
    pid: leash.pid ?? 0,
    failure,
    async stop() {
      stopping = true;
      leash.stdin.end();
      await ended;
    },
  };
};
