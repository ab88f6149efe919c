import { amendOrder as operation } from '../../../lib/http/operations/amend-order.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { wrongUsage } from '../../failure.ts';
import { newMetadataFrom, withNewMetadata } from '../../metadata.ts';
import type { Order } from '../../resources.ts';
import { orderPath, withOrderId } from './order-id.ts';
import { orderText } from './render.ts';

export const amendOrder = defineCommand({
  usage: 'amend <order-id>',
  summary: 'Change its metadata, or when it expires',
  options: (parser) =>
    withNewMetadata(withOrderId(parser))
      .option('expires-at', {
        type: 'string',
        describe: 'When it expires, like 2030-03-01T08:00:00Z',
      })
      .example('$0 order amend 1001 --metadata till=4 gift=yes', ''),
  async run({ orderId, expiresAt, ...options }, { api, output }) {
    const metadata = newMetadataFrom(options);
    if (metadata === undefined && expiresAt === undefined) {
      throw wrongUsage('Say what to change: --metadata, --clear-metadata or --expires-at.');
    }
    const request = { ...orderPath(orderId), body: { metadata, expiresAt } };
    const { body: order } = await api.call<Order>(operation, request);
    output.result(order, orderText(order, output.width));
    return EXIT.done;
  },
});
