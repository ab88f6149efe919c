import { idFrom } from '../../arguments.ts';
import { defineCommand } from '../../command.ts';
import { isMalformed, orderIdOf } from '../../dead-letters/explain.ts';
import type { DeadLetter } from '../../dead-letters/queues.ts';
import { type Choice, type Redriven, redrive } from '../../dead-letters/redrive.ts';
import { HIDDEN_FOR_S } from '../../dead-letters/take-all.ts';
import { EXIT } from '../../exit-code.ts';
import { wrongUsage } from '../../failure.ts';
import { counted } from '../../text.ts';
import { withQueues } from './with-queues.ts';

export const redriveLetters = defineCommand({
  usage: 'redrive',
  summary: 'Put dead letters back on the queue',
  options: (parser) =>
    parser
      .option('all', {
        type: 'boolean',
        default: false,
        describe: 'All but the malformed, which would fail again',
      })
      .option('order', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'The letters of these orders',
      })
      .option('message', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'The letters with these message ids, malformed or not',
      }),
  async run({ all, order, message }, session) {
    const choice = choiceOf({ all, order, message });
    return withQueues(session, async (queues) => {
      const { output, ports } = session;
      const { interrupted } = ports;
      const redriven = await redrive(queues, choice, { interrupted });
      output.result(bodyOf(redriven), redrivenText(redriven));
      if (redriven.moved.length === 0 && (await queues.counts()).deadLetters.inFlight > 0) {
        output.note(HIDDEN);
        return EXIT.tryAgain;
      }
      const missed = choice !== 'all' && redriven.moved.length === 0;
      return missed || redriven.refused.length > 0 ? EXIT.refused : EXIT.done;
    });
  },
});

const HIDDEN = `Some dead letters are hidden, because a command has them or was killed with them. They come back in ${HIDDEN_FOR_S} seconds at the latest: run it again then.`;

type Options = {
  readonly all: boolean;
  readonly order: readonly string[] | undefined;
  readonly message: readonly string[] | undefined;
};

const choiceOf = ({ all, order = [], message = [] }: Options): Choice => {
  const named = order.length + message.length;
  if (all === named > 0) throw wrongUsage('Say which: --all, or some with --order or --message.');
  if (all) return 'all';
  return { orders: new Set(order.map(idFrom)), messages: new Set(message) };
};

const bodyOf = ({ moved, left, refused }: Redriven) => {
  const listed = (letters: readonly DeadLetter[]) =>
    letters.map((letter) => ({ messageId: letter.messageId, orderId: orderIdOf(letter) }));
  return { moved: listed(moved), left: listed(left), refused: listed(refused) };
};

const redrivenText = ({ moved, left, refused }: Redriven): string => {
  const malformed = left.filter(isMalformed).length;
  return [
    `${counted(moved.length, 'dead letter')} moved back to the queue.`,
    ...(left.length > 0 ? [`${counted(left.length, 'dead letter')} left.`] : []),
    ...(malformed > 0
      ? [`${malformed} of them malformed: see countermand queue dead-letters.`]
      : []),
    ...(refused.length > 0
      ? [`${counted(refused.length, 'message')} not taken by the queue.`]
      : []),
  ].join('\n');
};
