/** The first part of `npm run openapi`. The description reads the examples when it is loaded. */
import { writeFile } from 'node:fs/promises';
import { asFile, EXAMPLES_FILE } from './openapi-files.ts';
import { recordExamples } from './recorded-examples.ts';

await writeFile(EXAMPLES_FILE, asFile(await recordExamples()));
