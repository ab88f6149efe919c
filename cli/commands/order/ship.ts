import { shipOrder as operation } from '../../../lib/http/operations/ship-order.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import type { Order } from '../../resources.ts';
import { orderPath, withOrderId } from './order-id.ts';
import { sendPart, withPart } from './part.ts';
import { orderText, partText } from './render.ts';

export const shipOrder = defineCommand({
  usage: 'ship <order-id>',
  summary: 'Take all or some of its goods out of stock',
  options: (parser) =>
    withPart(withOrderId(parser), 'Only these units')
      .example('$0 order ship 1001', '')
      .example('$0 order ship 1001 --items tea:2', ''),
  async run({ orderId, items, key }, session) {
    const { api, output } = session;
    const request = orderPath(orderId);
    if (!items) {
      const { body: order } = await api.call<Order>(operation, request);
      output.result(order, orderText(order, output.width));
      return EXIT.done;
    }
    const { body: order, idempotencyKey } = await sendPart<Order>(
      operation,
      request,
      { items, key },
      session,
    );
    output.result({ ...order, idempotencyKey }, partText(order, idempotencyKey, output.width));
    return EXIT.done;
  },
});
