import { defineCommand } from '../../command.ts';
import type { Counts } from '../../dead-letters/queues.ts';
import { EXIT } from '../../exit-code.ts';
import { table } from '../../table.ts';
import { withQueues } from './with-queues.ts';

export const queueStatus = defineCommand({
  usage: 'status',
  summary: 'Count messages and dead letters',
  options: (parser) => parser,
  run: (_, session) =>
    withQueues(session, async (queues) => {
      const { output } = session;
      const counts = await queues.counts();
      const row = (name: string, { waiting, inFlight, delayed }: Counts) => [
        name,
        waiting,
        inFlight,
        delayed,
      ];
      const text = table(
        [
          { title: 'queue', kind: 'text' },
          { title: 'waiting', kind: 'number' },
          { title: 'in flight', kind: 'number' },
          { title: 'delayed', kind: 'number' },
        ],
        [
          row('cancellations', counts.cancellations),
          row('write-offs', counts.writeOffs),
          row('dead letters', counts.deadLetters),
        ],
        output.width,
      );
      output.result(counts, text);
      return EXIT.done;
    }),
});
