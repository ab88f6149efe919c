import * as z from 'zod/mini';
import { defineOperation } from '../operation.ts';

export const getDocsScript = defineOperation({
  method: 'get',
  path: '/docs/scalar.js',
  operationId: 'getDocsScript',
  scope: 'none',
  summary: 'Load the component that the page at /docs consists of',
  undocumented: true,
  // Another version is another address, so that browsers may keep what they have.
  query: z.strictObject({ v: z.optional(z.string()) }),
  answers: { 200: { description: 'The script', mediaType: 'text/javascript' } },
  problems: [],
});
