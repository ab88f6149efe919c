/** The command `npm run licences`. */
import { writeFile } from 'node:fs/promises';
import { licencePage } from './licences.ts';

await writeFile('docs/licences.md', await licencePage());
