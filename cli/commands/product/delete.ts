import { deleteProduct as operation } from '../../../lib/http/operations/delete-product.ts';
import { defineCommand } from '../../command.ts';
import { deleteOnce } from '../../delete-once.ts';
import { EXIT } from '../../exit-code.ts';
import { productPath, withProductId } from './product-id.ts';

export const deleteProduct = defineCommand({
  usage: 'delete <product-id>',
  summary: 'Delete it, if nothing is reserved',
  options: withProductId,
  async run({ productId }, { api, output }) {
    await deleteOnce(api, operation, productPath(productId));
    output.result({ deleted: productId }, `Product ${productId} is deleted.`);
    return EXIT.done;
  },
});
