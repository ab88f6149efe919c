/** Kinds of worlds: what a seed's world is like besides what it draws for every day. */
import type { Chance } from './choices.ts';
import { drawShop, LONGEST_OUTAGE_MS, type Swarm } from './swarm.ts';

/** `any` lets the seed choose; most seeds then are a shop of everyday. */
export const WORLDS = ['any', 'duel', 'backlog', 'rush'] as const;

export type WorldKind = (typeof WORLDS)[number];

/** How often a seed chooses each; a rush takes as long as ten others. */
const SHARES = { duel: 0.05, backlog: 0.06, rush: 0.01 } as const;

export const drawSwarm = (chance: Chance, kind: WorldKind = 'any'): Swarm => {
  const swarm = drawShop(chance);
  const is = (one: keyof typeof SHARES): boolean =>
    kind === one || (kind === 'any' && chance.happens(SHARES[one], `swarm/${one}`));
  if (is('duel')) return asDuel(swarm);
  if (is('backlog')) return asBacklog(swarm, chance);
  return is('rush') ? asRush(swarm, chance) : swarm;
};

/**
 * A world in which everybody cancels, deletes and places one large order at the same time, and some
 * of them stand still for two seconds between two transactions. An invocation that goes on then finds
 * another order under the id, and must not believe what it has learned of the one before.
 */
const asDuel = (swarm: Swarm): Swarm => ({
  ...swarm,
  products: 1,
  orders: 1,
  largeLines: 55,
  largeShare: 1,
  renewing: 0.6,
  spanMs: 50,
  pauseMs: 20,
  travelMs: 3,
  holdMs: 5,
  deeds: { ...swarm.deeds, cancel: 20, 'cancel by queue': 5 },
  faults: { ...swarm.faults, 'request swallowed': 0.1 },
});

/**
 * A world in which the queue is full when DynamoDB does nothing for longer than an invocation of the
 * queue function has time. So batches end failed and unfinished, before and after they have read
 * their orders, and messages come back until the outage is over.
 */
const asBacklog = (swarm: Swarm, { between, oneOf }: Chance): Swarm => {
  const from = between(200, 2_500, 'backlog/from');
  const to = from + between(62_000, LONGEST_OUTAGE_MS, 'backlog/lasts');
  const shownAs = oneOf(
    ['throttled', 'server error before', 'request swallowed'] as const,
    'backlog/shown as',
  );
  return {
    ...swarm,
    outages: [{ label: 'backlog/outage', from, to, shownAs }],
    spanMs: 1_000,
    pauseMs: 300,
    deeds: { ...swarm.deeds, 'cancel by queue': 8, 'cancel many': 8, confirm: 8 },
    lastsMs: 150_000,
  };
};

/**
 * A world in which hundreds of orders are cancelled at once by large batches, as after the recall of
 * a product or the failure of a warehouse, while the shoppers go on with some of the same orders.
 */
const asRush = (swarm: Swarm, { between, oneOf }: Chance): Swarm => {
  const largeLines = oneOf([0, 0, 55, 110], 'rush/lines');
  return {
    ...swarm,
    crowd: {
      orders: between(300, 2_000, 'rush/orders'),
      spread: oneOf(['uniform', 'hot', 'zipf'], 'rush/spread'),
      largeShare: largeLines > 0 ? 0.005 : 0,
      atOnce: oneOf([1_000, 1_000, 300, 100], 'rush/at once'),
    },
    products: oneOf([200, 60, 20, 5, 1], 'rush/products'),
    largeLines,
    largeShare: largeLines > 0 ? 0.3 : 0,
    batch: oneOf([1_000, 1_000, 300], 'rush/batch'),
    lastsMs: oneOf([60_000, 150_000, 20_000], 'rush/lasts'),
  };
};
