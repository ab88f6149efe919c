import { defineOperation } from '../operation.ts';

export const redirectToDocs = defineOperation({
  method: 'get',
  path: '/',
  operationId: 'redirectToDocs',
  scope: 'none',
  summary: 'Go to the page at /docs',
  undocumented: true,
  answers: { 302: { description: 'The page', location: 'The page at /docs' } },
  problems: [],
});
