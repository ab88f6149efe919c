import * as z from 'zod/mini';
import { cancellation, id } from '../../fields.ts';
import { defineOperation } from '../operation.ts';

export const createBatch = defineOperation({
  method: 'post',
  path: '/cancellations',
  operationId: 'createBatch',
  scope: 'countermand/cancel',
  summary: 'Put many orders on the queue to be cancelled',
  body: z.strictObject({
    orderIds: z.array(id).check(z.minLength(1), z.maxLength(1_000)),
    ...cancellation,
  }),
  answers: {
    202: {
      description: 'The id to ask for its progress, and how many different orders were accepted',
      body: z.strictObject({ batchId: id, accepted: z.int() }),
    },
  },
  problems: ['forbidden'],
});
