import type { Operation } from '../operation.ts';
import { adjustProducts } from './adjust-products.ts';
import { adjustStock } from './adjust-stock.ts';
import { amendOrder } from './amend-order.ts';
import { callOffProduct } from './call-off-product.ts';
import { cancelOrder } from './cancel-order.ts';
import { confirmOrder } from './confirm-order.ts';
import { countStock } from './count-stock.ts';
import { createBatch } from './create-batch.ts';
import { createProduct } from './create-product.ts';
import { deleteOrder } from './delete-order.ts';
import { deleteProduct } from './delete-product.ts';
import { deliverOrder } from './deliver-order.ts';
import { getBatch } from './get-batch.ts';
import { getDocs } from './get-docs.ts';
import { getDocsScript } from './get-docs-script.ts';
import { getHealth } from './get-health.ts';
import { getOpenapi } from './get-openapi.ts';
import { getOrder } from './get-order.ts';
import { getProduct } from './get-product.ts';
import { listMovements } from './list-movements.ts';
import { listOrderMovements } from './list-order-movements.ts';
import { listOrders } from './list-orders.ts';
import { listProductMovements } from './list-product-movements.ts';
import { listProductOrders } from './list-product-orders.ts';
import { listProducts } from './list-products.ts';
import { lockOrder } from './lock-order.ts';
import { placeOrder } from './place-order.ts';
import { redirectToDocs } from './redirect-to-docs.ts';
import { reinstateOrder } from './reinstate-order.ts';
import { returnOrder } from './return-order.ts';
import { shipOrder } from './ship-order.ts';
import { unlockOrder } from './unlock-order.ts';
import { updateProduct } from './update-product.ts';

/** Every route of the API. A function imports only its own. */
export const OPERATIONS: readonly Operation[] = [
  createProduct,
  listProducts,
  getProduct,
  updateProduct,
  deleteProduct,
  adjustStock,
  countStock,
  listProductMovements,
  listProductOrders,
  callOffProduct,
  adjustProducts,
  placeOrder,
  listOrders,
  getOrder,
  amendOrder,
  deleteOrder,
  listOrderMovements,
  confirmOrder,
  lockOrder,
  unlockOrder,
  shipOrder,
  deliverOrder,
  returnOrder,
  cancelOrder,
  reinstateOrder,
  listMovements,
  createBatch,
  getBatch,
  getOpenapi,
  getDocs,
  getDocsScript,
  redirectToDocs,
  getHealth,
];

/** What the OpenAPI document has; the rest belongs to the page at /docs. */
export const DOCUMENTED: readonly Operation[] = OPERATIONS.filter(
  ({ undocumented }) => !undocumented,
);
