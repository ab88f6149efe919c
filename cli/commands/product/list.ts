import { listProducts as operation } from '../../../lib/http/operations/list-products.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { listText, readList, withListOptions } from '../../list.ts';
import type { Product } from '../../resources.ts';
import { productsText } from './render.ts';

export const listProducts = defineCommand({
  usage: 'list',
  summary: 'List products and their stock',
  options: (parser) => withListOptions(parser),
  async run(options, session) {
    const { output } = session;
    const page = await readList<Product>(operation, {}, options, session);
    const render = (products: readonly Product[]) => productsText(products, output.width);
    output.result(page, listText(page, { noun: 'product', render }));
    return EXIT.done;
  },
});
