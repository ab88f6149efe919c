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

/** 1,000 orders with one to three lines of products that `choose` picks. */
const randomParcels = (seed: number, choose: (random: Random) => number): Parcel[] => {
  const random = seededRandom(seed);
  return Array.from({ length: 1_000 }, () => {
    const lines = Array.from({ length: 1 + Math.floor(3 * random()) }, () => choose(random));
    return parcel([...new Set(lines)].map((product) => `p${product}`));
  });
};

/** Up to 49 products, so that every parcel fits into one transaction; few of them are hot. */
const someParcel: fc.Arbitrary<Parcel> = fc.record({
  products: fc
    .uniqueArray(fc.oneof(fc.nat(3), fc.nat(60), fc.nat(1_000)), { maxLength: 49, size: 'small' })
    .map((products) => products.map((product) => `p${product}`)),
  bytes: fc.nat(500_000),
  alone: fc.boolean().chain((alone) => (alone ? fc.boolean() : fc.constant(false))),
});

const someParcels = fc.array(someParcel, { maxLength: 120 });

describe('Packing parcels', () => {
  test('puts 49 parcels that share a product into one group', () => {
    const parcels = Array.from({ length: 49 }, () => parcel(['mug']));

    const [group, ...others] = pack(parcels, TRANSACTION);

    expect(new Set(group)).toEqual(new Set(parcels.keys()));
    expect(others).toEqual([]);
  });

  test('packs 1,000 parcels of one hot product into 21 groups of at most 49', () => {
    const parcels = Array.from({ length: 1_000 }, () => parcel(['mug']));

    const groups = pack(parcels, TRANSACTION);

    // One update for the product, and an order and a movement for each order.
    expect(groups[0]).toHaveLength(49);
    expect(groups).toHaveLength(Math.ceil(1_000 / 49));
  });

  test('fills groups with unrelated parcels: 66 of one product each make two groups of 33', () => {
    const parcels = Array.from({ length: 66 }, (_, index) => parcel([`p${index}`]));

    expect(pack(parcels, TRANSACTION).map(({ length }) => length)).toEqual([33, 33]);
  });

  test('brings related parcels together that are far apart in the list', () => {
    const parcels = Array.from({ length: 196 }, (_, index) => parcel([`p${index % 4}`]));

    const groups = pack(parcels, TRANSACTION);

    // Four products, 49 orders each: no product is in two groups.
    expect(groups).toHaveLength(4);
    for (const group of groups) expect(actionsOf(group, parcels)).toBe(99);
  });

  test('makes no groups from an empty list', () => {
    expect(pack([], TRANSACTION)).toEqual([]);
  });

  test('gives a parcel of more than 4 MB a group of its own', () => {
    const parcels = [parcel(['mug']), parcel(['mug'], { bytes: 5_000_000 }), parcel(['mug'])];

    expect(pack(parcels, TRANSACTION)).toEqual([[0, 2], [1]]);
  });

  test('fills a group to the last action and the last byte, and not beyond', () => {
    const parcels = Array.from({ length: 3 }, () => parcel(['mug'], { bytes: 10 }));

    expect(pack(parcels, { actions: 7, bytes: 30 })).toEqual([[0, 1, 2]]);
    expect(pack(parcels, { actions: 6, bytes: 30 })).toEqual([[0, 1], [2]]);
    expect(pack(parcels, { actions: 7, bytes: 29 })).toEqual([[0, 1], [2]]);
  });

  test('accepts product ids that are JavaScript property names, such as `__proto__`', () => {
    const parcels = [parcel(['constructor', '__proto__']), parcel(['toString', 'constructor'])];

    expect(pack(parcels, TRANSACTION)).toEqual([[0, 1]]);
  });

  test('keeps the hottest product of a skewed workload out of more than half of the groups', () => {
    // One product is a thousand times as frequent as another, as in a real shop.
    const parcels = randomParcels(1, (random) => Math.floor(1_000 ** random()));

    const groups = pack(parcels, TRANSACTION);

    const withHot = groups.filter((group) =>
      group.some((index) => parcels[index]?.products.includes('p1')),
    );
    // Groups with the hottest product have to go one after the other, whatever else they have.
    expect(withHot.length / groups.length).toBeLessThan(0.5);
  });

  test('needs less than 1.0635 times the minimum of actions when orders rarely share products', () => {
    const parcels = randomParcels(3, (random) => Math.floor(1_000 * random()));

    const groups = pack(parcels, TRANSACTION);

    const actions = groups.reduce((sum, group) => sum + actionsOf(group, parcels), 0);
    const least = actionsOf([...parcels.keys()], parcels);
    expect(actions / least).toBeLessThan(1.0635);
  });

  test('takes less than 1.3 times the steps for each parcel when their number doubles to 50,000', () => {
    const stepsFor = (count: number): number => {
      // Every other parcel shares no product with another. So many are packed in a single try.
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

/** How often a parcel or a product is checked: a measure that does not depend on the machine. */
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

describe('Packing small workloads', () => {
  const workload = (count: number, productsOf: (random: Random, index: number) => number[]) => {
    const random = seededRandom(7);
    return Array.from({ length: count }, (_, index) =>
      parcel([...new Set(productsOf(random, index))].map((product) => `p${product}`)),
    );
  };
  const skewed = (random: Random): number => Math.floor(200 ** random());
  const lines = (random: Random, most: number, choose: (random: Random) => number): number[] =>
    Array.from({ length: 1 + Math.floor(most * random()) }, () => choose(random));

  const SMALL: Readonly<Record<string, readonly Parcel[]>> = {
    uniform: workload(120, (random) => lines(random, 3, (one) => Math.floor(80 * one()))),
    skewed: workload(120, (random) => lines(random, 3, skewed)),
    'large orders': workload(25, (random) => lines(random, 15, skewed)),
    'one hot product': workload(120, (random) => [0, ...lines(random, 2, skewed)]),
    'nothing shared': workload(50, (_, index) => [index]),
  };

  /**
   * The actions of each group, and the steps that packing took: exact numbers, because packing has
   * no clock and no chance in it. Whoever changes a weight sees here what it costs.
   */
  const RECORDED: Readonly<Record<string, unknown>> = {
    uniform: { actions: [100, 99, 100, 100, 82], steps: 21_162 },
    skewed: { actions: [100, 100, 99, 100, 85], steps: 30_488 },
    'large orders': { actions: [100, 100, 97, 32], steps: 26_383 },
    'one hot product': { actions: [100, 98, 100, 99, 100, 26], steps: 25_511 },
    'nothing shared': { actions: [99, 51], steps: 20_915 },
  };

  test.each(Object.entries(SMALL))(
    'takes exactly the actions and steps that are recorded here: %s',
    (name, parcels) => {
      let groups: number[][] = [];
      const steps = countSteps(() => {
        groups = pack(parcels, TRANSACTION);
      });

      const actions = groups.map((group) => actionsOf(group, parcels));
      expect({ actions, steps }).toEqual(RECORDED[name]);
    },
  );

  test('has fewer tries for each group, the more products all parcels have', () => {
    const stepsFor = (count: number): number => {
      const parcels = Array.from({ length: count }, (_, index) => parcel([`p${index % 300}`]));
      return countSteps(() => pack(parcels, TRANSACTION)) / count;
    };

    expect(stepsFor(8_000) / stepsFor(1_000)).toBeLessThan(0.5);
  });
});

describe('For any parcels', () => {
  test('each parcel is in exactly one group', () => {
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

  test('a parcel that is marked `alone` has a group of its own', () => {
    fc.assert(
      fc.property(someParcels, (parcels) => {
        for (const group of pack(parcels, TRANSACTION)) {
          if (group.some((index) => parcels[index]?.alone)) expect(group).toHaveLength(1);
        }
      }),
    );
  });

  test('each group begins with the oldest parcel that is left', () => {
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

  test('the parcels of a group keep their sequence', () => {
    fc.assert(
      fc.property(someParcels, (parcels) => {
        for (const group of pack(parcels, TRANSACTION)) {
          expect(group).toEqual(group.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  test('packing the same parcels again gives the same groups', () => {
    fc.assert(
      fc.property(someParcels, (parcels) => {
        expect(pack(structuredClone(parcels), TRANSACTION)).toEqual(pack(parcels, TRANSACTION));
      }),
    );
  });
});
