/** The command `npm run torture`: runs it once, and prints the figures in words or as JSON. */
import { parseArgs } from 'node:util';
import { wholeNumber } from '../support/whole-number.ts';
import { torture } from './torture.ts';

const listed = (counts: Readonly<Record<string, number>>): string[] =>
  Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `  ${String(count).padStart(7)}  ${name}`);

try {
  const { values } = parseArgs({
    options: {
      cancellations: { type: 'string', default: '20000' },
      kills: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      json: { type: 'boolean', default: false },
    },
  });
  const figures = await torture({
    cancellations: wholeNumber(values.cancellations, 'cancellations'),
    kills: wholeNumber(values.kills, 'kills'),
    seed: wholeNumber(values.seed, 'seed'),
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  const { requests, faulted, violations } = figures;
  const share = ((100 * faulted) / requests).toFixed(1);
  const words = [
    `${figures.cancellations} orders of seed ${figures.seed}, in ${figures.seconds} s.`,
    `${requests} requests to DynamoDB, of which ${faulted} (${share} %) met a fault:`,
    ...listed(figures.faultedByKind),
    `${figures.conflicts} transactions met another one.`,
    `The functions were killed ${figures.kills} times, ${figures.killsInBatches} times within a batch.`,
    `${figures.deliveries} messages were delivered, ${figures.redeliveries} of them again.`,
    'Callers by HTTP were answered:',
    ...listed(figures.answersByHttp),
    'Outcomes in the log:',
    ...listed(figures.outcomesInLog),
    `The sweep finished ${figures.finishedBySweep} orders.`,
    violations.length === 0
      ? 'Every order was cancelled once, and all laws hold.'
      : `${violations.length} violations:\n${violations.slice(0, 50).join('\n')}`,
  ];
  console.log(values.json ? JSON.stringify(figures, null, 2) : words.join('\n'));
  if (violations.length > 0) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
