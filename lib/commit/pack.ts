import TinyQueue from 'tinyqueue';
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
const WINDOW = 24;

/** How many parcels are tried to fill up a group when nothing related fits any more. */
const LOOK_AHEAD = 64;

/** Roughly how many parcels one group holds of a product that everybody wants. */
const HOT = 25;

/** The least a parcel can add to a group: itself and a line of a product that is in it already. */
const LEAST_COST = 2;

/**
 * Puts parcels into groups of which each fits one transaction.
 *
 * A group costs one action for each order, one for each line, and one for each *different* product:
 * what orders share is paid once. So a group begins with the oldest parcel that is left, and grows
 * by whichever saves most. A product that is in the group already saves the more the fewer others
 * still wait for it, because after the last of them it never has to be paid again; a new product
 * costs the more the more others will want it elsewhere. When nothing related fits, the oldest that
 * fits begins another cluster in the same group.
 *
 * Near-linear: each parcel is weighed a bounded number of times.
 *
 * @returns groups of indexes into `parcels`, in which every parcel is exactly once; each group
 *   is in the order its parcels came, and begins with the oldest that no earlier group has
 */
export const pack = (parcels: readonly Parcel[], capacity: Capacity): number[][] => {
  const waiting = new Waiting(parcels.map(({ products }) => products));
  const groups: number[][] = [];
  for (let seed = waiting.oldest(); seed !== undefined; seed = waiting.oldest()) {
    groups.push(growGroup(seed, parcels, waiting, capacity).sort((a, b) => a - b));
  }
  return groups;
};

type Candidate = { readonly index: number; readonly saving: number };

const growGroup = (
  seed: number,
  parcels: readonly Parcel[],
  waiting: Waiting,
  capacity: Capacity,
): number[] => {
  const group: number[] = [];
  const products = new Set<string>();
  const related = new TinyQueue<Candidate>([], (a, b) => b.saving - a.saving || a.index - b.index);
  let actions = 0;
  let bytes = 0;

  const costOf = ({ products: wanted }: Parcel): number => {
    let cost = 1 + wanted.length;
    for (const product of wanted) if (!products.has(product)) cost += 1;
    return cost;
  };
  const fits = (parcel: Parcel): boolean =>
    !parcel.alone &&
    actions + costOf(parcel) <= capacity.actions &&
    bytes + parcel.bytes <= capacity.bytes;
  const savingOf = ({ products: wanted }: Parcel): number => {
    let saving = 0;
    for (const product of wanted) {
      const share = 1 / Math.min(waiting.countOf(product), HOT);
      saving += products.has(product) ? share : (share - 1) / 2;
    }
    return saving;
  };
  const add = (index: number): void => {
    const parcel = parcels[index] as Parcel;
    actions += costOf(parcel);
    bytes += parcel.bytes;
    group.push(index);
    waiting.take(index);
    const isNew = parcel.products.map((product) => !products.has(product));
    for (const product of parcel.products) products.add(product);
    for (const [position, product] of parcel.products.entries()) {
      for (const next of waiting.nextOf(product, isNew[position] ? WINDOW : 1)) {
        related.push({ index: next, saving: savingOf(parcels[next] as Parcel) });
      }
    }
  };
  const addRelated = (): void => {
    for (let next = related.pop(); next; next = related.pop()) {
      if (waiting.has(next.index) && fits(parcels[next.index] as Parcel)) add(next.index);
      if (actions + LEAST_COST > capacity.actions) return;
    }
  };

  add(seed);
  if (!parcels[seed]?.alone) {
    addRelated();
    let tried = 0;
    for (const index of waiting.since(seed)) {
      if (actions + LEAST_COST > capacity.actions || tried === LOOK_AHEAD) break;
      tried += 1;
      if (!fits(parcels[index] as Parcel)) continue;
      add(index);
      addRelated();
    }
  }
  waiting.rewind(products);
  return group;
};
