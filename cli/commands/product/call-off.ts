import { CALL_OFF_SCOPES } from '../../../lib/domain/call-off.ts';
import { callOffProduct as operation } from '../../../lib/http/operations/call-off-product.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { withName } from '../../failure.ts';
import type { CallOffPreview } from '../../resources.ts';
import { counted } from '../../text.ts';
import { unitsText } from '../order/render.ts';
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
      .option('up-to', {
        type: 'number',
        requiresArg: true,
        describe: 'Only so many units, of the newest orders first; the product stays open',
      })
      .option('key', {
        type: 'string',
        implies: 'up-to',
        describe: 'The Idempotency-Key of --up-to; a new one if there is none',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Only tell what it would do',
      })
      .example('$0 product call-off tea --reason inventory', '')
      .example('$0 product call-off tea --up-to 12 --no-restock', ''),
  async run({ productId, scope, reason, note, restock, upTo, key, dryRun }, session) {
    const { api, output, ports } = session;
    const body = { scope, reason, note, upTo, ...(!restock && { restock }) };
    const request = { ...productPath(productId), body };
    if (dryRun) {
      const { body: preview } = await api.call<CallOffPreview>(operation, {
        ...request,
        body: { ...body, dryRun },
      });
      output.result(preview, previewText(preview));
      return preview.complete ? EXIT.done : EXIT.tryAgain;
    }
    const idempotencyKey = key ?? ports.runtime.newId();
    if (upTo === undefined) {
      // A call that is repeated, because its answer was lost, is still the same call-off.
      const { body: started } = await api.call<Started>(operation, { ...request, idempotencyKey });
      output.result(
        started,
        `Product ${productId} is closed, and ${counted(started.accepted, 'order')} that hold it will be cancelled.\nIt is done when countermand product show ${productId} has nothing reserved. Batch: ${started.batchId}`,
      );
      return EXIT.done;
    }
    const { body: started } = await withName(`--key ${idempotencyKey}`, () =>
      api.call<Started>(operation, { ...request, idempotencyKey }),
    );
    output.result(
      { ...started, idempotencyKey },
      `Up to ${counted(upTo, 'unit')} of product ${productId} will be taken from ${counted(started.accepted, 'order')}, the newest first.\nBatch: ${started.batchId}\nKey: ${idempotencyKey}`,
    );
    return EXIT.done;
  },
});

type Started = { readonly batchId: string; readonly accepted: number };

const previewText = ({
  complete,
  results,
  restored,
  transactions,
  writeUnits,
}: CallOffPreview): string => {
  const outcomes = results.map(({ outcome }) => outcome);
  const lines = [...new Set(outcomes)].map(
    (outcome) => `${outcome}: ${outcomes.filter((one) => one === outcome).length}`,
  );
  return [
    'Nothing was done. This is what would be:',
    ...lines,
    restored.length > 0 ? `Back in stock: ${unitsText(restored)}` : 'Nothing would come back',
    `${counted(transactions, 'transaction')}, ${counted(writeUnits, 'write unit')}`,
    ...(complete ? [] : ['There are more orders than this: they could not all be looked at.']),
  ].join('\n');
};
