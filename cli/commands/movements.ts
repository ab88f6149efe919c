import { MOVEMENT_TYPES } from '../../lib/domain/stock-movement.ts';
import type { Operation } from '../../lib/http/operation.ts';
import { listMovements } from '../../lib/http/operations/list-movements.ts';
import { listOrderMovements } from '../../lib/http/operations/list-order-movements.ts';
import { listProductMovements } from '../../lib/http/operations/list-product-movements.ts';
import type { Request } from '../api.ts';
import { idFrom } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { wrongUsage } from '../failure.ts';
import { listText, readList, withListOptions } from '../list.ts';
import type { Movement } from '../resources.ts';
import { type Column, table } from '../table.ts';
import { minute } from '../text.ts';

export const movements = defineCommand({
  usage: 'movements',
  summary: 'List the ledger of an order, a product or a cause',
  options: (parser) =>
    withListOptions(parser)
      .option('order', { type: 'string', describe: 'Of this order, oldest cause first' })
      .option('product', { type: 'string', describe: 'Of this product, newest first' })
      .option('reference', { type: 'string', describe: 'Of the cause with this reference' })
      .option('type', { choices: MOVEMENT_TYPES, describe: 'Only movements of this type' })
      .conflicts('order', ['product', 'reference'])
      .conflicts('product', 'reference')
      .example('$0 movements --order 1001', '')
      .example('$0 movements --reference order_1001_cancellation', ''),
  async run({ order, product, reference, type, ...options }, session) {
    const { output } = session;
    const { operation, request } = ledgerOf({ order, product, reference });
    const query = { ...request.query, movementType: type };
    const page = await readList<Movement>(operation, { ...request, query }, options, session);
    const render = (items: readonly Movement[]) =>
      movementsText(items, product === undefined ? 'product' : 'time', output.width);
    output.result(page, listText(page, { noun: 'movement', render }));
    return EXIT.done;
  },
});

type Which = {
  readonly order: string | undefined;
  readonly product: string | undefined;
  readonly reference: string | undefined;
};

const ledgerOf = ({
  order,
  product,
  reference,
}: Which): { readonly operation: Operation; readonly request: Request } => {
  if (order !== undefined) {
    return { operation: listOrderMovements, request: { path: { orderId: idFrom(order) } } };
  }
  if (product !== undefined) {
    return { operation: listProductMovements, request: { path: { productId: idFrom(product) } } };
  }
  if (reference !== undefined) {
    return { operation: listMovements, request: { query: { referenceId: reference } } };
  }
  throw wrongUsage('Say whose movements: --order, --product or --reference.');
};

/** @param first what is different in each row; the other one of the two is the same in all */
const movementsText = (
  items: readonly Movement[],
  first: 'time' | 'product',
  width: number,
): string => {
  const columns: readonly Column[] = [
    { title: first, kind: first === 'time' ? 'text' : 'id' },
    { title: 'reference', kind: 'id' },
    { title: 'movement', kind: 'text' },
    { title: 'on hand', kind: 'signed' },
    { title: 'reserved', kind: 'signed' },
  ];
  const rows = items.map((movement) => [
    first === 'time' ? minute(movement.createdAt) : movement.productId,
    movement.referenceId,
    movement.movementType,
    movement.stockDelta,
    movement.reservedDelta,
  ]);
  return table(columns, rows, width);
};
