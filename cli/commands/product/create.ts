import { MAX_QUANTITY } from '../../../lib/fields.ts';
import { createProduct as operation } from '../../../lib/http/operations/create-product.ts';
import { idFrom, wholeNumberFrom } from '../../arguments.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { withName } from '../../failure.ts';
import type { Product } from '../../resources.ts';
import { productsText } from './render.ts';

export const createProduct = defineCommand({
  usage: 'create <name>',
  summary: 'Open a product, with its first stock',
  options: (parser) =>
    parser
      .positional('name', { type: 'string', demandOption: true, describe: 'Its name' })
      .option('id', { type: 'string', describe: 'Its id; a new one if there is none' })
      .option('stock', { type: 'string', default: '0', describe: 'Units on hand' })
      .example("$0 product create 'Green tea' --id tea --stock 10", ''),
  async run({ name, id, stock }, { api, output, ports }) {
    // With an id of its own, the product is created once, however often this is sent.
    const productId = id === undefined ? ports.runtime.newId() : idFrom(id);
    const stockQuantity = wholeNumberFrom(stock, '--stock', { from: 0, to: MAX_QUANTITY });
    const { body: product } = await withName(`--id ${productId}`, () =>
      api.call<Product>(operation, { body: { id: productId, name, stockQuantity } }),
    );
    output.result(product, productsText([product], output.width));
    return EXIT.done;
  },
});
