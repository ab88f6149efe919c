import * as z from 'zod/mini';
import { defineOperation } from '../operation.ts';

export const getOpenapi = defineOperation({
  method: 'get',
  path: '/openapi.json',
  operationId: 'getOpenapi',
  scope: 'none',
  summary: 'Read the OpenAPI document',
  description: 'The description of the API for programs.',
  answers: { 200: { description: 'OpenAPI 3.1', body: z.looseObject({ openapi: z.string() }) } },
  problems: [],
});
