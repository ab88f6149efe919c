import type { Metadata } from '../../../lib/domain/metadata.ts';
import { updateProduct as operation } from '../../../lib/http/operations/update-product.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { wrongUsage } from '../../failure.ts';
import type { Product } from '../../resources.ts';
import { productPath, withProductId } from './product-id.ts';
import { productsText } from './render.ts';

export const updateProduct = defineCommand({
  usage: 'update <product-id>',
  summary: 'Change its name or metadata, close it or open it again',
  options: (parser) =>
    withProductId(parser)
      .option('name', { type: 'string', describe: 'Its new name' })
      .option('metadata', {
        type: 'string',
        array: true,
        describe: 'All its metadata, each as key=value; with none, it has none any more',
      })
      .option('close', { type: 'boolean', describe: 'It takes no new orders' })
      .option('reopen', { type: 'boolean', describe: 'It takes new orders again' })
      .conflicts('close', 'reopen')
      .example('$0 product update tea --close', '')
      .example('$0 product update tea --metadata shelf=a1 supplier=ceylon', ''),
  async run({ productId, name, metadata, close, reopen }, { api, output }) {
    const body = {
      name,
      metadata: metadata && metadataFrom(metadata),
      closed: close ? true : reopen ? false : undefined,
    };
    if (Object.values(body).every((value) => value === undefined)) {
      throw wrongUsage('Say what to change: --name, --metadata, --close or --reopen.');
    }
    const { body: product } = await api.call<Product>(operation, {
      ...productPath(productId),
      body,
    });
    output.result(product, productsText([product], output.width));
    return EXIT.done;
  },
});

const metadataFrom = (words: readonly string[]): Metadata =>
  Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
      throw wrongUsage(`"${word}" is no metadata: write it as key=value, like shelf=a1.`);
    }),
  );
