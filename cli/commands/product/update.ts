import { updateProduct as operation } from '../../../lib/http/operations/update-product.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { wrongUsage } from '../../failure.ts';
import { newMetadataFrom, withNewMetadata } from '../../metadata.ts';
import type { Product } from '../../resources.ts';
import { productPath, withProductId } from './product-id.ts';
import { productsText } from './render.ts';

export const updateProduct = defineCommand({
  usage: 'update <product-id>',
  summary: 'Change its name or metadata, close it or open it again',
  options: (parser) =>
    withNewMetadata(withProductId(parser))
      .option('name', { type: 'string', describe: 'Its new name' })
      .option('close', { type: 'boolean', describe: 'It takes no new orders' })
      .option('reopen', { type: 'boolean', describe: 'It takes new orders again' })
      .conflicts('close', 'reopen')
      .example('$0 product update tea --close', '')
      .example('$0 product update tea --metadata shelf=a1 supplier=ceylon', ''),
  async run({ productId, name, close, reopen, ...options }, { api, output }) {
    const body = {
      name,
      metadata: newMetadataFrom(options),
      closed: close ? true : reopen ? false : undefined,
    };
    if (Object.values(body).every((value) => value === undefined)) {
      throw wrongUsage(
        'Say what to change: --name, --metadata, --clear-metadata, --close or --reopen.',
      );
    }
    const { body: product } = await api.call<Product>(operation, {
      ...productPath(productId),
      body,
    });
    output.result(product, productsText([product], output.width));
    return EXIT.done;
  },
});
