import { returnOrder as operation } from '../../../lib/http/operations/return-order.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import type { Order } from '../../resources.ts';
import { orderPath, withOrderId } from './order-id.ts';
import { sendPart, withPart } from './part.ts';
import { partText } from './render.ts';

export const returnOrder = defineCommand({
  usage: 'return <order-id>',
  summary: 'Take shipped units back',
  options: (parser) =>
    withPart(withOrderId(parser), 'What has come back')
      .demandOption('items')
      .option('restock', {
        type: 'boolean',
        default: true,
        describe: 'Put the goods back on the shelf; --no-restock if they are damaged',
      })
      .option('reason', { type: 'string', describe: 'Why' })
      .option('note', { type: 'string', describe: 'What else is to be remembered' })
      .example("$0 order return 1001 --items tea:1 --reason 'wrong size'", ''),
  async run({ orderId, items, key, restock, reason, note }, session) {
    const { output } = session;
    const body = { reason, note, ...(!restock && { restock }) };
    const { body: order, idempotencyKey } = await sendPart<Order>(
      operation,
      { ...orderPath(orderId), body },
      { items, key },
      session,
    );
    output.result({ ...order, idempotencyKey }, partText(order, idempotencyKey, output.width));
    return EXIT.done;
  },
});
