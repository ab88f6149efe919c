import { MAX_QUANTITY } from '../../../lib/fields.ts';
import { adjustStock as operation } from '../../../lib/http/operations/adjust-stock.ts';
import { wholeNumberFrom } from '../../arguments.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { withName } from '../../failure.ts';
import type { Movement } from '../../resources.ts';
import { productPath, withProductId } from './product-id.ts';

export const adjustStock = defineCommand({
  usage: 'adjust <product-id> <quantity>',
  summary: 'Change the units on hand',
  options: (parser) =>
    withProductId(parser)
      .positional('quantity', {
        type: 'string',
        demandOption: true,
        describe: 'Units that come in; with a minus, units that go out',
      })
      .option('reference', { type: 'string', describe: 'Its name; a new one if there is none' })
      .option('reason', { type: 'string', describe: 'Why' })
      .option('note', { type: 'string', describe: 'What else is to be remembered' })
      .example('$0 product adjust tea 6 --reference po-77 --reason delivery', '')
      .example('$0 product adjust tea -2 --reason damaged', ''),
  async run({ productId, quantity, reference, reason, note }, { api, output, ports }) {
    const limits = { from: -MAX_QUANTITY, to: MAX_QUANTITY };
    const units = wholeNumberFrom(quantity, 'The quantity', limits);
    // With a reference the adjustment is made once, however often this is sent.
    const referenceId = reference ?? ports.runtime.newId();
    const {
      status,
      body: movement,
      repeated,
    } = await withName(`--reference ${referenceId}`, () =>
      api.call<Movement>(operation, {
        ...productPath(productId),
        body: { quantity: units, referenceId, reason, note },
      }),
    );
    const when = status === 201 || repeated ? 'is adjusted' : 'was adjusted before';
    const sign = movement.quantity > 0 ? '+' : '';
    output.result(
      movement,
      `${productId} ${when} by ${sign}${movement.quantity}. Reference: ${referenceId}`,
    );
    return EXIT.done;
  },
});
