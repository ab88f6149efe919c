/** The second part of `npm run openapi`; the third compiles the client. */
import { writeFile } from 'node:fs/promises';
import { CLIENT_FILE, clientText } from './client-types.ts';
import { DOCUMENT_FILE, documentText } from './openapi-files.ts';

await writeFile(DOCUMENT_FILE, documentText());
await writeFile(CLIENT_FILE, await clientText());
