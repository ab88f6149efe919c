/** The orders that a benchmark cancels. The spread of their products makes a batch easy or hard. */
import type { NewOrder } from '../../lib/domain/placement.ts';
import { type Random, seededRandom } from '../../lib/seeded-random.ts';

/**
 * - `uniform`: every product is equally likely; orders rarely share one.
 * - `zipf`: the product at rank r is 1 / r^1.1 as likely as the first, as in a real shop.
 * - `shared`: one product is in every order, with up to two others.
 * - `hot`: one product, and nothing else.
 */
export const WORKLOADS = ['uniform', 'zipf', 'shared', 'hot'] as const;
export type Workload = (typeof WORKLOADS)[number];

const PRODUCTS = 1_000;
const MOST_LINES = 3;
const MOST_UNITS = 5;
const ZIPF_EXPONENT = 1.1;

export const productId = (rank: number): string => `product-${rank}`;

/** The same seed makes the same orders, on every machine. */
export const ordersOf = (workload: Workload, count: number, seed: number): NewOrder[] => {
  const random = seededRandom(seed);
  const basket = BASKETS[workload];
  return Array.from({ length: count }, (_, index) => ({
    id: `order-${index}`,
    items: [...basket(random)].map((rank) => ({
      productId: productId(rank),
      quantity: below(MOST_UNITS, random) + 1,
    })),
  }));
};

const below = (limit: number, random: Random): number => Math.floor(random() * limit);

const uniformRank = (random: Random): number => below(PRODUCTS, random);

const zipfSums = (): number[] => {
  let sum = 0;
  return Array.from({ length: PRODUCTS }, (_, rank) => {
    sum += 1 / (rank + 1) ** ZIPF_EXPONENT;
    return sum;
  });
};

/** The sums of the likelihoods of each rank and all ranks before it. */
const ZIPF_SUMS = zipfSums();

const zipfRank = (random: Random): number => {
  const point = random() * (ZIPF_SUMS.at(-1) as number);
  return ZIPF_SUMS.findIndex((sum) => sum > point);
};

/** One to three lines of different products. */
const differentRanks = (rank: (random: Random) => number, random: Random): Set<number> => {
  const lines = below(MOST_LINES, random) + 1;
  const ranks = new Set<number>();
  while (ranks.size < lines) ranks.add(rank(random));
  return ranks;
};

/** The hot product, and up to two others. */
const withHot = (random: Random): Set<number> => {
  const lines = below(MOST_LINES, random) + 1;
  const ranks = new Set([0]);
  while (ranks.size < lines) ranks.add(uniformRank(random));
  return ranks;
};

const BASKETS: Readonly<Record<Workload, (random: Random) => Set<number>>> = {
  uniform: (random) => differentRanks(uniformRank, random),
  zipf: (random) => differentRanks(zipfRank, random),
  shared: withHot,
  hot: () => new Set([0]),
};
