import * as z from 'zod/mini';
import { defineOperation } from '../operation.ts';

export const getHealth = defineOperation({
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  scope: 'none',
  summary: 'See whether it runs',
  answers: { 200: { description: 'It runs', body: z.strictObject({ status: z.literal('ok') }) } },
  problems: [],
});
