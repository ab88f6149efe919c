import TinyQueue from 'tinyqueue';
import { seededRandom } from '../seeded-random.ts';
import { numberProducts } from './product-numbers.ts';
import { Waiting } from './waiting.ts';

/** An order as packing sees it: the products that it moves, and its size. */
export type Parcel = {
  /** The products it moves, each once. */
  readonly products: readonly string[];
  /** Bytes that it adds to a request; an estimate. */
  readonly bytes: number;
  /** Whether it needs a group of its own, because it takes more than one transaction. */
  readonly alone: boolean;
};

/** What one transaction may hold. */
export type Capacity = { readonly actions: number; readonly bytes: number };

/**
 * How many of the parcels that wait for one product are weighed at a time. More would make groups a
 * little better, and packing slower in proportion.
 */
const MOST_WEIGHED = 24;

/** The same limit in products: of parcels with many products, fewer are weighed at a time. */
const PRODUCTS_WEIGHED = 72;

/**
 * How many parcels are weighed to fill a group when no parcel that shares a product fits any more.
 */
const LOOK_AHEAD = 64;

/** From this many waiting parcels on, a product is hot: it needs several groups in any packing. */
const HOT = 40;

/**
 * The cost of a product that is new to a group, as a share of its possible cost in another group.
 */
const COST_OF_NEW = 0.5;

/**
 * How much more a hot product counts. One more group with it makes no other group cheaper, and all
 * groups with it have to wait for each other.
 */
const HOT_FACTOR = 3;

/** The cost of an action that a group leaves unused, in products that have to be paid again. */
const COST_OF_UNUSED = 0.05;

/** How many times each group is built at most; the best try is kept. */
const MOST_TRIES = 16;

/**
 * How many times all tries together may examine a product of a parcel; an estimate. With many or
 * large parcels there are fewer tries.
 */
const MOST_EXAMINED = 2_500_000;

/** How much the weights differ at random from one try to the next. */
const NOISE = 0.5;

/** A group without room for a parcel of one line counts as full. */
const LEAST_ACTIONS = 2;

/**
 * Puts parcels into groups that each fit one transaction.
 *
 * A group costs one action for each order, one for each line, and one for each *different* product:
 * a shared product is paid once. A group begins with the oldest parcel that is left, and grows by
 * the parcel that saves most. A product that is in the group already saves more if fewer parcels
 * still wait for it: after the last of them, no other group has to pay for it. A new product costs
 * more if more parcels will need it in other groups. When no related parcel fits, the best of the
 * oldest parcels begins another cluster in the same group.
 *
 * Each group is built several times with slightly different weights. The try is kept that leaves
 * the fewest products to be paid again. Packing is near-linear: each parcel is weighed a bounded
 * number of times.
 *
 * @returns groups of indexes into `parcels`; every parcel is in exactly one group. The parcels of a
 *   group keep their sequence, and the first is the oldest that no earlier group has. The same
 *   parcels always make the same groups
 */
export const pack = (parcels: readonly Parcel[], capacity: Capacity): number[][] => {
  const numbered = withNumbers(parcels);
  const waiting = new Waiting(numbered.map(({ products }) => products));
  const tries = Math.min(MOST_TRIES, MOST_EXAMINED / examinedInOneTry(numbered));
  const random = seededRandom(1);
  const groups: number[][] = [];
  for (let seed = waiting.oldest(); seed !== undefined; seed = waiting.oldest()) {
    let best = grow(seed, numbered, waiting, capacity, () => 0);
    for (let other = 1; other < tries; other += 1) {
      const group = grow(seed, numbered, waiting, capacity, () => random() * NOISE);
      if (group.cost < best.cost) best = group;
    }
    for (const index of best.parcels) waiting.remove(index);
    groups.push(best.parcels.sort((a, b) => a - b));
  }
  return groups;
};

/** How many times one try of all groups examines a product of a parcel; an estimate. */
const examinedInOneTry = (numbered: readonly NumberedParcel[]): number =>
  numbered.reduce((sum, { products }) => sum + PRODUCTS_WEIGHED * products.length, 0);

/** A parcel with numbers instead of product ids, because they are looked up often. */
type NumberedParcel = Omit<Parcel, 'products'> & { readonly products: readonly number[] };

const withNumbers = (parcels: readonly Parcel[]): NumberedParcel[] => {
  const numbers = numberProducts(parcels.map(({ products }) => products));
  return parcels.map(({ bytes, alone }, index) => ({
    products: numbers[index] as readonly number[],
    bytes,
    alone,
  }));
};

type Group = {
  readonly parcels: number[];
  /** Its products that other parcels still wait for; fewer waiting parcels count less. */
  readonly cost: number;
};

const factorOf = (waits: number): number => (waits < HOT ? 1 : HOT_FACTOR);

type Candidate = { readonly index: number; readonly saving: number };

/** Builds one group as a try, and leaves `waiting` as it was. */
const grow = (
  seed: number,
  numbered: readonly NumberedParcel[],
  waiting: Waiting,
  capacity: Capacity,
  noise: () => number,
): Group => {
  const parcels: number[] = [];
  const products = new Set<number>();
  const related = new TinyQueue<Candidate>([], (a, b) => b.saving - a.saving || a.index - b.index);
  let actions = 0;
  let bytes = 0;

  const actionsOf = ({ products: wanted }: NumberedParcel): number => {
    let own = 1 + wanted.length;
    for (const product of wanted) if (!products.has(product)) own += 1;
    return own;
  };
  const fits = (parcel: NumberedParcel): boolean =>
    !parcel.alone &&
    actions + actionsOf(parcel) <= capacity.actions &&
    bytes + parcel.bytes <= capacity.bytes;
  const isFull = (): boolean => actions + LEAST_ACTIONS > capacity.actions;
  const weigh = (index: number): Candidate => {
    let saving = noise();
    for (const product of (numbered[index] as NumberedParcel).products) {
      const waits = waiting.countOf(product);
      const share = 1 / Math.min(waits, HOT);
      if (products.has(product)) saving += share;
      else saving -= (1 - share) * COST_OF_NEW * factorOf(waits);
    }
    return { index, saving };
  };
  const add = (index: number): void => {
    const parcel = numbered[index] as NumberedParcel;
    actions += actionsOf(parcel);
    bytes += parcel.bytes;
    parcels.push(index);
    waiting.take(index);
    const window = Math.ceil(Math.min(MOST_WEIGHED, PRODUCTS_WEIGHED / parcel.products.length));
    const windows = parcel.products.map(
      (product) => [product, products.has(product) ? 1 : window] as const,
    );
    for (const product of parcel.products) products.add(product);
    if (isFull()) return;
    for (const [product, few] of windows) {
      for (const next of waiting.nextOf(product, few)) related.push(weigh(next));
    }
  };
  const addRelated = (): void => {
    for (let next = related.pop(); next; next = related.pop()) {
      if (waiting.has(next.index) && fits(numbered[next.index] as NumberedParcel)) add(next.index);
      if (isFull()) return;
    }
  };
  const bestOfTheOldest = (): number | undefined => {
    let best: Candidate | undefined;
    let weighed = 0;
    for (const index of waiting.since(seed)) {
      if (weighed === LOOK_AHEAD) break;
      weighed += 1;
      if (!fits(numbered[index] as NumberedParcel)) continue;
      const candidate = weigh(index);
      if (!best || candidate.saving > best.saving) best = candidate;
    }
    return best?.index;
  };

  add(seed);
  if (!(numbered[seed] as NumberedParcel).alone) {
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
