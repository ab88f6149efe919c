import { cancelOrder as operation } from '../../../lib/http/operations/cancel-order.ts';
import { secondsFrom } from '../../arguments.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import type { Cancellation } from '../../resources.ts';
import { minute } from '../../text.ts';
import { orderPath, withOrderId } from './order-id.ts';
import { sendPart, withPart } from './part.ts';
import { unitsText } from './render.ts';

export const cancelOrder = defineCommand({
  usage: 'cancel <order-id>',
  summary: 'Cancel all or some of its units',
  options: (parser) =>
    withPart(withOrderId(parser), 'Only these units')
      .option('reason', {
        type: 'string',
        describe: "Why: customer, fraud, … or one of the shop's own reasons",
      })
      .option('note', { type: 'string', describe: 'What else is to be remembered' })
      .option('restock', {
        type: 'boolean',
        default: true,
        describe: 'Put the goods back on the shelf; --no-restock if they are lost',
      })
      .option('grace', {
        type: 'string',
        describe: 'It holds its units for so long, to be reinstated: seconds, 15m, 2h, 7d',
      })
      .option('only-if', {
        choices: ['pending'] as const,
        describe: 'Only if nobody has confirmed it',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Only tell what it would do',
      })
      .conflicts('grace', 'items')
      .example('$0 order cancel 1001 --reason customer', '')
      .example('$0 order cancel 1001 --grace 2h --only-if pending', '')
      .example('$0 order cancel 1001 --items tea:1', ''),
  async run({ orderId, reason, note, restock, grace, onlyIf, dryRun, items, key }, session) {
    const { api, output } = session;
    const request = {
      ...orderPath(orderId),
      body: {
        reason,
        note,
        onlyIf,
        ...(!restock && { restock }),
        ...(dryRun && { dryRun }),
        ...(grace !== undefined && { graceSeconds: secondsFrom(grace, '--grace') }),
      },
    };
    if (!items) {
      const { body: result, repeated } = await api.call<Cancellation>(operation, request);
      output.result(result, cancellationText(orderId, result, { repeated, dryRun }));
      return EXIT.done;
    }
    const {
      body: result,
      repeated,
      idempotencyKey,
    } = await sendPart<Cancellation>(operation, request, { items, key }, session);
    const text = `${cancellationText(orderId, result, { repeated, dryRun })}\nKey: ${idempotencyKey}`;
    output.result({ ...result, idempotencyKey }, text);
    return EXIT.done;
  },
});

/** @param repeated an attempt without an answer may have been the one that cancelled it */
const cancellationText = (
  orderId: string,
  result: Cancellation,
  { repeated, dryRun }: { readonly repeated: boolean; readonly dryRun: boolean },
): string => {
  if (result.outcome === 'accepted') {
    return `Accepted: the queue will cancel order ${orderId}.\nSee countermand order show ${orderId}.`;
  }
  const { outcome, order } = result;
  const what = order.status === 'cancelled' ? `Order ${orderId}` : `A part of order ${orderId}`;
  const when = outcome === 'cancelled' || repeated ? 'is cancelled' : 'was cancelled before';
  const told = `${what} ${when}. ${stockText(result)}.`;
  return dryRun ? `Nothing was done. This is what would be:\n${told}` : told;
};

const stockText = ({
  order: { releaseAt },
  restored,
}: Extract<Cancellation, { order: unknown }>): string => {
  if (releaseAt !== undefined) {
    return `It holds its units until ${minute(releaseAt)} and can be reinstated`;
  }
  return restored.length > 0 ? `Back in stock: ${unitsText(restored)}` : 'Nothing came back';
};
