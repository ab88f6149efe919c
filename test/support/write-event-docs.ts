/** `npm run describe-events`: writes what the code says about events. */
import { writeFile } from 'node:fs/promises';
import { ASYNCAPI_FILE, asyncApiText, EVENTS_FILE, eventsPage } from './event-docs.ts';

await writeFile(ASYNCAPI_FILE, await asyncApiText());
await writeFile(EVENTS_FILE, await eventsPage());
