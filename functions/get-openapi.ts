import { http, json } from '../lib/http/edge.ts';
import { openApiDocument } from '../lib/http/openapi.ts';
import { getOpenapi as operation } from '../lib/http/operations/get-openapi.ts';
import { securitySchemeFrom } from '../lib/settings.ts';

const scheme = securitySchemeFrom(process.env);
/** The description of this very stage, so that the page at /docs asks for nothing that nobody wants. */
const document = openApiDocument(scheme === 'none' ? [] : [scheme]);

export const handler = http(operation, async () => json(200, document));
