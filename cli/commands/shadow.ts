import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
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
    const { events, repeated } = await play(
      { path, follow, pause: session.pause },
      tallies,
      session,
    );
    const findings = tallies.findings();
    const result = { events, repeated, orders: tallies.orders(), findings };
    output.result(result, shadowText(result, output.width));
    return findings.length > 0 ? EXIT.refused : EXIT.done;
  },
});

type Counted = { events: number; repeated: number };

/** With `follow`, Ctrl-C is the end of the feed. */
const play = async (
  feed: Parameters<typeof readFeed>[0],
  tallies: ReturnType<typeof openTallies>,
  session: Session,
): Promise<Counted> => {
  const counts: Counted = { events: 0, repeated: 0 };
  const progress = session.output.progress({ verb: 'Played', noun: 'event' });
  try {
    for await (const line of readFeed(feed)) {
      counts.events += 1;
      if (tallies.isRepeated(line)) {
        counts.repeated += 1;
        continue;
      }
      const { orderId } = line;
      if (!tallies.has(orderId)) tallies.open(orderId, await playCancellation(orderId, session));
      tallies.enter(line);
      progress.update(counts.events);
    }
  } catch (error) {
    const isEnd = error instanceof Failure && error.exitCode === EXIT.interrupted && feed.follow;
    if (!isEnd) throw error;
  } finally {
    progress.stop();
  }
  return counts;
};

const WORDS: Readonly<Record<ShadowFinding['kind'], string>> = {
  restored_twice: 'restored twice',
  restored_too_much: 'restored too much',
  not_restored: 'not restored',
  not_to_be_restored: 'restored, and holds nothing',
};

const shadowText = (
  {
    events,
    repeated,
    orders,
    findings,
  }: Counted & { readonly orders: number; readonly findings: readonly ShadowFinding[] },
  width: number,
): string =>
  [
    ...(findings.length === 0
      ? []
      : [
          table(
            [
              { title: 'order', kind: 'id' },
              { title: 'product', kind: 'id' },
              { title: 'the other shop', kind: 'text' },
              { title: 'due', kind: 'number' },
              { title: 'restored', kind: 'number' },
            ],
            findings.map((one) => [
              one.orderId,
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
