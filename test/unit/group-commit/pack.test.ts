import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Capacity, type Parcel, pack } from '../../../lib/group-commit/pack.ts';
import { Waiting } from '../../../lib/group-commit/waiting.ts';
import { type Random, seededRandom } from '../../../lib/seeded-random.ts';

const TRANSACTION: Capacity = { actions: 100, bytes: 4 * 1024 * 1024 };

const parcel = (products: readonly string[], differences: Partial<Parcel> = {}): Parcel => ({
  products,
  bytes: 1_000,
  alone: false,
  ...differences,
});

const actionsOf = (group: readonly number[], parcels: readonly Parcel[]): number => {
  const all = group.map((index) => parcels[index] as Parcel);
  const lines = all.reduce((sum, { products }) => sum + products.length, 0);
  return all.length + lines + new Set(all.flatMap(({ products }) => products)).size;
};

const bytesOf = (group: readonly number[], parcels: readonly Parcel[]): number =>
  group.reduce((sum, index) => sum + (parcels[index]?.bytes ?? 0), 0);

/** 1,000 orders with one to three lines, of products that are chosen like this. */
const randomParcels = (seed: number, choose: (random: Random) => number): Parcel[] => {
  const random = seededRandom(seed);
  return Array.from({ length: 1_000 }, () => {
    const lines = Array.from({ length: 1 + Math.floor(3 * random()) }, () => choose(random));
    return parcel([...new Set(lines)].map((product) => `p${product}`));
  });
};

/** Up to 49 products, so that every parcel fits a transaction of its own; few of them are hot. */
const someParcel: fc.Arbitrary<Parcel> = fc.record({
  products: fc
    .uniqueArray(fc.oneof(fc.nat(3), fc.nat(60), fc.nat(1_000)), { maxLength: 49, size: 'small' })
    .map((products) => products.map((product) => `p${product}`)),
  bytes: fc.nat(500_000),
  alone: fc.boolean().chain((alone) => (alone ? fc.boolean() : fc.constant(false))),
});

const someParcels = fc.array(someParcel, { maxLength: 120 });

describe('Packing parcels', () => {
  test('puts what shares a product into one group', () => {
    const parcels = Array.from({ length: 49 }, () => parcel(['mug']));

    const [group, ...others] = pack(parcels, TRANSACTION);

    expect(new Set(group)).toEqual(new Set(parcels.keys()));
    expect(others).toEqual([]);
  });

  test('takes as many orders of one hot product as one transaction holds', () => {
    const parcels = Array.from({ length: 1_000 }, () => parcel(['mug']));

    const groups = pack(parcels, TRANSACTION);

    // One update for the product, and an order and a movement for each.
    expect(groups[0]).toHaveLength(49);
    expect(groups).toHaveLength(Math.ceil(1_000 / 49));
  });

  test('fills up a group with what is not related', () => {
    const parcels = Array.from({ length: 66 }, (_, index) => parcel([`p${index}`]));

    expect(pack(parcels, TRANSACTION).map(({ length }) => length)).toEqual([33, 33]);
  });

  test('brings related parcels together that came far apart', () => {
    const parcels = Array.from({ length: 196 }, (_, index) => parcel([`p${index % 4}`]));

    const groups = pack(parcels, TRANSACTION);

    // Four products, 49 orders each: nothing is paid for twice.
    expect(groups).toHaveLength(4);
    for (const group of groups) expect(actionsOf(group, parcels)).toBe(99);
  });

  test('of nothing makes no groups', () => {
    expect(pack([], TRANSACTION)).toEqual([]);
  });

  test('leaves a parcel alone that is too large for anybody’s company', () => {
    const parcels = [parcel(['mug']), parcel(['mug'], { bytes: 5_000_000 }), parcel(['mug'])];

    expect(pack(parcels, TRANSACTION)).toEqual([[0, 2], [1]]);
  });

  test('minds products with names of our own language', () => {
    const parcels = [parcel(['constructor', '__proto__']), parcel(['toString', 'constructor'])];

    expect(pack(parcels, TRANSACTION)).toEqual([[0, 1]]);
  });

  test('keeps a product that everybody wants out of groups that can do without it', () => {
    // One product is wanted a thousand times as often as another, as in a real shop.
    const parcels = randomParcels(1, (random) => Math.floor(1_000 ** random()));

    const groups = pack(parcels, TRANSACTION);

    const withHot = groups.filter((group) =>
      group.some((index) => parcels[index]?.products.includes('p1')),
    );
    // Groups that have it fly one after the other, whatever else they have.
    expect(withHot.length / groups.length).toBeLessThan(0.5);
  });

  test('pays hardly more than once for a product, even where orders hardly ever meet', () => {
    const parcels = randomParcels(3, (random) => Math.floor(1_000 * random()));

    const groups = pack(parcels, TRANSACTION);

    const actions = groups.reduce((sum, group) => sum + actionsOf(group, parcels), 0);
    const least = actionsOf([...parcels.keys()], parcels);
    expect(actions / least).toBeLessThan(1.0635);
  });

  test('takes about as many steps for each parcel, however many there are', () => {
    const stepsFor = (count: number): number => {
      // Every other parcel has nothing to do with any other. So many are packed in a single try.
      const parcels = Array.from({ length: count }, (_, index) =>
        parcel(
          index % 2 === 0 ? [`p${index % 10}`, `q${(index * 104_729) % 1_000}`] : [`r${index}`],
        ),
      );
      return countSteps(() => pack(parcels, TRANSACTION)) / count;
    };

    const few = stepsFor(25_000);
    expect(few).toBeGreaterThan(10);
    expect(stepsFor(50_000)).toBeLessThan(1.3 * few);
  });
});

/** How often a parcel or a product is looked at: a measure of time that no other work disturbs. */
const countSteps = (work: () => void): number => {
  const { has, countOf } = Waiting.prototype;
  let steps = 0;
  Waiting.prototype.has = function (index) {
    steps += 1;
    return has.call(this, index);
  };
  Waiting.prototype.countOf = function (product) {
    steps += 1;
    return countOf.call(this, product);
  };
  try {
    work();
  } finally {
    Object.assign(Waiting.prototype, { has, countOf });
  }
  return steps;
};

describe('Whatever the parcels are', () => {
  test('every one of them is in exactly one group', () => {
    fc.assert(
      fc.property(someParcels, (parcels) => {
        const packed = pack(parcels, TRANSACTION).flat();

        expect(packed.sort((a, b) => a - b)).toEqual(parcels.map((_, index) => index));
      }),
    );
  });

  test('no group takes more actions or bytes than a transaction holds', () => {
    const capacities = fc.record({
      actions: fc.integer({ min: 99, max: 130 }),
      bytes: fc.integer({ min: 500_000, max: 4_000_000 }),
    });
    fc.assert(
      fc.property(someParcels, capacities, (parcels, capacity) => {
        for (const group of pack(parcels, capacity)) {
          expect(actionsOf(group, parcels)).toBeLessThanOrEqual(capacity.actions);
          expect(bytesOf(group, parcels)).toBeLessThanOrEqual(capacity.bytes);
        }
      }),
    );
  });

  test('those that have to travel alone do', () => {
    fc.assert(
      fc.property(someParcels, (parcels) => {
        for (const group of pack(parcels, TRANSACTION)) {
          if (group.some((index) => parcels[index]?.alone)) expect(group).toHaveLength(1);
        }
      }),
    );
  });

  test('the first of each group is the oldest that is left', () => {
    fc.assert(
      fc.property(someParcels, (parcels) => {
        const left = new Set(parcels.keys());
        for (const group of pack(parcels, TRANSACTION)) {
          expect(group[0]).toBe(Math.min(...left));
          for (const index of group) left.delete(index);
        }
      }),
    );
  });

  test('packing them again gives the same', () => {
    fc.assert(
      fc.property(someParcels, (parcels) => {
        expect(pack(structuredClone(parcels), TRANSACTION)).toEqual(pack(parcels, TRANSACTION));
      }),
    );
  });
});
