import { http } from '../lib/http/edge.ts';
import { redirectToDocs as operation } from '../lib/http/operations/redirect-to-docs.ts';

export const handler = http(operation, async () => ({
  statusCode: 302,
  headers: { location: 'docs' },
}));
