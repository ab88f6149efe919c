import { refuse } from '../lib/http/edge.ts';
import { unknownRoute } from '../lib/http/unknown-route.ts';

export const handler = refuse(unknownRoute);
