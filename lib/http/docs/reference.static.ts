/**
 * The component that shows the reference at /docs: Scalar's standalone build, from its package.
 *
 * Constants of a `.static.ts` file are computed when functions are bundled, and not when they run
 * (deployment/static-constants.cjs). A function carries only the constants that it uses.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const PACKAGE = createRequire(import.meta.url).resolve('@scalar/fastify-api-reference');

const script = readFileSync(join(dirname(PACKAGE), 'js/standalone.js'));

/** Another script has another version, so browsers may keep what they have. */
export const REFERENCE_VERSION: string = createHash('sha256')
  .update(script)
  .digest('hex')
  .slice(0, 16);

/** The script, compressed with gzip, in base64. */
export const REFERENCE_SCRIPT: string = gzipSync(script, { level: 9 }).toString('base64');
