import * as z from 'zod/mini';
import { cancellation, id, optional } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { OrderPreviewResource, RestoredResource } from '../resources.ts';

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
    dryRun: optional(z.boolean()),
  }),
  answers: {
    200: {
      description:
        'Of a dry run: what would become of each order, the units that would come back, and the transactions and write units of DynamoDB that it would take, indexes apart',
      body: z.strictObject({
        results: z.array(OrderPreviewResource),
        restored: z.array(RestoredResource),
        transactions: z.int(),
        writeUnits: z.int(),
      }),
    },
    202: {
      description: 'The id to ask for its progress, and how many different orders were accepted',
      body: z.strictObject({ batchId: id, accepted: z.int() }),
      location: 'The progress of the batch',
    },
  },
  problems: ['forbidden'],
});
