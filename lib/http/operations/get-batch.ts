import * as z from 'zod/mini';
import { id } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { BatchResource } from '../resources.ts';

export const getBatch = defineOperation({
  method: 'get',
  path: '/cancellations/{batchId}',
  operationId: 'getBatch',
  scope: 'countermand/read',
  summary: 'Read the progress of a batch',
  description: 'Read from the orders themselves, for 7 days.',
  parameters: z.strictObject({ batchId: id }),
  answers: { 200: { description: 'How far it is', body: BatchResource } },
  problems: ['batch_not_found'],
});
