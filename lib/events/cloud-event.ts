/** What goes out: events in the JSON of CloudEvents 1.0. */

import { type OrderData, orderInEvent, type ProductData, productData } from './data.ts';
import { type OrderChange, type OrderEventType, orderEventType, ruleOf } from './order-events.ts';
import { type ProductChange, type ProductEventType, productEventType } from './product-events.ts';

/** The `source` of every event, also for the rules of EventBridge. */
export const SOURCE = 'countermand';

/**
 * - `id`: the same each time that this event is sent.
 * - `subject`: the path of the order or product in the API, without the first slash.
 * - `sequence`: text that grows with every event of one subject, also when an id is used again.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/sequence.md
 */
type Envelope<Type extends string, Data> = {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: typeof SOURCE;
  readonly type: Type;
  readonly subject: string;
  readonly time: string;
  readonly sequence: string;
  readonly datacontenttype: 'application/json';
  readonly data: Data;
};

export type OrderEvent = Envelope<OrderEventType, OrderData>;
export type ProductEvent = Envelope<ProductEventType, ProductData>;
export type CloudEvent = OrderEvent | ProductEvent;

/**
 * An event must leave room for what EventBridge and its targets put around it; most of them take
 * 256 KB.
 */
export const MAX_EVENT_BYTES = 240_000;

/** As many digits as the largest version of an order may have. */
const VERSION_DIGITS = 10;
/** DynamoDB's sequence numbers have up to 40 digits. */
const SEQUENCE_DIGITS = 40;

const FORMAT = { specversion: '1.0', source: SOURCE } as const;
const CONTENT = { datacontenttype: 'application/json' } as const;

/** What a change of an order tells others; undefined if it is nothing that they need to know. */
export const orderEvent = (change: OrderChange): OrderEvent | undefined => {
  const type = orderEventType(change);
  if (!type) return undefined;
  const { cause, units } = ruleOf(type);
  const { id, version, createdAt, updatedAt } = change.after;
  return fitted({
    ...FORMAT,
    id: `order.${id}.${version}`,
    type,
    subject: `orders/${id}`,
    time: updatedAt,
    // An order that has the id of a deleted one begins with version 1 again, but later.
    sequence: `${createdAt}/${String(version).padStart(VERSION_DIGITS, '0')}`,
    ...CONTENT,
    data: {
      order: orderInEvent(change.after),
      ...(cause && { referenceId: cause(change) }),
      ...(units && { units: units(change) }),
    },
  });
};

/**
 * The same for a product, which has no versions.
 *
 * @param sequenceNumber of the record in the stream: the same when the record comes again
 */
export const productEvent = (
  change: ProductChange,
  sequenceNumber: string,
): ProductEvent | undefined => {
  const type = productEventType(change);
  if (!type) return undefined;
  const { id, updatedAt } = change.after;
  return {
    ...FORMAT,
    id: `product.${id}.${sequenceNumber}`,
    type,
    subject: `products/${id}`,
    time: updatedAt,
    sequence: sequenceNumber.padStart(SEQUENCE_DIGITS, '0'),
    ...CONTENT,
    data: productData(change.after),
  };
};

/** An order of 1,000 lines with long ids is too large. Without them, the units of 2,000 fit. */
const fitted = (event: OrderEvent): OrderEvent => {
  if (Buffer.byteLength(JSON.stringify(event)) <= MAX_EVENT_BYTES) return event;
  const { items: _, ...order } = event.data.order;
  return { ...event, data: { ...event.data, order, itemsOmitted: true } };
};
