/**
 * How long workers take to cancel what is on the queue, beside the least time. Time is virtual, so
 * the table is the same at every run, on every machine.
 *
 *     npm run -s makespan -- 1000 10000
 */
import { makespanBound } from '../test/support/makespan-bound.ts';
import { batchesOf, cancelFromQueue, dividedAmong } from '../test/support/queue-run.ts';
import { WORKLOADS } from '../test/support/workloads.ts';

const WORKERS = [1, 2, 4];

const asked = process.argv.slice(2).map(Number);

console.log('| orders | workers | ms | at least | ratio | decided first | requests | conflicts |');
console.log('|--------|--------:|---:|---------:|------:|--------------:|---------:|----------:|');
for (const orders of asked.length > 0 ? asked : [1_000]) {
  for (const workload of WORKLOADS) {
    for (const workers of WORKERS) {
      const run = { workload, workers, batches: dividedAmong(workers, orders) };
      const { counts } = await cancelFromQueue(run);
      const [requests, conflicts, milliseconds] = counts;
      const least = makespanBound(batchesOf(run), workers);
      const decidedFirst = makespanBound(batchesOf(run), workers, { decideFirst: true });
      const ratio = (milliseconds / least).toFixed(2);
      const times = [milliseconds, Math.round(least), ratio, Math.round(decidedFirst)];
      const name = `${workload}, ${orders.toLocaleString('en')}`;
      console.log(`| ${[name, workers, ...times, requests, conflicts].join(' | ')} |`);
    }
  }
}
