/**
 * Cancels orders of the sample shop by HTTP and by queue, shows what that did to the stock, and
 * refunds them from the events.
 */
import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type DeliveredEvent, readEvents } from './event-bus-server.ts';
import { localSqsClient } from './queue-server.ts';
import { createPaymentService, createRefundService, type Refund } from './refund-service.ts';
import { openSampleShop, SAMPLE_PRICES, SAMPLE_PRODUCTS, sampleOrders } from './sample-shop.ts';
import {
  type Cancellation,
  type Movement,
  type NewOrder,
  type Shop,
  shopAt,
} from './shop-client.ts';
import { renderTable } from './table.ts';
import { waitUntil } from './wait.ts';

type Options = {
  readonly baseUrl: string;
  readonly sqsEndpoint: string;
  /** The address of the cancellation queue. */
  readonly queueUrl: string;
  /** Has all events that were sent, one on a line. */
  readonly eventsFile: string;
  readonly print?: (text: string) => void;
};

/** A batch takes about two seconds. After this time the walk-through fails with an explanation. */
const TIMEOUT_SECONDS = 60;

const stockTable = async (shop: Shop): Promise<string> => {
  const products = await Promise.all(SAMPLE_PRODUCTS.map(({ id }) => shop.getProduct(id)));
  return renderTable(
    ['product', 'stock', 'reserved', 'available'],
    products.map((product) => [
      product.id,
      product.stockQuantity,
      product.reservedQuantity,
      product.availableQuantity,
    ]),
  );
};

export const ledgerTable = (movements: readonly Movement[]): string =>
  renderTable(
    ['reference', 'movement', 'product', 'quantity', 'stock', 'reserved'],
    movements.map((movement) => [
      movement.referenceId,
      movement.movementType,
      movement.productId,
      movement.quantity,
      movement.stockDelta,
      movement.reservedDelta,
    ]),
    { signed: ['quantity', 'stock', 'reserved'] },
  );

const movementsOf = async (shop: Shop, orders: readonly NewOrder[]): Promise<Movement[]> =>
  (await Promise.all(orders.map(({ id }) => shop.getOrderMovements(id)))).flat();

export const describeCancellation = ({ outcome, restored }: Cancellation): string => {
  const units = restored.map(({ productId, quantity }) => `${quantity} ${productId}`);
  return `${outcome}, restored ${units.length === 0 ? 'nothing' : units.join(', ')}`;
};

/** @throws when a cancelled order still holds stock, or gave back more than it held */
export const assertNothingHeld = (movements: readonly Movement[]): void => {
  const held = movements.reduce((sum, { reservedDelta }) => sum + reservedDelta, 0);
  const reservations = movements.filter(({ movementType }) => movementType === 'reservation');
  const restorations = movements.filter(({ movementType }) => movementType === 'restoration');
  if (held === 0 && reservations.length === restorations.length) return;
  throw new Error(
    `The ledger is wrong: ${reservations.length} reservations, ${restorations.length} restorations, ${held} units still held.\n${ledgerTable(movements)}`,
  );
};

const isEmpty = async (sqs: SQSClient, queueUrl: string): Promise<boolean> => {
  const { Attributes: attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(attributes).every((count) => count === '0');
};

const cancelByQueue = async (
  { sqsEndpoint, queueUrl }: Options,
  shop: Shop,
  messages: readonly { readonly orderId: string }[],
): Promise<void> => {
  const orderIds = messages.map(({ orderId }) => orderId);
  const sqs = localSqsClient(sqsEndpoint);
  const areDone = async () => {
    const orders = await Promise.all(orderIds.map((id) => shop.getOrder(id)));
    return orders.every(({ status }) => status === 'cancelled') && (await isEmpty(sqs, queueUrl));
  };
  try {
    for (const message of messages) {
      const body = JSON.stringify(message);
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    }
    await waitUntil(`the queue has cancelled ${orderIds.join(', ')}`, areDone, {
      timeoutSeconds: TIMEOUT_SECONDS,
      intervalMilliseconds: 200,
    });
  } finally {
    sqs.destroy();
  }
};

/** The events of these cancellations, as soon as they have arrived. */
const cancellationEvents = async (
  { eventsFile }: Options,
  orders: readonly NewOrder[],
): Promise<DeliveredEvent[]> => {
  const ids = orders.map(({ id }) => id);
  let found: DeliveredEvent[] = [];
  const haveArrived = async () => {
    found = readEvents(eventsFile).filter(
      ({ detail: { type, subject } }) =>
        type === 'order.cancelled' && ids.includes(subject.replace('orders/', '')),
    );
    return new Set(found.map(({ detail }) => detail.subject)).size === ids.length;
  };
  await waitUntil(`the events of ${ids.join(', ')} have arrived`, haveArrived, {
    timeoutSeconds: TIMEOUT_SECONDS,
    intervalMilliseconds: 200,
  });
  return found;
};

export const refundTable = (refunds: readonly Refund[]): string =>
  renderTable(
    ['order', 'refunded', 'idempotency key'],
    refunds.map(({ orderId, amount, idempotencyKey }) => [
      orderId,
      (amount / 100).toFixed(2),
      idempotencyKey,
    ]),
  );

/** @throws when not every order was refunded once */
export const assertRefundedOnce = (
  refunds: readonly Refund[],
  orders: readonly Pick<NewOrder, 'id'>[],
): void => {
  const refunded = refunds.map(({ orderId }) => orderId).sort();
  const wanted = orders.map(({ id }) => id).sort();
  if (`${refunded}` === `${wanted}`) return;
  throw new Error(`Refunds are wrong: ${refunded} instead of ${wanted}.`);
};

/** Feeds the refund service each event twice, as EventBridge may do. */
const refundAll = async (options: Options, orders: readonly NewOrder[]): Promise<string> => {
  const events = await cancellationEvents(options, orders);
  const payments = createPaymentService();
  const refund = createRefundService(payments, SAMPLE_PRICES);
  const outcomes = [...events, ...events].map(refund);
  assertRefundedOnce(payments.refunds(), orders);
  const again = outcomes.filter((outcome) => outcome === 'already_refunded').length;
  return `${refundTable(payments.refunds())}\n${outcomes.length} events, ${again} of them refunded already.`;
};

/**
 * Opens the sample shop and cancels some of its orders. It uses HTTP and SQS only, like any client.
 *
 * @throws when an answer is wrong, or the queue or an event takes longer than a minute
 */
export const walkThrough = async (options: Options): Promise<void> => {
  const { baseUrl, print = console.log } = options;
  const shop = shopAt(baseUrl);
  const { ada, ben, cleo, dora, emil } = sampleOrders(Date.now().toString(36));
  const orders = [ada, ben, cleo, dora, emil];
  const cancelled = [ada, ben, cleo, dora];
  await openSampleShop(shop, orders);

  print(`\n# Stock before\n${await stockTable(shop)}`);
  const before = await movementsOf(shop, orders);
  print(`\n# Ledger before\n${ledgerTable(before)}`);

  const first = await shop.cancelOrder(ada.id, 'customer');
  print(`\n# Cancel by HTTP\nPOST /orders/${ada.id}/cancel`);
  print(`  ${first.status} ${describeCancellation(first.body)}`);
  const second = await shop.cancelOrder(ada.id, 'customer');
  print(`POST /orders/${ada.id}/cancel, again`);
  print(`  ${second.status} ${describeCancellation(second.body)}`);

  const { availableQuantity } = await shop.getProduct('burr-grinder');
  const tooMuch = { productId: 'burr-grinder', quantity: availableQuantity + 1 };
  const { status, body } = await shop.overOrder({ id: `finn-${ada.id}`, items: [tooMuch] });
  print(`POST /orders, for ${tooMuch.quantity} ${tooMuch.productId}`);
  print(`  ${status} ${body.code}, available ${body.shortages[0]?.available}`);

  print('\n# Cancel by queue, one of them twice');
  const messages = [ben, cleo, dora, cleo].map(({ id }) => ({ orderId: id, reason: 'customer' }));
  for (const message of messages) print(`SendMessage ${JSON.stringify(message)}`);
  const start = performance.now();
  await cancelByQueue(options, shop, messages);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  print(`  all cancelled and the queue empty after ${seconds} s`);

  print(`\n# Stock after\n${await stockTable(shop)}`);
  const after = await movementsOf(shop, cancelled);
  const restorations = after.filter(({ movementType }) => movementType === 'restoration');
  print(`\n# Ledger after: what was added\n${ledgerTable(restorations)}`);
  assertNothingHeld(after);
  print(`\n# Refunds, from events that come twice\n${await refundAll(options, cancelled)}`);
  const { status: emilsStatus, items } = await shop.getOrder(emil.id);
  const held = items.reduce((sum, { reservedQuantity }) => sum + reservedQuantity, 0);
  print(`\n${cancelled.length} orders are cancelled and hold nothing.`);
  print(`${emil.id} is ${emilsStatus} and still holds ${held} units.\n`);
};
