import { REFERENCE_SCRIPT } from '../lib/http/docs/reference.static.ts';
import { http } from '../lib/http/edge.ts';
import { getDocsScript as operation } from '../lib/http/operations/get-docs-script.ts';

export const handler = http(operation, async () => ({
  statusCode: 200,
  headers: {
    'content-type': 'text/javascript; charset=utf-8',
    // Every browser takes gzip. Without it, the answer would come near the 6 MB that Lambda can give.
    'content-encoding': 'gzip',
    // The page asks with the version of the script.
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  },
  isBase64Encoded: true,
  body: REFERENCE_SCRIPT,
}));
