/** How deeds become calls of the functions that are deployed. */
import './machine.ts';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';
import { handler as adjustStock } from '../../functions/adjust-stock.ts';
import { handler as cancelOrder } from '../../functions/cancel-order.ts';
import { handler as cancelOrders } from '../../functions/cancel-orders.ts';
import { handler as confirmOrder } from '../../functions/confirm-order.ts';
import { handler as createBatch } from '../../functions/create-batch.ts';
import { handler as createProduct } from '../../functions/create-product.ts';
import { handler as deleteOrder } from '../../functions/delete-order.ts';
import { handler as deleteProduct } from '../../functions/delete-product.ts';
import { handler as deliverOrder } from '../../functions/deliver-order.ts';
import { handler as getBatch } from '../../functions/get-batch.ts';
import { handler as getOrder } from '../../functions/get-order.ts';
import { handler as getProduct } from '../../functions/get-product.ts';
import { handler as listOrders } from '../../functions/list-orders.ts';
import { handler as listProducts } from '../../functions/list-products.ts';
import { handler as placeOrder } from '../../functions/place-order.ts';
import { handler as shipOrder } from '../../functions/ship-order.ts';
import { handler as sweepOrders } from '../../functions/sweep-orders.ts';
import { httpEvent } from '../support/unit-events.ts';
import { type Deed, nameOf } from './plan.ts';

type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

export type Call = {
  readonly handler: HttpHandler;
  readonly event: APIGatewayProxyEventV2;
  /** As in serverless.yml, in milliseconds. */
  readonly timeoutMs: number;
};

const TIMEOUT_MS = 10_000;
const LONG_TIMEOUT_MS = 29_000;

/** The functions that others than API Gateway call. */
export const callQueueFunction = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  cancelOrders(event, context);
export const callSweep = (context: Context): Promise<void> => sweepOrders({}, context);
export const OTHER_TIMEOUT_MS = 60_000;

const call = (
  handler: HttpHandler,
  request: Parameters<typeof httpEvent>[0],
  timeoutMs = TIMEOUT_MS,
): Call => ({ handler, event: httpEvent(request), timeoutMs });

/** The call over HTTP that a deed is. */
export const callOf = (deed: Exclude<Deed, { type: 'message' }>): Call => {
  switch (deed.type) {
    case 'place':
      return call(placeOrder, { json: { id: deed.orderId, items: deed.items } });
    case 'cancel':
      return call(cancelOrder, {
        path: { orderId: deed.orderId },
        json: { reason: 'customer', ...(!deed.restock && { restock: false }) },
      });
    case 'cancel in part':
      return call(cancelOrder, {
        path: { orderId: deed.orderId },
        headers: { 'idempotency-key': deed.key },
        json: { items: deed.items, reason: 'customer' },
      });
    case 'cancel many':
      return call(createBatch, { json: { orderIds: deed.orderIds } }, LONG_TIMEOUT_MS);
    case 'confirm':
      return call(confirmOrder, { path: { orderId: deed.orderId } });
    case 'ship':
      return call(shipOrder, { path: { orderId: deed.orderId } });
    case 'deliver':
      return call(deliverOrder, { path: { orderId: deed.orderId } });
    case 'delete order':
      return call(deleteOrder, { path: { orderId: deed.orderId } });
    case 'look at order':
      return call(getOrder, { path: { orderId: deed.orderId } });
    case 'adjust':
      return call(adjustStock, {
        path: { productId: deed.productId },
        json: { quantity: deed.quantity, referenceId: deed.referenceId },
      });
    case 'create product':
      return call(createProduct, {
        json: { id: deed.productId, name: nameOf(deed.productId), stockQuantity: deed.stock },
      });
    case 'delete product':
      return call(deleteProduct, { path: { productId: deed.productId } });
    case 'look at product':
      return call(getProduct, { path: { productId: deed.productId } });
    case 'list orders':
      return call(listOrders, { query: { limit: '100' } });
    case 'list products':
      return call(listProducts, { query: { limit: '100' } });
  }
};

export const callGetBatch = (batchId: string): Call => call(getBatch, { path: { batchId } });
