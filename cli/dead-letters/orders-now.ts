import { inBatches } from '../../lib/batches.ts';
import { getOrder } from '../../lib/http/operations/get-order.ts';
import type { Api } from '../api.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Order } from '../resources.ts';
import type { OrderNow } from './explain.ts';

const AT_ONCE = 8;

/**
 * Reads orders. When the API is not reachable, the first one shows it, and none is read.
 *
 * @throws Failure at Ctrl-C
 */
export const ordersNow = async (
  orderIds: readonly string[],
  api: Api,
): Promise<ReadonlyMap<string, OrderNow>> => {
  const orders = new Map<string, OrderNow>();
  let isReachable = true;
  await inBatches([...new Set(orderIds)], { size: 1, atOnce: AT_ONCE }, async ([orderId = '']) => {
    const order = isReachable ? await readOrder(orderId, api) : 'not_reachable';
    if (order === 'not_reachable') isReachable = false;
    orders.set(orderId, order);
  });
  return orders;
};

const readOrder = async (orderId: string, api: Api): Promise<OrderNow> => {
  try {
    return (await api.call<Order>(getOrder, { path: { orderId } })).body;
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode === EXIT.interrupted) throw error;
    return error.body.code === 'order_not_found' ? 'not_found' : 'not_reachable';
  }
};
