/** The second part of `npm run openapi`. */
import { writeFile } from 'node:fs/promises';
import { DOCUMENT_FILE, documentText } from './openapi-files.ts';

await writeFile(DOCUMENT_FILE, documentText());
