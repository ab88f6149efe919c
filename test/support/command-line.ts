/** The command line with everything around it fake: no network, no files, no clock. */
import { setImmediate } from 'node:timers/promises';
import type { OpenTables } from '../../cli/audit/tables.ts';
import { COMMANDS } from '../../cli/commands/index.ts';
import type { DeadLetter, Queues } from '../../cli/dead-letters/queues.ts';
import type { Fetch, Ports } from '../../cli/ports.ts';
import { run } from '../../cli/run.ts';
import type { Runtime } from '../../lib/runtime.ts';
import { NOW } from './builders.ts';
import { unitRuntime } from './unit-runtime.ts';

/** A request as the system sees it. */
export type Sent = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: what is sent is what the tests are about
  readonly body: any;
};

/** What the system does with a request: an answer, or an error when there is none. */
export type Answering = (sent: Sent) => FakeAnswer | Promise<FakeAnswer>;
export type FakeAnswer = { readonly status: number; readonly body?: unknown };

export type Ended = {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what is printed is what the tests are about
  readonly json: any;
};

export type CommandLine = {
  /** Runs a command, given as on a command line; quotes hold words together. */
  readonly runs: (line: string) => Promise<Ended>;
  readonly sent: Sent[];
  readonly files: Map<string, string>;
  /** Ctrl-C. */
  readonly interrupt: () => void;
  /** Milliseconds since the start. */
  readonly spent: () => number;
};

export const NO_QUEUES: Queues = {
  counts: async () => ({
    cancellations: { waiting: 0, inFlight: 0, delayed: 0 },
    writeOffs: { waiting: 0, inFlight: 0, delayed: 0 },
    deadLetters: { waiting: 0, inFlight: 0, delayed: 0 },
  }),
  receive: async () => [],
  giveBack: async () => {},
  send: async (letters) => letters,
  remove: async () => {},
  close: () => {},
};

type Options = {
  readonly answers?: Answering;
  readonly queues?: Queues;
  readonly tables?: OpenTables;
  readonly files?: Map<string, string>;
  readonly env?: Readonly<Record<string, string>>;
  readonly machine?: Partial<Ports['machine']>;
  readonly credentials?: Ports['credentials'];
  readonly terminal?: boolean;
  /** When the command begins. */
  readonly now?: string;
  /** Is called before each touch of the outside, with its number; what it throws, the touch throws. */
  readonly before?: (touch: number) => void;
  /** Is called after each touch of the outside, before its answer is known. */
  readonly after?: (touch: number) => void;
};

/** A clock that only waiting moves on. */
const patientRuntime = (start: number) => {
  let clock = start;
  let ids = 0;
  const runtime: Runtime = unitRuntime({
    now: () => new Date(clock),
    random: () => 0.5,
    sleep: async (milliseconds) => {
      clock += milliseconds;
      await setImmediate();
    },
    abortAfter: () => new AbortController().signal,
    newId: () => {
      ids += 1;
      return `ID${ids}`;
    },
  });
  return { runtime, spent: () => clock - start };
};

/** Words that quotes hold together stay one word. */
const wordsOf = (line: string): string[] =>
  (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ''));

export const openCommandLine = ({
  answers = () => ({ status: 200, body: {} }),
  queues = NO_QUEUES,
  tables = async () => {
    throw new Error('This command line has no tables.');
  },
  files = new Map(),
  env = {},
  machine = {},
  credentials = async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }),
  terminal = false,
  now = NOW,
  before = () => {},
  after = () => {},
}: Options = {}): CommandLine => {
  const sent: Sent[] = [];
  const interruption = new AbortController();
  const { runtime, spent } = patientRuntime(Date.parse(now));
  let touches = 0;
  const touch = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    touches += 1;
    const number = touches;
    before(number);
    const result = await work();
    after(number);
    return result;
  };
  const fetch: Fetch = (url, { method, headers, body, signal }) =>
    touch(async () => {
      signal?.throwIfAborted();
      const request = {
        method,
        url,
        headers,
        body: headers.accept ? body && JSON.parse(body) : body,
      };
      sent.push(request);
      const answer = await answers(request);
      signal?.throwIfAborted();
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      return new Response(answer.body === undefined ? null : text, { status: answer.status });
    });
  const touched: Queues = {
    counts: () => touch(queues.counts),
    receive: (seconds) => touch(() => queues.receive(seconds)),
    giveBack: (letters) => touch(() => queues.giveBack(letters)),
    send: (letters) => touch(() => queues.send(letters)),
    remove: (letters) => touch(() => queues.remove(letters)),
    close: queues.close,
  };
  const ports = {
    env,
    runtime,
    fetch,
    credentials,
    files: {
      read: (path: string) => touch(() => files.get(path)),
      write: (path: string, text: string) => touch(() => void files.set(path, text)),
      append: (path: string, text: string) =>
        touch(() => void files.set(path, (files.get(path) ?? '') + text)),
    },
    openQueues: async () => touched,
    openTables: tables,
    machine: {
      nodeVersion: '24.1.0',
      java: async () => 21,
      engines: async () => [{ kind: 'dynoxide', available: true } as const],
      isPortTaken: async () => false,
      listenerOn: async () => undefined,
      ...machine,
    },
    interrupted: interruption.signal,
  };
  return {
    sent,
    files,
    spent,
    interrupt: () => interruption.abort(),
    async runs(line) {
      const printed = { stdout: '', stderr: '' };
      const stream = (name: 'stdout' | 'stderr') => ({
        isTTY: terminal,
        columns: 80,
        write: (text: string) => {
          printed[name] += text;
        },
      });
      const exitCode = await run(wordsOf(line), COMMANDS, '1.2.3', {
        ...ports,
        stdout: stream('stdout'),
        stderr: stream('stderr'),
      });
      return { exitCode, ...printed, json: line.includes('--json') && JSON.parse(printed.stdout) };
    },
  };
};

/** A shop that answers each call, written as `GET /orders/1001`, with what is given for it. */
export const shopThat =
  (given: Readonly<Record<string, FakeAnswer>>): Answering =>
  ({ method, url }) => {
    const { pathname, search } = new URL(url);
    const call = `${method} ${pathname}`;
    const answer = given[`${call}${search}`] ?? given[call];
    if (!answer) throw new Error(`Nobody has said what the shop answers to ${call}${search}`);
    return answer;
  };

/** The answer of a shop that refuses. */
export const refusal = (status: number, code: string, detail: string, more: object = {}) => ({
  status,
  body: { type: 'about:blank', title: detail, status, detail, code, ...more },
});

/** A dead letter about this order, or with this body. */
export const deadLetter = (
  about: { readonly orderId: string; readonly restock?: boolean } | string,
  number = 1,
): DeadLetter => ({
  messageId: `message-${number}`,
  receiptHandle: `receipt-${number}`,
  body: typeof about === 'string' ? about : JSON.stringify(about),
  sentAt: new Date(Date.parse(NOW) + number),
  origin: 'cancellations',
  attributes: {},
});

/**
 * Kills the command before or after its nth touch of the outside: after it, the touch has taken
 * effect, and its answer is lost. What a command does after its death has no effect.
 */
export const dyingAt = (moment: number, when: 'before' | 'after') => {
  let isDead = false;
  const dieIf = (isMoment: boolean): void => {
    isDead ||= isMoment;
    if (isDead) throw new Error('killed');
  };
  return {
    died: () => isDead,
    before: (touch: number) => dieIf(when === 'before' && touch === moment),
    after: (touch: number) => dieIf(when === 'after' && touch === moment),
  };
};
