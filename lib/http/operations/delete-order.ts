import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';

export const deleteOrder = defineOperation({
  method: 'delete',
  path: '/orders/{orderId}',
  operationId: 'deleteOrder',
  scope: 'countermand/admin',
  summary: 'Delete an order',
  description:
    'Also deletes its movements. Only a cancelled order whose movements add up to nothing can be deleted, so that the ledger stays true.',
  parameters: OrderPath,
  answers: { 204: { description: 'Deleted' } },
  problems: ['order_not_found', 'order_not_deletable'],
});
