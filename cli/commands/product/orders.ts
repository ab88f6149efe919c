import { listProductOrders as operation } from '../../../lib/http/operations/list-product-orders.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { listText, readList, withListOptions } from '../../list.ts';
import type { Holder } from '../../resources.ts';
import { table } from '../../table.ts';
import { productPath, withProductId } from './product-id.ts';

export const listProductOrders = defineCommand({
  usage: 'orders <product-id>',
  summary: 'List the orders that hold units of it',
  options: (parser) => withListOptions(withProductId(parser)),
  async run({ productId, ...options }, session) {
    const { output } = session;
    const page = await readList<Holder>(operation, productPath(productId), options, session);
    output.result(page, listText(page, { noun: 'order', render: textOf(output.width) }));
    return EXIT.done;
  },
});

const textOf =
  (width: number) =>
  (holders: readonly Holder[]): string =>
    table(
      [
        { title: 'order', kind: 'id' },
        { title: 'status', kind: 'text' },
        { title: 'held', kind: 'number' },
      ],
      holders.map(({ orderId, status, reservedQuantity }) => [orderId, status, reservedQuantity]),
      width,
    );
