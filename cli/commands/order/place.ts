import { placeOrder as operation } from '../../../lib/http/operations/place-order.ts';
import { idFrom, linesFrom } from '../../arguments.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { withName } from '../../failure.ts';
import { metadataFrom, withMetadata } from '../../metadata.ts';
import type { Order } from '../../resources.ts';
import { orderText } from './render.ts';

export const placeOrder = defineCommand({
  usage: 'place <items..>',
  summary: 'Reserve all of it or nothing',
  options: (parser) =>
    withMetadata(parser)
      .positional('items', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Its lines: product:quantity, like tea:3',
      })
      .option('id', { type: 'string', describe: 'Its id; a new one if there is none' })
      .option('expires-at', {
        type: 'string',
        describe: 'When it expires, like 2030-03-01T08:00:00Z; else as the shop has set',
      })
      .example('$0 order place tea:3 mug:1 --id 1001', '')
      .example('$0 order place tea:3 --metadata till=4 gift=yes', ''),
  async run({ items, id, expiresAt, metadata }, { api, output, ports }) {
    // With an id of its own, the order is placed once, however often this is sent.
    const orderId = id === undefined ? ports.runtime.newId() : idFrom(id);
    const body = {
      id: orderId,
      items: linesFrom(items),
      expiresAt,
      metadata: metadata && metadataFrom(metadata),
    };
    const { body: order } = await withName(`--id ${orderId}`, () =>
      api.call<Order>(operation, { body }),
    );
    output.result(order, orderText(order, output.width));
    return EXIT.done;
  },
});
