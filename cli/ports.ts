/** What the command line needs from the outside. Tests give it their own. */
import type { Runtime } from '../lib/runtime.ts';
import type { Environment } from '../local/port-settings.ts';
import type { OpenTables } from './audit/tables.ts';
import type { Credentials } from './aws/credentials.ts';
import type { OpenQueues } from './dead-letters/queues.ts';
import type { Machine } from './doctor/machine.ts';
import type { Files } from './files.ts';

/** One of the two streams that a command writes to. */
export type Stream = {
  readonly write: (text: string) => unknown;
  readonly isTTY: boolean;
  /** Characters of a line. */
  readonly columns?: number | undefined;
};

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal?: AbortSignal;
  },
) => Promise<Pick<Response, 'status' | 'headers' | 'text'>>;

export type Ports = {
  readonly env: Environment;
  readonly runtime: Runtime;
  readonly fetch: Fetch;
  readonly files: Files;
  readonly credentials: Credentials;
  readonly openQueues: OpenQueues;
  readonly openTables: OpenTables;
  readonly machine: Machine;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Aborts at Ctrl-C. */
  readonly interrupted: AbortSignal;
};
