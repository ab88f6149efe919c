import { docsPage } from '../lib/http/docs-page.ts';
import { http } from '../lib/http/edge.ts';
import { getDocs as operation } from '../lib/http/operations/get-docs.ts';

const body = docsPage();

export const handler = http(operation, async () => ({
  statusCode: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body,
}));
