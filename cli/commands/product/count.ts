import { MAX_QUANTITY } from '../../../lib/fields.ts';
import { countStock as operation } from '../../../lib/http/operations/count-stock.ts';
import { wholeNumberFrom } from '../../arguments.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { withName } from '../../failure.ts';
import type { Movement, Product } from '../../resources.ts';
import { productPath, withProductId } from './product-id.ts';

type Counted = { readonly product: Product; readonly movement?: Movement };

export const countStock = defineCommand({
  usage: 'count <product-id> <units>',
  summary: 'Set the units on hand to what was counted',
  options: (parser) =>
    withProductId(parser)
      .positional('units', { type: 'string', demandOption: true, describe: 'What was counted' })
      .option('expected', {
        type: 'string',
        describe: 'Change nothing if the system has another number on hand',
      })
      .option('reference', { type: 'string', describe: 'Its name; a new one if there is none' })
      .option('reason', { type: 'string', describe: 'Why' })
      .example('$0 product count tea 12 --expected 13 --reason stocktaking', ''),
  async run({ productId, units, expected, reference, reason }, { api, output, ports }) {
    const limits = { from: 0, to: MAX_QUANTITY };
    const stockQuantity = wholeNumberFrom(units, 'The count', limits);
    const expectedStockQuantity =
      expected === undefined ? undefined : wholeNumberFrom(expected, '--expected', limits);
    // With a reference the count takes effect once, however often this is sent.
    const referenceId = reference ?? ports.runtime.newId();
    const { body: counted } = await withName(`--reference ${referenceId}`, () =>
      api.call<Counted>(operation, {
        ...productPath(productId),
        body: { stockQuantity, expectedStockQuantity, referenceId, reason },
      }),
    );
    const text = `${sentence(productId, stockQuantity, counted)}. Reference: ${referenceId}`;
    output.result(counted, text);
    return EXIT.done;
  },
});

/** The stock may have moved since a count that is repeated. */
const sentence = (productId: string, units: number, { product, movement }: Counted): string => {
  const { stockQuantity: present } = product;
  const sign = movement && movement.quantity > 0 ? '+' : '';
  const differed = movement ? `differed by ${sign}${movement.quantity}` : undefined;
  if (present !== units) {
    return `${productId} has ${present} on hand now: the count of ${units} ${differed ?? 'did not differ'}`;
  }
  return `${productId} has ${present} on hand: ${differed ? `the count ${differed}` : 'nothing differed'}`;
};
