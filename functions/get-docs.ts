import { docsHeaders, docsPage } from '../lib/http/docs/page.ts';
import { http } from '../lib/http/edge.ts';
import { getDocs as operation } from '../lib/http/operations/get-docs.ts';

export const handler = http(operation, async () => ({
  statusCode: 200,
  headers: docsHeaders,
  body: docsPage,
}));
