import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import { listOrders as operation } from '../../../lib/http/operations/list-orders.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { listText, readList, withListOptions } from '../../list.ts';
import type { Order } from '../../resources.ts';
import { ordersText } from './render.ts';

export const listOrders = defineCommand({
  usage: 'list',
  summary: 'List orders, newest status first',
  options: (parser) =>
    withListOptions(parser)
      .option('status', {
        choices: [...ORDER_STATUSES, 'active'] as const,
        describe: 'Only these; active are all but the cancelled',
      })
      .option('from', {
        type: 'string',
        describe: 'Only those with this status since then or later, like 2026-03-01T08:00:00Z',
      })
      .option('to', { type: 'string', describe: 'Only those with this status since before then' })
      .example('$0 order list --status cancelled --from 2026-03-01T00:00:00+01:00', ''),
  async run({ status, from, to, ...options }, session) {
    const { output } = session;
    const page = await readList<Order>(
      operation,
      { query: { status, from, to } },
      options,
      session,
    );
    const render = (orders: readonly Order[]) => ordersText(orders, output.width);
    output.result(page, listText(page, { noun: 'order', render }));
    return EXIT.done;
  },
});
