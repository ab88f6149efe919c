/** `npx countermand`: the process around the command line. */
import { readFileSync } from 'node:fs';
import { COMMANDS } from './commands/index.ts';
import { EXIT } from './exit-code.ts';
import { run } from './run.ts';
import { systemPorts } from './system-ports.ts';

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

const { env, stdout, stderr } = process;
const ports = systemPorts({ env, stdout, stderr, interrupted: interruption.signal });
const code = await run(process.argv.slice(2), COMMANDS, version, ports);
// Connections that are kept alive must not keep the process.
process.stdout.write('', () => process.exit(code));
