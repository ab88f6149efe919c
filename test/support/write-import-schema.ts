/** Writes the JSON Schema of `import shop`: node --import tsx test/support/write-import-schema.ts */
import { writeFileSync } from 'node:fs';
import { shopLineSchema } from '../../lib/import/shop-file.ts';

writeFileSync(
  new URL('../../docs/import-shop.schema.json', import.meta.url),
  `${JSON.stringify(shopLineSchema(), null, 2)}\n`,
);
