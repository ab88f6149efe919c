import type { Operation } from '../../../lib/http/operation.ts';
import { confirmOrder as confirm } from '../../../lib/http/operations/confirm-order.ts';
import { deliverOrder as deliver } from '../../../lib/http/operations/deliver-order.ts';
import { unlockOrder as unlock } from '../../../lib/http/operations/unlock-order.ts';
import { type Command, defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import type { Order } from '../../resources.ts';
import { orderPath, withOrderId } from './order-id.ts';
import { orderText } from './render.ts';

const transition = (verb: string, summary: string, operation: Operation): Command =>
  defineCommand({
    usage: `${verb} <order-id>`,
    summary,
    options: withOrderId,
    async run({ orderId }, { api, output }) {
      const { body: order } = await api.call<Order>(operation, orderPath(orderId));
      output.result(order, orderText(order, output.width));
      return EXIT.done;
    },
  });

export const confirmOrder = transition('confirm', 'Take a pending order on', confirm);
export const deliverOrder = transition('deliver', 'Record that it has arrived', deliver);
export const unlockOrder = transition('unlock', 'Let go of it', unlock);
