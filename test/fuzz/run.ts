/** The command `npm run fuzz`: throws inputs at every function, and prints how often each ended how. */
import { parseArgs } from 'node:util';
import { wholeNumber } from '../support/whole-number.ts';
import { fuzz } from './fuzz.ts';

try {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const inputs = wholeNumber(values.inputs, 'inputs');
  const seed = wholeNumber(values.seed, 'seed');
  const start = performance.now();
  const seconds = (): string => ((performance.now() - start) / 1_000).toFixed(0);
  const counts = await fuzz({
    inputs,
    seed,
    onProgress: (thrown) => {
      if (thrown % 10_000 === 0) process.stderr.write(`${seconds()} s  ${thrown} inputs\n`);
    },
  });
  for (const call of Object.keys(counts).toSorted()) {
    const results = Object.entries(counts[call] ?? {}).toSorted(([a], [b]) => a.localeCompare(b));
    console.log([call, ...results.map(([result, count]) => `${result}: ${count}`)].join('\n  '));
  }
  console.log(`${inputs} inputs of seed ${seed} in ${seconds()} s: every promise was kept.`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
