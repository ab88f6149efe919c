/** `npm start`: the whole system on this machine, until Ctrl-C. */
import { relative } from 'node:path';
import { watchNpm } from './npm-parent.ts';
import { HELP, readSettings, type Settings } from './settings.ts';
import { type System, startSystem } from './system.ts';
import { walkThrough } from './walk-through.ts';

// On Node 20 the AWS SDK would print eight lines about Node 22 at every start.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const interrupted = new AbortController();

/** The first signal stops everything in order; the second one ends this process at once. */
const onSignal = (): void => {
  if (interrupted.signal.aborted) process.exit(1);
  interrupted.abort();
};
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
process.on('SIGHUP', onSignal);

const interruption = new Promise<void>((resolve) => {
  interrupted.signal.addEventListener('abort', () => resolve(), { once: true });
});

const showAround = async (system: System): Promise<void> => {
  const queueUrl = Object.entries(system.queueUrls).find(([name]) =>
    name.endsWith('-cancellations'),
  )?.[1];
  if (queueUrl === undefined) throw new Error('serverless.yml has no queue of cancellations.');
  await walkThrough({ ...system, queueUrl });
};

/** Returns when interrupted. Throws when a part ends or the walk-through gets a wrong answer. */
const stayUp = async (system: System, empty: boolean): Promise<void> => {
  const death = system.failure.then((error) => {
    throw error;
  });
  if (!empty && system.isNew) await Promise.race([showAround(system), interruption, death]);
  if (!interrupted.signal.aborted) console.log(`Ready: ${system.baseUrl}`);
  await Promise.race([interruption, death]);
};

const run = async ({ empty, ...settings }: Settings): Promise<void> => {
  console.log('Starting Countermand on this machine.');
  const system = await startSystem({
    ...settings,
    signal: interrupted.signal,
    onProgress: (line) => console.log(`  ${line}`),
    ...(settings.verbose && { onEvent: (event) => console.log(JSON.stringify(event.detail)) }),
  });
  console.log(`  Log        ${relative(process.cwd(), system.logFile)}`);
  try {
    await stayUp(system, empty);
    console.log('Stopping.');
  } finally {
    await system.stop();
  }
};

watchNpm(() => interrupted.abort());
const args = process.argv.slice(2);
try {
  if (args.includes('--help')) process.stdout.write(HELP);
  else await run(readSettings(process.env, args));
} catch (error) {
  // An interrupted start also throws, but is no error.
  if (!interrupted.signal.aborted) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
process.exit(0);
