import { http, json } from '../lib/http/edge.ts';

export const handler = http({}, async () => json(200, { status: 'ok' }));
