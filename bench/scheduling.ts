/** Measures scheduling alone, without a database: `node --import tsx bench/scheduling.ts`. */
import { Schedule } from '../lib/group-commit/schedule.ts';
import { seededRandom } from '../lib/seeded-random.ts';
import { number, toTable } from './report/table.ts';
import { medianOf } from './times.ts';

const GROUPS = 1_000;
const PRODUCTS_OF_A_GROUP = [1, 5, 50, 500];
const IN_FLIGHT = 16;

/** Rounds, of which the median counts. */
const ROUNDS = 7;

type Shape = (group: number, line: number, lines: number) => string;

const random = seededRandom(1);

/** How the groups share products. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'nothing shared': (group, line) => `${group}-${line}`,
  'one product in all': (group, line) => (line === 0 ? 'hot' : `${group}-${line}`),
  'all products in all': (_group, line) => `${line}`,
  'each product in 100': (_group, _line, lines) => `${Math.floor(random() * lines * 10)}`,
  'each product in 2': (_group, _line, lines) => `${Math.floor(random() * lines * 500)}`,
};

const groupsOf = (shape: Shape, lines: number): string[][] =>
  Array.from({ length: GROUPS }, (_, group) => [
    ...new Set(Array.from({ length: lines }, (_, line) => shape(group, line, lines))),
  ]);

/** Runs all groups; of the groups in flight, the one that started first finishes first. */
const run = (groups: readonly (readonly string[])[]): void => {
  const schedule = new Schedule(groups);
  const flying: number[] = [];
  for (;;) {
    const group = flying.length < IN_FLIGHT ? schedule.start() : undefined;
    if (group !== undefined) {
      flying.push(group);
      continue;
    }
    const landed = flying.shift();
    if (landed === undefined) return;
    schedule.finish(landed);
  }
};

/** Microseconds of processor time for each product of each group. */
const measure = (shape: Shape, lines: number): number => {
  const groups = groupsOf(shape, lines);
  const pairs = groups.reduce((sum, { length }) => sum + length, 0);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = process.cpuUsage();
    run(groups);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / pairs;
  });
  return medianOf(rounds);
};

for (const shape of Object.values(SHAPES)) {
  // Warms up the compiler, so that the first row is not slower.
  for (let round = 0; round < ROUNDS; round += 1) run(groupsOf(shape, 5));
}
console.log(
  toTable(
    ['µs for each product of a group', ...Object.keys(SHAPES)],
    PRODUCTS_OF_A_GROUP.map((lines) => [
      `${number(GROUPS)} groups of ${lines}`,
      ...Object.values(SHAPES).map((shape) => number(measure(shape, lines), 1)),
    ]),
  ),
);
