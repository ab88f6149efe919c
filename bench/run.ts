/** The command `npm run bench`: measures, and prints or writes the result. */
import { readOptions } from './options.ts';
import { progress } from './progress.ts';
import { writeDocs } from './report/docs.ts';
import { tablesOf } from './report/tables.ts';
import { runAll } from './result.ts';

// The SDK's warning would stand between the progress lines.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

try {
  const options = readOptions(process.argv.slice(2));
  const result = await runAll(options);
  progress('done');
  if (options.writeDocs) await writeDocs(result);
  const text = options.json
    ? JSON.stringify(result, null, 2)
    : Object.values(tablesOf(result)).join('\n\n');
  process.stdout.write(`${text}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
}
