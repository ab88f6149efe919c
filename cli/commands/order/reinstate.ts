import { reinstateOrder as operation } from '../../../lib/http/operations/reinstate-order.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import type { Order } from '../../resources.ts';
import { orderPath, withOrderId } from './order-id.ts';
import { orderText } from './render.ts';

export const reinstateOrder = defineCommand({
  usage: 'reinstate <order-id>',
  summary: 'Take its cancellation back',
  options: (parser) =>
    withOrderId(parser)
      .option('expires-at', {
        type: 'string',
        describe: 'When it expires, like 2030-03-01T08:00:00Z; never if there is none',
      })
      .example('$0 order reinstate 1001', ''),
  async run({ orderId, expiresAt }, { api, output }) {
    const request = { ...orderPath(orderId), body: { expiresAt } };
    const { body: order } = await api.call<Order>(operation, request);
    output.result(order, orderText(order, output.width));
    return EXIT.done;
  },
});
