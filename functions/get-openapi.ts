import { http, json } from '../lib/http/edge.ts';
import { openApiDocument } from '../lib/http/openapi.ts';

const document = openApiDocument();

export const handler = http({}, async () => json(200, document));
