import * as z from 'zod/mini';
import { ORDER_STATUSES } from '../../domain/order-status.ts';
import { moment } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { list } from '../parameters.ts';
import { OrderResource, pageOf } from '../resources.ts';

export const listOrders = defineOperation({
  method: 'get',
  path: '/orders',
  operationId: 'listOrders',
  scope: 'countermand/read',
  summary: 'List orders',
  description:
    'Of one status, or `active`: all but the cancelled ones. The order that came to its status last is first.',
  query: z
    .strictObject({
      ...list,
      status: z.optional(z.enum([...ORDER_STATUSES, 'active'])),
      from: z.optional(moment),
      to: z.optional(moment),
    })
    .check(
      z.refine(({ from, to }) => from === undefined || to === undefined || from < to, {
        path: ['to'],
        error: 'Must be later than from',
      }),
    ),
  answers: { 200: { description: 'A part of the list', body: pageOf(OrderResource) } },
  problems: ['invalid_cursor'],
});
