import { wholeNumberFrom } from '../../arguments.ts';
import { defineCommand } from '../../command.ts';
import { type Explained, explain, orderIdOf } from '../../dead-letters/explain.ts';
import { giveBackAll } from '../../dead-letters/give-back.ts';
import { ordersNow } from '../../dead-letters/orders-now.ts';
import type { DeadLetter } from '../../dead-letters/queues.ts';
import { takeAll } from '../../dead-letters/take-all.ts';
import { EXIT } from '../../exit-code.ts';
import { interruption } from '../../failure.ts';
import { counted, minute, wrapped } from '../../text.ts';
import { withQueues } from './with-queues.ts';

const USUAL_LIMIT = 25;

export const deadLetters = defineCommand({
  usage: 'dead-letters',
  summary: 'Say why each message failed',
  options: (parser) =>
    parser.option('limit', {
      type: 'string',
      default: String(USUAL_LIMIT),
      defaultDescription: String(USUAL_LIMIT),
      describe: 'The most that are looked at',
    }),
  run: ({ limit }, session) =>
    withQueues(session, async (queues) => {
      const { api, output, ports } = session;
      const { interrupted } = ports;
      const most = wholeNumberFrom(limit, '--limit', { from: 1, to: 10_000 });
      const taken = new Map<string, DeadLetter>();
      try {
        await takeAll(queues, taken, { interrupted, most });
      } finally {
        await giveBackAll(queues, taken.values());
      }
      if (interrupted.aborted) throw interruption();
      const letters = [...taken.values()].slice(0, most);
      const orders = await ordersNow(
        letters.flatMap((letter) => orderIdOf(letter) ?? []),
        api,
      );
      const items = letters
        .map((letter) => explain(letter, orders))
        .toSorted((a, b) => a.sentAt.localeCompare(b.sentAt));
      const { deadLetters: counts } = await queues.counts();
      const total = Math.max(items.length, counts.waiting + counts.inFlight);
      output.result({ total, items }, lettersText(items, total, output.width));
      return items.length === 0 ? EXIT.done : EXIT.refused;
    }),
});

const lettersText = (items: readonly Explained[], total: number, width: number): string => {
  if (items.length === 0) return 'No dead letters.';
  const told = items.map(({ messageId, sentAt, explanation }) =>
    [`${messageId}  sent ${minute(sentAt)}`, `  ${wrapped(explanation, width - 2, 2)}`].join('\n'),
  );
  const more = total > items.length ? ` ${items.length} of them are shown: see --limit.` : '';
  return [
    ...told,
    '',
    `${counted(total, 'dead letter')}.${more}`,
    'countermand queue redrive puts them back on the queue.',
  ].join('\n');
};
