import { http, noContent } from '../lib/http/edge.ts';
import { deleteOrder as operation } from '../lib/http/operations/delete-order.ts';
import { orderNotFound, Problem } from '../lib/http/problem.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { deleteOrder } from '../lib/use-cases/delete-order.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ path: { orderId }, remaining, report }) => {
  const result = await deleteOrder(orderId, { ...shop, remaining });
  report({ orderId, ...result });
  switch (result.outcome) {
    case 'deleted':
      return noContent();
    case 'not_found':
      throw orderNotFound(orderId);
    case 'order_not_deletable':
      throw new Problem(
        'order_not_deletable',
        'Only a cancelled order whose movements add up to nothing can be deleted',
      );
    case 'unfinished':
      throw new Problem('try_again', `Order ${orderId} could not be deleted in time; ask again`);
  }
});
