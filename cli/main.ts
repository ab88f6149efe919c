/** `npx countermand`: the process around the command line. */
import { readFileSync } from 'node:fs';
import { systemRuntime } from '../lib/runtime.ts';
import { systemCredentials } from './aws/credentials.ts';
import { openSqsQueues } from './aws/queues.ts';
import { openDynamoDbTables } from './aws/tables.ts';
import { COMMANDS } from './commands/index.ts';
import { systemMachine } from './doctor/machine.ts';
import { EXIT } from './exit-code.ts';
import { systemFiles } from './files.ts';
import { run } from './run.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

const interruption = new AbortController();
/** The first Ctrl-C ends the command in order, the second one at once. */
const onSignal = (): void => {
  if (interruption.signal.aborted) process.exit(EXIT.interrupted);
  interruption.abort();
};
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);

// Whoever reads the output may have read enough, like `head`.
process.stdout.on('error', () => process.exit(EXIT.done));

const code = await run(process.argv.slice(2), COMMANDS, version, {
  env: process.env,
  runtime: systemRuntime,
  fetch: (url, init) => fetch(url, init),
  files: systemFiles,
  credentials: systemCredentials(process.env),
  openQueues: openSqsQueues,
  openTables: openDynamoDbTables,
  machine: systemMachine,
  stdout: process.stdout,
  stderr: process.stderr,
  interrupted: interruption.signal,
});
// Connections that are kept alive must not keep the process.
process.stdout.write('', () => process.exit(code));
