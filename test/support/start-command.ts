/** `npm start` as a developer runs it, but without npm. */
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { freePorts, isPortTaken } from '../../local/ports.ts';
import { PROJECT_FOLDER } from '../../local/serverless-command.ts';
import { waitUntil } from '../../local/wait.ts';

export type StartCommand = {
  readonly ports: Ports;
  /** What it has printed so far, on both streams. */
  output(): string;
  /** Waits until it has printed text that matches. */
  untilPrinted(pattern: RegExp): Promise<void>;
  /** Its process id, and those of all its descendants. */
  processes(): Promise<number[]>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves to its exit code, or to the signal that killed it. */
  readonly ended: Promise<number | NodeJS.Signals>;
};

export type Ports = {
  readonly HTTP_PORT: number;
  readonly LAMBDA_PORT: number;
  readonly DYNAMODB_PORT: number;
  readonly SQS_PORT: number;
};

/** Starts it on free ports, unless ports are given. */
export const runStartCommand = async (
  args: readonly string[],
  given: Partial<Ports> = {},
): Promise<StartCommand> => {
  const [HTTP_PORT = 0, LAMBDA_PORT = 0, DYNAMODB_PORT = 0, SQS_PORT = 0] = await freePorts(4);
  const ports = { HTTP_PORT, LAMBDA_PORT, DYNAMODB_PORT, SQS_PORT, ...given };
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/start.ts', ...args], {
    cwd: PROJECT_FOLDER,
    env: {
      ...process.env,
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
      // `npm test` sets this variable, which would make the command take npm for its parent.
      npm_lifecycle_event: undefined,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
  });
  const failure = ended.then((how) => new Error(`It ended with ${how}:\n${printed}`));

  return {
    ports,
    output: () => printed,
    untilPrinted: (pattern) =>
      waitUntil(`${pattern} is printed`, async () => pattern.test(printed), {
        timeoutSeconds: 90,
        failure,
      }),
    async processes() {
      const all = await runningProcesses();
      const found = [child.pid ?? 0];
      // The loop also visits the processes that are added here.
      for (const parent of found) {
        found.push(...all.filter((other) => other.parent === parent).map(({ pid }) => pid));
      }
      return found;
    },
    signal: (signal) => child.kill(signal),
    ended,
  };
};

/** All processes on this machine, but for zombies. */
const runningProcesses = async (): Promise<{ pid: number; parent: number }[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,stat=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => !state?.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
};

/** Waits until none of these processes runs and nothing listens on the ports. */
export const untilGone = (pids: readonly number[], ports: Ports): Promise<void> =>
  waitUntil(
    `processes ${pids.join(', ')} are gone`,
    async () => {
      const running = await runningProcesses();
      const taken = await Promise.all(Object.values(ports).map(isPortTaken));
      return !running.some(({ pid }) => pids.includes(pid)) && !taken.includes(true);
    },
    { timeoutSeconds: 60 },
  );
