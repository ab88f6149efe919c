/** Calls of the functions that are deployed. */
import './machine.ts';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';
import { handler as adjustProducts } from '../../functions/adjust-products.ts';
import { handler as adjustStock } from '../../functions/adjust-stock.ts';
import { handler as amendOrder } from '../../functions/amend-order.ts';
import { handler as callOffProduct } from '../../functions/call-off-product.ts';
import { handler as cancelOrder } from '../../functions/cancel-order.ts';
import { handler as cancelOrders } from '../../functions/cancel-orders.ts';
import { handler as confirmOrder } from '../../functions/confirm-order.ts';
import { handler as countStock } from '../../functions/count-stock.ts';
import { handler as createBatch } from '../../functions/create-batch.ts';
import { handler as createProduct } from '../../functions/create-product.ts';
import { handler as deleteOrder } from '../../functions/delete-order.ts';
import { handler as deleteProduct } from '../../functions/delete-product.ts';
import { handler as deliverOrder } from '../../functions/deliver-order.ts';
import { handler as getBatch } from '../../functions/get-batch.ts';
import { handler as getOrder } from '../../functions/get-order.ts';
import { handler as getProduct } from '../../functions/get-product.ts';
import { handler as listOrders } from '../../functions/list-orders.ts';
import { handler as listProductOrders } from '../../functions/list-product-orders.ts';
import { handler as listProducts } from '../../functions/list-products.ts';
import { handler as lockOrder } from '../../functions/lock-order.ts';
import { handler as placeOrder } from '../../functions/place-order.ts';
import { handler as reinstateOrder } from '../../functions/reinstate-order.ts';
import { handler as returnOrder } from '../../functions/return-order.ts';
import { handler as shipOrder } from '../../functions/ship-order.ts';
import { handler as sweepOrders } from '../../functions/sweep-orders.ts';
import { handler as unlockOrder } from '../../functions/unlock-order.ts';
import { handler as updateProduct } from '../../functions/update-product.ts';
import { httpEvent } from '../support/unit-events.ts';
import type { Request } from './deeds/deed.ts';

type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** What can be called over HTTP. */
const FUNCTIONS = {
  adjustProducts,
  adjustStock,
  amendOrder,
  callOffProduct,
  cancelOrder,
  confirmOrder,
  countStock,
  createBatch,
  createProduct,
  deleteOrder,
  deleteProduct,
  deliverOrder,
  getBatch,
  getOrder,
  getProduct,
  listOrders,
  listProductOrders,
  listProducts,
  lockOrder,
  placeOrder,
  reinstateOrder,
  returnOrder,
  shipOrder,
  unlockOrder,
  updateProduct,
} as const satisfies Readonly<Record<string, HttpHandler>>;

export type FunctionName = keyof typeof FUNCTIONS;

export type Call = {
  readonly handle: (context: Context) => Promise<APIGatewayProxyStructuredResultV2>;
  /** As in serverless.yml, in milliseconds. */
  readonly timeoutMs: number;
};

const TIMEOUT_MS = 10_000;
const LONG_TIMEOUT_MS = 29_000;
const LONG: readonly FunctionName[] = [
  'adjustProducts',
  'callOffProduct',
  'createBatch',
  'getBatch',
];

export const callOf = ({ to, ...request }: Request): Call => ({
  handle: (context) => FUNCTIONS[to](httpEvent(request), context),
  timeoutMs: LONG.includes(to) ? LONG_TIMEOUT_MS : TIMEOUT_MS,
});

/** The functions that others than API Gateway call. */
export const callQueueFunction = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  cancelOrders(event, context);
export const callSweep = (context: Context): Promise<void> => sweepOrders({}, context);
export const OTHER_TIMEOUT_MS = 60_000;
