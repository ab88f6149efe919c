import { CANCELLATION_REASONS } from '../../../lib/domain/order.ts';
import { cancelOrder as operation } from '../../../lib/http/operations/cancel-order.ts';
import { linesFrom } from '../../arguments.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { withName } from '../../failure.ts';
import type { Cancellation } from '../../resources.ts';
import { orderPath, withOrderId } from './order-id.ts';
import { unitsText } from './render.ts';

export const cancelOrder = defineCommand({
  usage: 'cancel <order-id>',
  summary: 'Cancel all or some of its units',
  options: (parser) =>
    withOrderId(parser)
      .option('reason', { choices: CANCELLATION_REASONS, describe: 'Why' })
      .option('note', { type: 'string', describe: 'What else is to be remembered' })
      .option('restock', {
        type: 'boolean',
        default: true,
        describe: 'Put the goods back on the shelf; --no-restock if they are lost',
      })
      .option('items', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'Only these units: product:quantity, like tea:2',
      })
      .option('key', {
        type: 'string',
        implies: 'items',
        describe: 'The Idempotency-Key of a part; a new one if there is none',
      })
      .example('$0 order cancel 1001 --reason customer', '')
      .example('$0 order cancel 1001 --items tea:1', ''),
  async run({ orderId, reason, note, restock, items, key }, { api, output, ports }) {
    const body = {
      reason,
      note,
      ...(!restock && { restock }),
      ...(items && { items: linesFrom(items) }),
    };
    const request = { ...orderPath(orderId), body };
    if (!items) {
      const { body: result, repeated } = await api.call<Cancellation>(operation, request);
      output.result(result, cancellationText(orderId, result, repeated));
      return EXIT.done;
    }
    // A part is cancelled once for each key.
    const idempotencyKey = key ?? ports.runtime.newId();
    const { body: result, repeated } = await withName(`--key ${idempotencyKey}`, () =>
      api.call<Cancellation>(operation, { ...request, idempotencyKey }),
    );
    const text = `${cancellationText(orderId, result, repeated)}\nKey: ${idempotencyKey}`;
    output.result({ ...result, idempotencyKey }, text);
    return EXIT.done;
  },
});

/** @param repeated an attempt without an answer may have been the one that cancelled it */
const cancellationText = (orderId: string, result: Cancellation, repeated: boolean): string => {
  if (result.outcome === 'accepted') {
    return `Accepted: the queue will cancel order ${orderId}.\nSee countermand order show ${orderId}.`;
  }
  const { outcome, order, restored } = result;
  const what = order.status === 'cancelled' ? `Order ${orderId}` : `A part of order ${orderId}`;
  const when = outcome === 'cancelled' || repeated ? 'is cancelled' : 'was cancelled before';
  const units = restored.length > 0 ? `Back in stock: ${unitsText(restored)}` : 'Nothing came back';
  return `${what} ${when}. ${units}.`;
};
