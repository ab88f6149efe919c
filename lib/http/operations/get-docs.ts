import { defineOperation } from '../operation.ts';

export const getDocs = defineOperation({
  method: 'get',
  path: '/docs',
  operationId: 'getDocs',
  scope: 'none',
  summary: 'Read this reference',
  answers: { 200: { description: 'HTML', mediaType: 'text/html' } },
  problems: [],
});
