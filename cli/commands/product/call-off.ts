import { CALL_OFF_SCOPES } from '../../../lib/domain/call-off.ts';
import { callOffProduct as operation } from '../../../lib/http/operations/call-off-product.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { counted } from '../../text.ts';
import { productPath, withProductId } from './product-id.ts';

export const callOffProduct = defineCommand({
  usage: 'call-off <product-id>',
  summary: 'Close it, and cancel it wherever orders hold it',
  options: (parser) =>
    withProductId(parser)
      .option('scope', {
        choices: CALL_OFF_SCOPES,
        default: 'line' as const,
        describe: 'Cancel only the lines of the product, or the whole orders',
      })
      .option('reason', { type: 'string', describe: 'Why' })
      .option('note', { type: 'string', describe: 'What else is to be remembered' })
      .option('restock', {
        type: 'boolean',
        default: true,
        describe: 'Put the goods back on the shelf; --no-restock if they are lost',
      })
      .example('$0 product call-off tea --reason inventory', ''),
  async run({ productId, scope, reason, note, restock }, { api, output }) {
    const { body } = await api.call<{ batchId: string; accepted: number }>(operation, {
      ...productPath(productId),
      body: { scope, reason, note, ...(!restock && { restock }) },
    });
    output.result(
      body,
      `Product ${productId} is closed, and ${counted(body.accepted, 'order')} that hold it will be cancelled.\nIt is done when countermand product show ${productId} has nothing reserved. Batch: ${body.batchId}`,
    );
    return EXIT.done;
  },
});
