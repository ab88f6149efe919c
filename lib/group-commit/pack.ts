import TinyQueue from 'tinyqueue';
import { seededRandom } from '../seeded-random.ts';
import { numberProducts } from './product-numbers.ts';
import { Waiting } from './waiting.ts';

/** An order as packing sees it: what it moves, and how large it is. */
export type Parcel = {
  /** The products it moves, each once. */
  readonly products: readonly string[];
  /** Bytes that it adds to a request, roughly. */
  readonly bytes: number;
  /** Whether it has to travel alone, because it takes more than one transaction. */
  readonly alone: boolean;
};

/** What one transaction may hold. */
export type Capacity = { readonly actions: number; readonly bytes: number };

/**
 * How many parcels that wait for one product are weighed against each other at a time. More make
 * groups a little better, and packing slower in proportion.
 */
const MOST_WEIGHED = 24;

/** The same by looks at their products: parcels of many products are weighed fewer at a time. */
const LOOKS_FOR_A_PRODUCT = 72;

/** How many parcels are weighed to fill up a group when nothing related fits any more. */
const LOOK_AHEAD = 64;

/** From this many parcels on that wait for it, a product fills several groups whatever is done. */
const HOT = 40;

/** What a product costs that is new to a group, as a share of what it may cost elsewhere again. */
const COST_OF_NEW = 0.5;

/**
 * How much more a product counts that is hot: one more group that has it saves none of the others,
 * and all groups that have it wait for each other.
 */
const HOT_FACTOR = 3;

/** What an action costs that a group has room for and does not use, in products to be paid again. */
const COST_OF_UNUSED = 0.05;

/** How often each group is tried at most. */
const MOST_TRIES = 16;

/**
 * How many looks at a parcel's product all tries after the first may take, roughly: where parcels
 * are many or large there are fewer tries.
 */
const MOST_LOOKS = 2_500_000;

/** By how much the weights are shaken from one try to the next. */
const NOISE = 0.5;

/** A group with less room than for a parcel and a line of it counts as full. */
const LEAST_ACTIONS = 2;

/**
 * Puts parcels into groups of which each fits one transaction.
 *
 * A group costs one action for each order, one for each line, and one for each *different* product:
 * what orders share is paid once. So a group begins with the oldest parcel that is left, and grows
 * by whichever saves most. A product that is in the group already saves the more the fewer others
 * still wait for it, because after the last of them it never has to be paid again; a new product
 * costs the more the more others will want it elsewhere. When nothing related fits, the best of
 * the oldest begins another cluster in the same group.
 *
 * Each group is tried several times with the weights a little different, and the try is kept that
 * leaves the fewest products to be paid for again. Near-linear: each parcel is weighed a bounded
 * number of times.
 *
 * @returns groups of indexes into `parcels`, in which every parcel is exactly once; each group
 *   is in the order its parcels came, and begins with the oldest that no earlier group has. The
 *   same parcels always make the same groups
 */
export const pack = (parcels: readonly Parcel[], capacity: Capacity): number[][] => {
  const loads = toLoads(parcels);
  const waiting = new Waiting(loads.map(({ products }) => products));
  const tries = Math.min(MOST_TRIES, MOST_LOOKS / looksOfOneTry(loads));
  const random = seededRandom(1);
  const groups: number[][] = [];
  for (let seed = waiting.oldest(); seed !== undefined; seed = waiting.oldest()) {
    let best = grow(seed, loads, waiting, capacity, () => 0);
    for (let other = 1; other < tries; other += 1) {
      const group = grow(seed, loads, waiting, capacity, () => random() * NOISE);
      if (group.cost < best.cost) best = group;
    }
    for (const index of best.parcels) waiting.remove(index);
    groups.push(best.parcels.sort((a, b) => a - b));
  }
  return groups;
};

/** Roughly how often one try of all groups looks at a parcel's product. */
const looksOfOneTry = (loads: readonly Load[]): number =>
  loads.reduce((sum, { products }) => sum + LOOKS_FOR_A_PRODUCT * products.length, 0);

/** A parcel with numbers for its products: they are looked up often. */
type Load = Omit<Parcel, 'products'> & { readonly products: readonly number[] };

const toLoads = (parcels: readonly Parcel[]): Load[] => {
  const numbers = numberProducts(parcels.map(({ products }) => products));
  return parcels.map(({ bytes, alone }, index) => ({
    products: numbers[index] ?? [],
    bytes,
    alone,
  }));
};

type Group = {
  readonly parcels: number[];
  /** Its products that others still wait for, those with few others counted for less. */
  readonly cost: number;
};

const factorOf = (waits: number): number => (waits < HOT ? 1 : HOT_FACTOR);

type Candidate = { readonly index: number; readonly saving: number };

/** Tries one group, and leaves everything waiting as it was. */
const grow = (
  seed: number,
  loads: readonly Load[],
  waiting: Waiting,
  capacity: Capacity,
  noise: () => number,
): Group => {
  const parcels: number[] = [];
  const products = new Set<number>();
  const related = new TinyQueue<Candidate>([], (a, b) => b.saving - a.saving || a.index - b.index);
  let actions = 0;
  let bytes = 0;

  const actionsOf = ({ products: wanted }: Load): number => {
    let own = 1 + wanted.length;
    for (const product of wanted) if (!products.has(product)) own += 1;
    return own;
  };
  const fits = (load: Load): boolean =>
    !load.alone &&
    actions + actionsOf(load) <= capacity.actions &&
    bytes + load.bytes <= capacity.bytes;
  const isFull = (): boolean => actions + LEAST_ACTIONS > capacity.actions;
  const weigh = (index: number): Candidate => {
    let saving = noise();
    for (const product of (loads[index] as Load).products) {
      const waits = waiting.countOf(product);
      const share = 1 / Math.min(waits, HOT);
      if (products.has(product)) saving += share;
      else saving -= (1 - share) * COST_OF_NEW * factorOf(waits);
    }
    return { index, saving };
  };
  const add = (index: number): void => {
    const load = loads[index] as Load;
    actions += actionsOf(load);
    bytes += load.bytes;
    parcels.push(index);
    waiting.take(index);
    const window = Math.ceil(
      Math.min(MOST_WEIGHED, LOOKS_FOR_A_PRODUCT / Math.max(1, load.products.length)),
    );
    const windows = load.products.map((product) => (products.has(product) ? 1 : window));
    for (const product of load.products) products.add(product);
    if (isFull()) return;
    for (const [position, product] of load.products.entries()) {
      for (const next of waiting.nextOf(product, windows[position] ?? 0)) related.push(weigh(next));
    }
  };
  const addRelated = (): void => {
    for (let next = related.pop(); next; next = related.pop()) {
      if (waiting.has(next.index) && fits(loads[next.index] as Load)) add(next.index);
      if (isFull()) return;
    }
  };
  const bestOfTheOldest = (): number | undefined => {
    let best: Candidate | undefined;
    let weighed = 0;
    for (const index of waiting.since(seed)) {
      if (weighed === LOOK_AHEAD) break;
      weighed += 1;
      if (!fits(loads[index] as Load)) continue;
      const candidate = weigh(index);
      if (!best || candidate.saving > best.saving) best = candidate;
    }
    return best?.index;
  };

  add(seed);
  if (!loads[seed]?.alone) {
    addRelated();
    while (!isFull()) {
      const index = bestOfTheOldest();
      if (index === undefined) break;
      add(index);
      addRelated();
    }
  }
  let cost = (capacity.actions - actions) * COST_OF_UNUSED;
  for (const product of products) {
    const waits = waiting.countOf(product);
    cost += (1 - 1 / (waits + 1)) * factorOf(waits);
  }
  for (const index of parcels) waiting.putBack(index);
  waiting.rewind(products);
  return { parcels, cost };
};
