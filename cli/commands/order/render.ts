import type { ProductQuantity } from '../../../lib/domain/stock-movement.ts';
import type { Order } from '../../resources.ts';
import { type Column, table } from '../../table.ts';
import { minute, plain, wrapped } from '../../text.ts';

const LINES: readonly Column[] = [
  { title: 'product', kind: 'id' },
  { title: 'ordered', kind: 'number' },
  { title: 'held', kind: 'number' },
  { title: 'shipped', kind: 'number' },
  { title: 'cancelled', kind: 'number' },
  { title: 'returned', kind: 'number' },
];

/** All about one order, and its lines. */
export const orderText = (order: Order, width: number): string => {
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    ['status', `${order.status} since ${minute(order.statusSince)}`],
    ['placed', minute(order.createdAt)],
    ['expires', order.expiresAt && minute(order.expiresAt)],
    ['locked', order.lock && lockText(order.lock)],
    ['cancelled', byText(order.cancelledBy, order.cancelledByStated)],
    ['reason', order.cancellationReason],
    ['note', order.cancellationNote],
    ['restock', order.restock === false ? 'no: its goods did not go back on the shelf' : undefined],
    ['grace', order.releaseAt && `holds its units until ${minute(order.releaseAt)}`],
    ['metadata', order.metadata && metadataText(order.metadata)],
  ];
  const told = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [wrapped(`${name.padEnd(9)}  ${plain(value)}`, width, 11)],
  );
  const rows = order.items.map((line) => [
    line.productId,
    line.quantity,
    line.reservedQuantity,
    line.shippedQuantity,
    line.cancelledQuantity,
    line.returnedQuantity,
  ]);
  return [`order      ${order.id}`, ...told, '', table(LINES, rows, width)].join('\n');
};

/** An order after something was done to some of its units. */
export const partText = (order: Order, key: string, width: number): string =>
  `${orderText(order, width)}\n\nKey: ${key}`;

const lockText = ({ since, by, byStated, reason }: NonNullable<Order['lock']>): string => {
  const who = [`since ${minute(since)}`, byText(by, byStated)].filter(Boolean).join(' ');
  return reason === undefined ? who : `${who}: ${reason}`;
};

/** Who did it, and for whom, as the caller stated it. */
const byText = (by: string | undefined, stated: string | undefined): string | undefined => {
  if (by === undefined) return undefined;
  return stated === undefined ? `by ${by}` : `by ${by}, for ${stated}`;
};

const metadataText = (metadata: NonNullable<Order['metadata']>): string | undefined =>
  Object.entries(metadata)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ') || undefined;

/** One row for each order. */
export const ordersText = (orders: readonly Order[], width: number): string =>
  table(
    [
      { title: 'order', kind: 'id' },
      { title: 'status', kind: 'text' },
      { title: 'since', kind: 'text' },
      { title: 'lines', kind: 'number' },
      { title: 'units', kind: 'number' },
      { title: 'held', kind: 'number' },
    ],
    orders.map(({ id, status, statusSince, items }) => [
      id,
      status,
      minute(statusSince),
      items.length,
      items.reduce((sum, { quantity }) => sum + quantity, 0),
      items.reduce((sum, { reservedQuantity }) => sum + reservedQuantity, 0),
    ]),
    width,
  );

/** As in `2 espresso-beans, 1 paper-filters`. */
export const unitsText = (units: readonly ProductQuantity[]): string =>
  units.map(({ productId, quantity }) => `${quantity} ${productId}`).join(', ');
