import * as z from 'zod/mini';
import { defineOperation } from '../operation.ts';

export const getOpenapi = defineOperation({
  method: 'get',
  path: '/openapi.json',
  operationId: 'getOpenapi',
  scope: 'none',
  summary: 'Read this description',
  answers: { 200: { description: 'OpenAPI 3.1', body: z.looseObject({ openapi: z.string() }) } },
  problems: [],
});
