import { getOrder } from '../../../lib/http/operations/get-order.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import type { Order } from '../../resources.ts';
import { orderPath, withOrderId } from './order-id.ts';
import { orderText } from './render.ts';

export const showOrder = defineCommand({
  usage: 'show <order-id>',
  summary: 'Show an order and its lines',
  options: withOrderId,
  async run({ orderId }, { api, output }) {
    const { body: order } = await api.call<Order>(getOrder, orderPath(orderId));
    output.result(order, orderText(order, output.width));
    return EXIT.done;
  },
});
