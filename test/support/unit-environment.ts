/** The environment that functions find when they are loaded; import it before them. */
import { TABLES } from './builders.ts';

Object.assign(process.env, {
  ORDERS_TABLE: TABLES.orders,
  PRODUCTS_TABLE: TABLES.products,
  STOCK_MOVEMENTS_TABLE: TABLES.stockMovements,
  CANCELLATION_BATCHES_TABLE: TABLES.cancellationBatches,
  TURNS_TABLE: TABLES.turns,
  CANCELLATIONS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/cancellations',
  WRITE_OFFS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/write-offs',
  PLAIN_QUEUE_WRITES_OFF: 'true',
  EVENT_BUS_NAME: 'events',
  PENDING_ORDER_TTL_MINUTES: '60',
  EXPIRY_GRACE_MINUTES: '0',
  SECURITY_SCHEME: 'none',
  SHOP_REASONS: 'recall, lost_parcel',
  ORDER_DUE_SHARDS: String(TABLES.orderDueShards),
  ORDER_STATUS_SHARDS: String(TABLES.orderStatusShards),
  PRODUCT_MOVEMENT_SHARDS: String(TABLES.productMovementShards),
  POWERTOOLS_SERVICE_NAME: 'countermand',
  POWERTOOLS_METRICS_NAMESPACE: 'Countermand',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'fake',
  AWS_SECRET_ACCESS_KEY: 'fake',
});
