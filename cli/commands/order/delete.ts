import { deleteOrder as operation } from '../../../lib/http/operations/delete-order.ts';
import { defineCommand } from '../../command.ts';
import { deleteOnce } from '../../delete-once.ts';
import { EXIT } from '../../exit-code.ts';
import { orderPath, withOrderId } from './order-id.ts';

export const deleteOrder = defineCommand({
  usage: 'delete <order-id>',
  summary: 'Delete it, if it is cancelled',
  options: withOrderId,
  async run({ orderId }, { api, output }) {
    await deleteOnce(api, operation, orderPath(orderId));
    output.result({ deleted: orderId }, `Order ${orderId} is deleted.`);
    return EXIT.done;
  },
});
