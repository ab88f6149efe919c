import { rulesOf } from '../../lib/domain/order-status.ts';
import { type MessageIssue, readMessage } from '../../lib/queue/message.ts';
import type { Order } from '../resources.ts';
import type { DeadLetter } from './queues.ts';

/** What the API says about the order of a letter. */
export type OrderNow = Order | 'not_found' | 'not_reachable';

/**
 * Why a message is among the dead letters, and what redriving it would do.
 *
 * - `why`: `malformed`, or `exhausted`: received as often as the queue allows, without success.
 */
export type Explained = {
  readonly messageId: string;
  readonly sentAt: string;
  readonly why: 'malformed' | 'exhausted';
  readonly orderId?: string;
  /** Of a call-off. */
  readonly batchId?: string;
  readonly orderStatus?: Order['status'] | 'not_found' | 'not_reachable';
  readonly explanation: string;
  readonly body: string;
};

/** The order that a message is about; undefined for a malformed one. */
export const orderIdOf = ({ body }: DeadLetter): string | undefined => {
  const message = readMessage(body);
  return 'request' in message ? message.request.orderId : undefined;
};

/** Whether redriving a letter would fail again. */
export const isMalformed = ({ body }: DeadLetter): boolean => 'issues' in readMessage(body);

/** @param orders what is known of the orders, by id */
export const explain = (letter: DeadLetter, orders: ReadonlyMap<string, OrderNow>): Explained => {
  const { messageId, sentAt, body } = letter;
  const common = { messageId, sentAt: sentAt.toISOString(), body };
  const message = readMessage(body);
  if ('issues' in message) {
    const explanation = `The message is malformed: ${issuesText(message.issues)}. Redriving it would fail again.`;
    return { ...common, why: 'malformed', explanation };
  }
  if ('callOff' in message) return { ...common, why: 'exhausted', ...callOffText(message.callOff) };
  const { orderId, restock } = message.request;
  const order = orders.get(orderId) ?? 'not_reachable';
  return {
    ...common,
    why: 'exhausted',
    orderId,
    orderStatus: typeof order === 'string' ? order : order.status,
    explanation: `Its retries are exhausted. ${orderText(orderId, order)}${writeOffText(letter, restock)}`,
  };
};

const callOffText = (batchId: string): Pick<Explained, 'batchId' | 'explanation'> => ({
  batchId,
  explanation: `Its retries are exhausted. It carries on the call-off ${batchId}: GET /cancellations/${batchId} tells which orders are left, and redriving it goes on with them. After 7 days nothing remembers the call-off, and redriving it does nothing.`,
});

/** The function refuses it on a stage that has not set `plainQueueWritesOff`. */
const writeOffText = ({ origin }: DeadLetter, restock: boolean | undefined): string =>
  restock === false && origin === 'cancellations'
    ? ' It writes goods off, which the queue that it came from may not allow.'
    : '';

const orderText = (orderId: string, order: OrderNow): string => {
  if (order === 'not_found') return `There is no order ${orderId}: redriving it does nothing.`;
  if (order === 'not_reachable') return `What order ${orderId} is now could not be read.`;
  const { status } = order;
  switch (rulesOf(status).cancellation) {
    case 'possible':
      return `Order ${orderId} is ${status}: redriving it cancels it, unless it was reinstated since the message was sent.`;
    case 'done':
      return `Order ${orderId} is cancelled: redriving it finishes what may be left.`;
    case 'goods_left':
      return `Order ${orderId} is ${status}, too late to cancel: redriving it does nothing.`;
  }
};

const issuesText = (issues: readonly MessageIssue[]): string =>
  issues
    .map(({ path, code }) => `${path.join('.') || 'the body'} ${ISSUES[code] ?? code}`)
    .join(', ');

/** The codes of zod, after the name of a field. */
const ISSUES: Readonly<Record<string, string>> = {
  invalid_type: 'is missing or of the wrong type',
  invalid_format: 'is not valid',
  invalid_value: 'is none of the known values',
  invalid_union: 'is not valid',
  too_big: 'is too long',
  too_small: 'is too short',
  custom: 'has characters that no part of the system keeps',
};
