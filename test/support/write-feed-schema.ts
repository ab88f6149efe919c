/** Writes the JSON Schema of a line of `shadow`'s feed: node --import tsx test/support/write-feed-schema.ts */
import { writeFileSync } from 'node:fs';
import { feedLineSchema } from '../../cli/shadow/event.ts';

writeFileSync(
  new URL('../../docs/shadow-feed.schema.json', import.meta.url),
  `${JSON.stringify(feedLineSchema(), null, 2)}\n`,
);
