/** npm run rails-export -- --orders 100000 --to DIR */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportRails, type Planted } from './rails-export.ts';

const { values } = parseArgs({
  options: { orders: { type: 'string', default: '1000' }, to: { type: 'string' } },
});
if (values.to === undefined) throw new Error('Say where: --to DIR');
const planted: Planted[] = [];
await exportRails({
  folder: values.to,
  orders: Number(values.orders),
  onPlanted: (fault) => planted.push(fault),
});
const lines = planted.map((fault) => `${JSON.stringify(fault)}\n`);
await writeFile(join(values.to, 'planted.jsonl'), lines.join(''));
process.stdout.write(`${values.orders} orders and ${planted.length} faults in ${values.to}\n`);
