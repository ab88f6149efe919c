import { lockOrder as operation } from '../../../lib/http/operations/lock-order.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import type { Order } from '../../resources.ts';
import { orderPath, withOrderId } from './order-id.ts';
import { orderText } from './render.ts';

export const lockOrder = defineCommand({
  usage: 'lock <order-id>',
  summary: 'Take it in hand: nothing cancels it until it is unlocked or shipped',
  options: (parser) =>
    withOrderId(parser)
      .option('reason', { type: 'string', describe: 'Why' })
      .example('$0 order lock 1001 --reason packing --actor grace', ''),
  async run({ orderId, reason }, { api, output }) {
    const request = { ...orderPath(orderId), body: { reason } };
    const { body: order } = await api.call<Order>(operation, request);
    output.result(order, orderText(order, output.width));
    return EXIT.done;
  },
});
