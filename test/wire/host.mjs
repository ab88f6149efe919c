// Runs packaged functions, like the instances of Lambda, until it is killed. Several invocations
// run at the same time in this one process, as behind `npm start`. Plain JavaScript, because it is
// started over and over and must not need a loader.
//
// Usage: fork of host.mjs <JSON: the bundle of each function, by name>
import { pathToFileURL } from 'node:url';

const bundles = Object.entries(JSON.parse(process.argv[2]));
const handlers = new Map(
  await Promise.all(
    bundles.map(async ([name, file]) => [name, (await import(pathToFileURL(file).href)).handler]),
  ),
);

process.on('message', async ({ id, name, event, timeout }) => {
  const end = performance.now() + timeout;
  const context = {
    awsRequestId: `invocation-${id}`,
    functionName: name,
    getRemainingTimeInMillis: () => Math.max(0, end - performance.now()),
  };
  try {
    process.send({ id, payload: (await handlers.get(name)(event, context)) ?? null });
  } catch (error) {
    process.send({ id, functionError: String(error?.stack ?? error) });
  }
});
process.once('disconnect', () => process.exit());
process.send('ready');
