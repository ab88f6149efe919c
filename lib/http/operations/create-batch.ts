import * as z from 'zod/mini';
import { cancellation, id } from '../../fields.ts';
import { defineOperation } from '../operation.ts';

export const createBatch = defineOperation({
  method: 'post',
  path: '/cancellations',
  operationId: 'createBatch',
  scope: 'countermand/cancel',
  summary: 'Cancel many orders',
  description:
    'The orders are cancelled soon, together with others that share their products. `GET /cancellations/{batchId}` tells how far they are.',
  body: z.strictObject({
    orderIds: z.array(id).check(z.minLength(1), z.maxLength(1_000)),
    ...cancellation,
  }),
  answers: {
    202: {
      description: 'The id to ask for its progress, and how many different orders were accepted',
      body: z.strictObject({ batchId: id, accepted: z.int() }),
      location: 'The progress of the batch',
    },
  },
  problems: ['forbidden'],
});
