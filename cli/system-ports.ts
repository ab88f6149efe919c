/** What the command line finds on a real machine. */
import { systemRuntime } from '../lib/runtime.ts';
import { systemCredentials } from './aws/credentials.ts';
import { openSqsQueues } from './aws/queues.ts';
import { openDynamoDbTables } from './aws/tables.ts';
import { systemMachine } from './doctor/machine.ts';
import { systemFiles } from './files.ts';
import type { Ports } from './ports.ts';

/** @param around where the command runs: its environment, its streams, and what interrupts it */
export const systemPorts = (
  around: Pick<Ports, 'env' | 'stdout' | 'stderr' | 'interrupted'>,
): Ports => ({
  ...around,
  runtime: systemRuntime,
  fetch: (url, init) => fetch(url, init),
  files: systemFiles,
  credentials: systemCredentials(around.env),
  openQueues: openSqsQueues,
  openTables: openDynamoDbTables,
  machine: systemMachine,
});
