import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import type { FeedLine } from '../shadow/event.ts';
import { readFeed } from '../shadow/feed.ts';
import { playCancellation } from '../shadow/play.ts';
import { openTallies, type ShadowFinding } from '../shadow/tally.ts';
import { table } from '../table.ts';
import { counted } from '../text.ts';

/** Nobody waits for each answer. */
const RETRY_FOR_S = 120;

export const shadow = defineCommand({
  usage: 'shadow <feed>',
  summary: "Play another shop's cancellations on a copy, and tell what it did wrong",
  retryFor: RETRY_FOR_S,
  options: (parser) =>
    parser
      .positional('feed', {
        type: 'string',
        demandOption: true,
        describe: 'A line of JSON for each event, or - for standard input: docs/migrating.md',
      })
      .option('follow', {
        type: 'boolean',
        default: false,
        describe: 'Wait for more lines, until Ctrl-C',
      })
      .epilogue('It cancels the orders of the feed. Play it on a copy, never on the shop itself.')
      .example('$0 shadow feed.jsonl --stage copy --region eu-central-1', '')
      .example('$0 shadow feed.jsonl --follow', ''),
  async run({ feed: path, follow }, session) {
    const { output } = session;
    const tallies = openTallies();
    const { events, repeated, failure } = await play(
      { path, follow, pause: session.pause },
      tallies,
      session,
    );
    if (failure && events === 0) throw failure;
    const findings = tallies.findings();
    const result = { events, repeated, orders: tallies.orders(), findings };
    // What was found before the feed could not go on is not to be lost.
    output.result(
      failure ? { ...result, stoppedBy: failure.body } : result,
      shadowText(result, output.width),
    );
    if (failure) output.note(failure.message);
    return failure?.exitCode ?? (findings.length > 0 ? EXIT.refused : EXIT.done);
  },
});

type Counted = { events: number; repeated: number };

/**
 * With `follow`, Ctrl-C is the end of the feed.
 *
 * @returns also the failure before the end, with the events before it
 */
const play = async (
  feed: Parameters<typeof readFeed>[0],
  tallies: ReturnType<typeof openTallies>,
  session: Session,
): Promise<Counted & { readonly failure?: Failure }> => {
  const counts: Counted = { events: 0, repeated: 0 };
  const progress = session.output.progress({ verb: 'Played', noun: 'event' });
  try {
    for await (const line of readFeed(feed)) {
      if (tallies.isRepeated(line)) counts.repeated += 1;
      else await enter(line, tallies, session);
      counts.events += 1;
      progress.update(counts.events);
    }
    return counts;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.exitCode === EXIT.interrupted && feed.follow
      ? counts
      : { ...counts, failure: error };
  } finally {
    progress.stop();
  }
};

/** What a part is, only its cancellation tells. What a whole order is, every line does. */
const enter = async (
  line: FeedLine,
  tallies: ReturnType<typeof openTallies>,
  session: Session,
): Promise<void> => {
  const tells = line.type === 'cancelled' || line.idempotencyKey === undefined;
  if (tells && !tallies.isJudged(line)) tallies.judge(line, await playCancellation(line, session));
  tallies.enter(line);
};

const WORDS: Readonly<Record<ShadowFinding['kind'], string>> = {
  restored_twice: 'restored twice',
  restored_too_much: 'restored too much',
  not_restored: 'not restored',
  not_to_be_restored: 'restored, and nothing was due',
  unknown_order: 'restored, and the copy has no such order',
};

const shadowText = (
  {
    events,
    repeated,
    orders,
    findings,
  }: Counted & { readonly orders: number; readonly findings: readonly ShadowFinding[] },
  width: number,
): string => {
  const hasParts = findings.some(({ idempotencyKey }) => idempotencyKey !== undefined);
  return [
    ...(findings.length === 0
      ? []
      : [
          table(
            [
              { title: 'order', kind: 'id' },
              ...(hasParts ? [{ title: 'part', kind: 'id' } as const] : []),
              { title: 'product', kind: 'id' },
              { title: 'the other shop', kind: 'text' },
              { title: 'due', kind: 'number' },
              { title: 'restored', kind: 'number' },
            ],
            findings.map((one) => [
              one.orderId,
              ...(hasParts ? [one.idempotencyKey ?? ''] : []),
              one.productId,
              WORDS[one.kind],
              one.due,
              one.restored,
            ]),
            width,
          ),
          '',
        ]),
    `${counted(findings.length, 'finding')} in ${counted(events, 'event')} of ${counted(orders, 'order')}.`,
    ...(repeated > 0
      ? [`${counted(repeated, 'event')} came again with the same id, and did not count.`]
      : []),
  ].join('\n');
};
