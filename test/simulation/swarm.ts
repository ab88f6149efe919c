/**
 * What a seed's world is like. Each seed draws which faults are on and how often they come, how slow
 * things are and what shoppers do, so that rare things meet each other in some seeds, instead of
 * everything in each (swarm testing).
 *
 * @see https://www.cs.utah.edu/~regehr/papers/swarm12.pdf
 */
import type { Chance } from './choices.ts';
import { DEED_KINDS, type DeedKind, KINDS } from './deeds/index.ts';

/** What may go wrong with one request. */
export const NETWORK_FAULTS = [
  'request lost',
  'request swallowed',
  'request late',
  'answer lost',
  'answer swallowed',
  'server error before',
  'server error after',
  'throttled',
] as const;

/** What DynamoDB may do to a transaction, a batch of reads or a query. */
export const TRANSACTION_FAULTS = ['conflict', 'throttled inside'] as const;
export const BATCH_FAULTS = ['keys unprocessed', 'read torn'] as const;
export const QUERY_FAULTS = ['page broken off'] as const;

/** What SQS may do to a call. */
export const QUEUE_FAULTS = ['partly taken'] as const;

/**
 * What may go wrong with a request of a function that answers no caller: its role was changed, and
 * that takes some seconds to be so everywhere. A caller would rightly be told of an error then.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export const ROLE_FAULTS = ['denied'] as const;

/** What may go wrong with an invocation or a message. */
export const OTHER_FAULTS = [
  'outage',
  'killed',
  'caller gives up',
  'message twice',
  'deletion lost',
  'sweep twice',
  'sweep missed',
] as const;

export const FAULTS = [
  ...NETWORK_FAULTS,
  ...TRANSACTION_FAULTS,
  ...BATCH_FAULTS,
  ...QUERY_FAULTS,
  ...QUEUE_FAULTS,
  ...ROLE_FAULTS,
  ...OTHER_FAULTS,
] as const;

export type FaultKind = (typeof FAULTS)[number];

/** What happens in small worlds only, at a place that the search chooses: see small.ts. */
export type Fault = FaultKind | 'connection lost under way' | 'index late';

export type Swarm = {
  /** The probability of each fault; that of a request is per request. */
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** How often each deed is done, in relation to the others. */
  readonly deeds: Readonly<Record<DeedKind, number>>;
  /** A share of the requests takes longer than the usual milliseconds. */
  readonly travelMs: number;
  readonly isSpread: boolean;
  /** How long a transaction keeps its items busy, at most, in milliseconds. */
  readonly holdMs: number;
  /** How late indexes are, at most, in milliseconds. */
  readonly lagMs: number;
  /** Write units that a partition takes in a second; 0 for any number. */
  readonly writeUnits: number;
  /** How far the clocks of two invocations differ, at most, in milliseconds. */
  readonly skewMs: number;
  /** How long one step of an invocation computes, at most, in milliseconds. */
  readonly workMs: number;
  readonly workers: number;
  /** The most messages of an invocation. */
  readonly batch: number;
  /** Over how many milliseconds the shoppers come. */
  readonly spanMs: number;
  readonly shoppers: number;
  readonly deedsEach: number;
  readonly products: number;
  readonly orders: number;
  /** Units of each product at the beginning. */
  readonly stock: number;
  /** Lines of large orders; 0 where there are none. */
  readonly largeLines: number;
  /** The share of the orders with many lines that are dealt with, where there are any. */
  readonly largeShare: number;
  /** The share of the shoppers who do the same things with one order again and again. */
  readonly renewing: number;
  /** The longest that a shopper waits between two deeds, in milliseconds. */
  readonly pauseMs: number;
  /** Times at which DynamoDB does nothing, in milliseconds, and how it shows that. */
  readonly outages: readonly Outage[];
  /** How long an order that has expired keeps its units, in minutes. */
  readonly expiryGraceMinutes: number;
  /** How often a caller sends a call again that was not answered. */
  readonly tries: number;
  /** Faults go on for so many milliseconds while anything is left to do, also without shoppers. */
  readonly lastsMs: number;
  /** Orders that are cancelled many at a time; nothing where there are none. */
  readonly crowd: Crowd | undefined;
};

/** Many orders of customers who do nothing themselves. */
export type Crowd = {
  readonly orders: number;
  /** Which products they have: all alike, half of them the first, or the later the fewer. */
  readonly spread: 'uniform' | 'hot' | 'zipf';
  /** The share of them with all large lines, where there are any. */
  readonly largeShare: number;
  /** The most that are cancelled by one request. */
  readonly atOnce: number;
};

export type Outage = {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly shownAs: 'request swallowed' | 'server error before' | 'throttled';
};

/** An outage that takes an invocation's whole time leaves its work to the next one. */
export const LONGEST_OUTAGE_MS = 90_000;

const drawOutages = ({ happens, between, oneOf }: Chance, spanMs: number): Outage[] =>
  ['outage1', 'outage2'].flatMap((label) => {
    if (!happens(0.15, label)) return [];
    const from = between(0, spanMs, `${label}/from`);
    const to = from + between(1_000, LONGEST_OUTAGE_MS, `${label}/lasts`);
    const shownAs = oneOf(
      ['throttled', 'server error before', 'request swallowed'] as const,
      `${label}/shown as`,
    );
    return [{ label, from, to, shownAs }];
  });

/** A shop of everyday. */
export const drawShop = (chance: Chance): Swarm => {
  const { choose, oneOf, between, happens } = chance;
  const spanMs = oneOf([50, 1_000, 20_000, 150_000], 'swarm/span');
  const isCalm = happens(0.05, 'swarm/calm');
  const level = (kind: string): number =>
    isCalm ? 0 : oneOf([0, 0, 0, 0.01, 0.03, 0.1], `swarm/fault ${kind}`);
  const weight = (kind: DeedKind): number =>
    KINDS[kind].often * oneOf([0, 1, 1, 3], `swarm/deed ${kind}`);
  const isLarge = happens(0.15, 'swarm/large');
  const deeds = Object.fromEntries(DEED_KINDS.map((kind) => [kind, weight(kind)])) as Record<
    DeedKind,
    number
  >;
  return {
    faults: Object.fromEntries(FAULTS.map((kind) => [kind, level(kind)])) as Swarm['faults'],
    deeds: { ...deeds, place: deeds.place + 1, 'place large': isLarge ? 4 : 0 },
    travelMs: oneOf([3, 3, 10, 50], 'swarm/travel'),
    isSpread: choose(3, 'swarm/spread') > 0,
    holdMs: oneOf([5, 20, 100], 'swarm/hold'),
    lagMs: oneOf([0, 20, 2_000, 60_000], 'swarm/lag'),
    writeUnits: oneOf([0, 0, 1_000, 400], 'swarm/units'),
    skewMs: oneOf([0, 0, 5, 2_000], 'swarm/skew'),
    workMs: oneOf([0, 1, 4], 'swarm/work'),
    workers: between(2, 4, 'swarm/workers'),
    batch: oneOf([1_000, 1, 3, 10], 'swarm/batch'),
    spanMs,
    shoppers: between(2, 14, 'swarm/shoppers'),
    deedsEach: between(1, 5, 'swarm/deeds each'),
    products: oneOf([1, 2, 4, 8], 'swarm/products'),
    orders: between(1, 8, 'swarm/orders'),
    stock: oneOf([5, 50, 1_000], 'swarm/stock'),
    largeLines: isLarge ? oneOf([55, 55, 55, 110, 110, 300], 'swarm/lines') : 0,
    largeShare: isLarge ? oneOf([0.3, 0.3, 1], 'swarm/large share') : 0,
    renewing: oneOf([0, 0, 0.3, 0.8], 'swarm/renewing'),
    pauseMs: oneOf([20, 300, 3_000], 'swarm/pause'),
    outages: isCalm ? [] : drawOutages(chance, spanMs),
    expiryGraceMinutes: oneOf([0, 0, 1], 'swarm/expiry grace'),
    tries: between(1, 4, 'swarm/tries'),
    lastsMs: oneOf([0, 0, 30_000, 150_000], 'swarm/lasts'),
    crowd: undefined,
  };
};
