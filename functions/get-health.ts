import { http, json } from '../lib/http/edge.ts';
import { getHealth as operation } from '../lib/http/operations/get-health.ts';

export const handler = http(operation, async () => json(200, { status: 'ok' }));
