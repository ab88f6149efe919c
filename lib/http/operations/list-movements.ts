import * as z from 'zod/mini';
import { defineOperation } from '../operation.ts';
import { list, movementType } from '../parameters.ts';
import { pageOf, StockMovementResource } from '../resources.ts';

export const listMovements = defineOperation({
  method: 'get',
  path: '/movements',
  operationId: 'listMovements',
  scope: 'countermand/read',
  summary: 'List the movements of a cause',
  query: z.strictObject({
    ...list,
    movementType,
    // The length of the longest reference that the system itself makes.
    referenceId: z
      .string()
      .check(z.regex(/^[A-Za-z0-9._~-]{1,160}$/, 'Must be letters, digits, dots, _, ~ or -')),
  }),
  answers: { 200: { description: 'A part of the list', body: pageOf(StockMovementResource) } },
  problems: ['invalid_cursor'],
});
