/** What the queue has to do, and whether it has done it as it was asked to. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import {
  type Content,
  hasShipped,
  isCancellation,
  isCreation,
  isInHouse,
  lineOf,
} from './deeds/deed.ts';
import { causeOf } from './deeds/parts.ts';
import { type CallOffRow, hasEnded, isHolding, type OrderRow, type ProductRow } from './laws.ts';
import type { Moment, Truth, Written } from './truth.ts';

/** At this receive a message may end although there is no such order: see docs/adr/0004. */
const RECEIVES_UNTIL_UNKNOWN = 3;

export type AboutOrder = Exclude<Content, { callOff: string }>;

/**
 * Whether there was a moment from then on at which nothing was left to do of this content, or at
 * which it could not be done. What is accepted is done in this sense in the end; a message that does
 * not come back, while the queue function had it.
 *
 * @param sentAt when it was sent, at the earliest
 * @param isGone whether it counts as done when there is no such order
 */
export const isDone = (
  content: Content,
  sentAt: string,
  truth: Truth,
  from: Moment,
  isGone: boolean,
): boolean =>
  'callOff' in content
    ? isCalledOff(content.callOff, truth, from)
    : truth
        .rows('orders', content.orderId, from)
        .some((row) => isOrderDone(row as OrderRow | undefined, content, sentAt, isGone));

/** Whether an order was reinstated after it was asked to cancel it. Then the later decision holds. */
export const isOutdated = (
  { orderRound }: AboutOrder,
  sentAt: string,
  { round, roundSince = '' }: OrderRow,
): boolean => (orderRound === undefined ? sentAt < roundSince : orderRound < round);

export const sentAtOf = ({ attributes }: SQSRecord): string =>
  new Date(Number(attributes.SentTimestamp)).toISOString();

const isOrderDone = (
  row: OrderRow | undefined,
  content: AboutOrder,
  sentAt: string,
  isGone: boolean,
): boolean => {
  const { orderCreatedAt, items, idempotencyKey = '', onlyIf } = content;
  if (!row || (orderCreatedAt !== undefined && orderCreatedAt !== row.createdAt)) return isGone;
  if (isOutdated(content, sentAt, row)) return true;
  if (row.status === 'cancelled') {
    const isOver = row.releaseAt !== undefined || row.reinstating === 'reserving';
    return items !== undefined || isOver || !isHolding(row);
  }
  if (!isInHouse(row) || row.lock) return true;
  if (!items) return hasShipped(row) || (onlyIf !== undefined && row.status !== onlyIf);
  return (
    row.placing === true ||
    causeOf(row, 'cancellation', idempotencyKey) !== undefined ||
    items.some((one) => (lineOf(row, one.productId)?.reservedQuantity ?? 0) < one.quantity)
  );
};

/**
 * A call-off is done at a moment at which nobody held the product, except for orders that it cannot
 * cancel. These may have been like that at another moment of the same time. One that was over before
 * had such a moment since it began. Opening the product again ends it.
 */
const isCalledOff = (batchId: string, truth: Truth, asked: Moment): boolean => {
  const batch = truth.row('cancellation-batches', batchId);
  const callOff = batch?.callOff as CallOffRow;
  const { productId, scope } = callOff;
  const wasOver = truth.row('cancellation-batches', batchId, asked)?.isOver === true;
  const from = wasOver ? begunAt(batchId, truth) : asked;
  const refuses = (row: OrderRow | undefined): boolean =>
    row !== undefined &&
    (row.lock !== undefined ||
      row.status === 'shipped' ||
      row.status === 'delivered' ||
      (scope === 'order' && isInHouse(row) && hasShipped(row)));
  const refused = truth
    .keys('orders')
    .filter((id) =>
      truth.rows('orders', id, from).some((row) => refuses(row as OrderRow | undefined)),
    );
  const isDoneAt = (at: Moment): boolean => {
    const product = truth.row('products', productId, at) as ProductRow | undefined;
    if (!product || hasEnded(callOff, product)) return true;
    const left = refused.reduce((sum, id) => {
      const row = truth.row('orders', id, at) as OrderRow | undefined;
      return sum + (lineOf(row, productId)?.reservedQuantity ?? 0);
    }, 0);
    return product.reservedQuantity <= left;
  };
  return truth.moments(from, truth.now()).reverse().some(isDoneAt);
};

/** Whether nothing of a call-off may be carried on any more, so that its message need not come again. */
export const isOver = (content: Content, truth: Truth): boolean => {
  if (!('callOff' in content)) return false;
  const batch = truth.row('cancellation-batches', content.callOff);
  const callOff = batch?.callOff as CallOffRow;
  const product = truth.row('products', callOff.productId) as ProductRow | undefined;
  return batch?.isOver === true || hasEnded(callOff, product);
};

const begunAt = (batchId: string, truth: Truth): Moment =>
  truth.deeds('cancellation-batches', batchId).find(isCreation)?.at ?? 0;

/** A sentence for each message that does not come back and is not done. */
export const falselyAcknowledged = (
  { Records }: SQSEvent,
  { batchItemFailures }: SQSBatchResponse,
  truth: Truth,
  from: Moment,
): string[] => {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return Records.filter(({ messageId }) => !failed.has(messageId)).flatMap((record) => {
    const { messageId, body } = record;
    const receives = Number(record.attributes.ApproximateReceiveCount);
    const content = JSON.parse(body) as Content;
    return isDone(content, sentAtOf(record), truth, from, receives >= RECEIVES_UNTIL_UNKNOWN)
      ? []
      : [`acknowledges ${messageId} for ${nameOf(content)} at receive ${receives}`];
  });
};

/** A sentence for each order that this invocation cancelled otherwise than its messages say. */
export const falselyCancelled = (
  { Records }: SQSEvent,
  id: string,
  truth: Truth,
  from: Moment,
): string[] => {
  const asked = new Map<string, AboutOrder[]>();
  let isCallingOff = false;
  for (const { body } of Records) {
    const content = JSON.parse(body) as Content;
    if ('callOff' in content) isCallingOff = true;
    else asked.set(content.orderId, [...(asked.get(content.orderId) ?? []), content]);
  }
  // A call-off may cancel any order.
  if (isCallingOff) return [];
  return [...asked].flatMap(([orderId, contents]) =>
    truth
      .deeds('orders', orderId, from)
      .filter((one) => one.by === id && isCancellation(one) && !isByPart(one))
      .flatMap((one) =>
        notAsAsked(
          one,
          contents.filter(({ items }) => items === undefined),
        ),
      ),
  );
};

/** Whether the last units of an order were cancelled in part. */
const isByPart = ({ before, after }: Written): boolean => {
  const [was, is] = [before, after] as [OrderRow, OrderRow];
  const added = is.movementReferences.slice(was.movementReferences.length);
  return added.some((reference) => /_cancellation_/.test(reference));
};

type Wish = Pick<AboutOrder, 'restock' | 'graceSeconds' | 'onlyIf'>;

/** Whether an order was cancelled as one of these wants it: with their grace, and so on. */
export const notAsAsked = (
  { before, after }: Pick<Written, 'before' | 'after'>,
  wishes: readonly Wish[],
): string[] => {
  const [was, is] = [before, after] as [OrderRow, OrderRow];
  const isAsAsked = ({ restock, graceSeconds = 0, onlyIf }: Wish): boolean => {
    const hasGrace = graceSeconds > 0 && !was.placing;
    const end = Date.parse(String(is.cancelledAt)) + graceSeconds * 1_000;
    return (
      is.releaseAt === (hasGrace ? new Date(end).toISOString() : undefined) &&
      (is.restock === false) === (restock === false) &&
      (onlyIf === undefined || was.status === onlyIf)
    );
  };
  return wishes.some(isAsAsked) ? [] : [`order ${is.id} was cancelled as it was asked for`];
};

/** What a message is about. */
export const nameOf = (content: Content): string =>
  'callOff' in content ? content.callOff : content.orderId;
