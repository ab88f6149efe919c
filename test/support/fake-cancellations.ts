/** The bulk cancellations of a fake system: it counts how often each order was cancelled. */
import { orderResource } from '../../lib/http/resources.ts';
import { aCancelledOrder, anOrder } from './builders.ts';
import { type Answering, refusal } from './command-line.ts';

export type FakeCancellations = {
  readonly answers: Answering;
  /** How often each order was put on the queue, whether it was cancelled then or before. */
  readonly queued: Map<string, number>;
  readonly cancelled: Set<string>;
  /** The bodies of all batches, in the sequence in which they were accepted. */
  readonly batches: { readonly orderIds: readonly string[] }[];
  /** The system does not know its batches any more, as after a week. */
  readonly forgets: () => void;
};

type Options = {
  /** Orders of which the goods have left. */
  readonly shipped?: readonly string[];
  readonly unknown?: readonly string[];
  /** Orders that the queue does not get done. */
  readonly stuck?: readonly string[];
  /** Orders that the queue gets done between two questions. */
  readonly pace?: number;
};

export const fakeCancellations = ({
  shipped = [],
  unknown = [],
  stuck = [],
  pace = Number.POSITIVE_INFINITY,
}: Options = {}): FakeCancellations => {
  const queued = new Map<string, number>();
  const cancelled = new Set<string>();
  const batches: { readonly orderIds: readonly string[] }[] = [];
  const waiting: string[] = [];
  const known = new Map<string, readonly string[]>();
  const isDone = (id: string) => cancelled.has(id) || shipped.includes(id) || unknown.includes(id);

  const accept = (body: { readonly orderIds: readonly string[] }) => {
    const batchId = `batch-${batches.length}`;
    batches.push(body);
    known.set(batchId, body.orderIds);
    for (const id of body.orderIds) queued.set(id, (queued.get(id) ?? 0) + 1);
    waiting.push(...body.orderIds.filter((id) => !isDone(id) && !stuck.includes(id)));
    return { status: 202, body: { batchId, accepted: body.orderIds.length } };
  };
  const progressOf = (batchId: string) => {
    for (const id of waiting.splice(0, pace)) cancelled.add(id);
    const ids = known.get(batchId);
    if (!ids) return refusal(404, 'batch_not_found', `There is no batch ${batchId}`);
    const rejected = ids.flatMap((orderId) => {
      if (shipped.includes(orderId)) return [{ orderId, code: 'order_not_cancellable' }];
      return unknown.includes(orderId) ? [{ orderId, code: 'order_not_found' }] : [];
    });
    const total = ids.length;
    const pending = ids.filter((id) => !isDone(id)).length;
    const counts = { total, pending, cancelled: total - pending - rejected.length };
    return { status: 200, body: { batchId, ...counts, rejected } };
  };
  const orderNow = (id: string) => {
    if (unknown.includes(id)) return refusal(404, 'order_not_found', `There is no order ${id}`);
    const order = cancelled.has(id)
      ? aCancelledOrder(id, { tea: 1 })
      : anOrder(id, { tea: 1 }, { status: shipped.includes(id) ? 'shipped' : 'pending' });
    return { status: 200, body: orderResource(order) };
  };

  return {
    queued,
    cancelled,
    batches,
    forgets: () => known.clear(),
    answers({ method, url, body }) {
      const [, list, id = ''] = new URL(url).pathname.split('/');
      if (method === 'POST') return accept(body);
      return list === 'orders' ? orderNow(id) : progressOf(id);
    },
  };
};
