import { http, json } from '../lib/http/edge.ts';
import { openApiDocument } from '../lib/http/openapi.ts';
import { getOpenapi as operation } from '../lib/http/operations/get-openapi.ts';

const document = openApiDocument();

export const handler = http(operation, async () => json(200, document));
