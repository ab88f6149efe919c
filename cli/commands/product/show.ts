import { getProduct } from '../../../lib/http/operations/get-product.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import type { Product } from '../../resources.ts';
import { productPath, withProductId } from './product-id.ts';
import { productsText } from './render.ts';

export const showProduct = defineCommand({
  usage: 'show <product-id>',
  summary: 'Show its stock',
  options: withProductId,
  async run({ productId }, { api, output }) {
    const { body: product } = await api.call<Product>(getProduct, productPath(productId));
    output.result(product, productsText([product], output.width));
    return EXIT.done;
  },
});
