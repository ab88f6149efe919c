/**
 * Small worlds: two or three operations on one order of one product, of which every interleaving is
 * simulated, with every placement of at most one fault.
 */
import type { Order } from '../../lib/domain/order.ts';
import { aCancelledOrder, aLine, anOrder, EARLIER } from '../support/builders.ts';
import { type Choose, createChance } from './choices.ts';
import { BEGINNING } from './database.ts';
import { type Beginning, SMALL } from './deeds/deed.ts';
import { DEED_KINDS, type DeedKind, KINDS } from './deeds/index.ts';
import type { Plan } from './plan.ts';
import type { Scheduler } from './scheduler.ts';
import { drawShop, type Fault, type Swarm } from './swarm.ts';

/** What can be done in a small world; a sweep handles the order if it is due. */
export type OperationName = DeedKind | 'sweep';

export type SmallWorld = {
  readonly begins: Beginning;
  readonly operations: readonly OperationName[];
};

/** Where a request can be overtaken: reads are done at once, writes keep their items busy. */
export type Step = 'read' | 'begin' | 'finish' | undefined;

type Waiting = {
  /** The process. */
  readonly by: string;
  readonly step: Step;
  /** What it is about. */
  readonly tables: ReadonlySet<string>;
  readonly run: () => unknown;
};

export type Small = {
  readonly plan: Plan;
  readonly swarm: Swarm;
  /** Sweeps that begin with everybody else. */
  readonly sweeps: number;
  readonly choose: Choose;
  /** Lets a request wait until it is the one that goes on. */
  readonly pass: (scheduler: Scheduler, waiting: Waiting) => void;
  /** What goes wrong with a request that is sent; nothing after the one fault. */
  readonly faultOf: (operation: string) => Fault | undefined;
  /** Whether this history differs from an earlier one only in the sequence of what commutes. */
  readonly isRedundant: () => boolean;
};

/** Chooses one of so many ways to go on. */
export type Decide = (ways: number) => number;

/** Longer than all that a process does between two requests, so that it is back at the next turn. */
const TURN_MS = 20;

const ON_WRITE: readonly Fault[] = [
  'request lost',
  'answer lost',
  'connection lost under way',
  'killed',
  'conflict',
  'throttled inside',
  'index late',
];
/** A read changes nothing: whether it was carried out before its answer was lost is the same. */
const ON_READ: readonly Fault[] = ['request lost', 'throttled', 'killed'];
const ON_SEND: readonly Fault[] = ['request lost', 'answer lost', 'killed'];

const faultsOf = (operation: string): readonly Fault[] => {
  if (operation === 'TransactWriteItems') return ON_WRITE;
  return operation === 'SendMessageBatch' ? ON_SEND : ON_READ;
};

/**
 * Two steps of different processes whose sequence makes no difference: they are about different
 * tables, or one is a read, which sees what is committed, and the other one does not change that.
 */
const commute = (one: Waiting, other: Waiting): boolean => {
  if (one.by === other.by) return false;
  const isRead = one.step === 'read' || other.step === 'read';
  const isFinish = one.step === 'finish' || other.step === 'finish';
  return (isRead && !isFinish) || ![...one.tables].some((table) => other.tables.has(table));
};

/** @param decide makes all choices of this one history, in their order */
export const createSmall = (
  world: SmallWorld,
  decide: Decide,
  { hasFault }: { readonly hasFault: boolean },
): Small => {
  const waiting: Waiting[] = [];
  /** Those that went on here in an earlier history, which this one must not become again. */
  let asleep: Waiting[] = [];
  let isRedundant = false;
  let faultsLeft = hasFault ? 1 : 0;
  /** What each process did since the last commit, from the first that it began on. */
  const tries = new Map<string, number>();
  let mostTries = 1;

  /**
   * One that has met a transaction that is under way would meet it again, for ever. It looks once
   * more at what is there, and then waits until a transaction is finished.
   */
  const isBlocked = ({ by, step }: Waiting): boolean =>
    step !== 'finish' &&
    (tries.get(by) ?? 0) >= mostTries + (step === 'read' ? 1 : 0) &&
    waiting.some((other) => other.step === 'finish');

  /** Reads that a process sends at once are carried out at once. */
  const sentWith = (one: Waiting): readonly Waiting[] =>
    one.step === 'read'
      ? waiting.filter(({ by, step }) => by === one.by && step === 'read')
      : [one];

  /** The search's choice where there is one. */
  const among = (ways: number): number => (ways > 1 ? decide(ways) : 0);

  const turn = (scheduler: Scheduler): void => {
    const awake = waiting.filter(
      (one) => !asleep.includes(one) && !isBlocked(one) && sentWith(one)[0] === one,
    );
    const choice = awake.length === 0 ? 0 : among(awake.length);
    const chosen = awake[choice];
    if (!chosen) {
      isRedundant = true;
      return;
    }
    asleep = [...asleep, ...awake.slice(0, choice)].filter((one) => commute(one, chosen));
    const together = sentWith(chosen);
    for (const one of together) waiting.splice(waiting.indexOf(one), 1);
    const tried = tries.get(chosen.by) ?? 0;
    if (chosen.step === 'begin' || (chosen.step === 'read' && tried > 0)) {
      tries.set(chosen.by, tried + 1);
    }
    for (const one of together) if (one.run() === 'committed') tries.clear();
    if (waiting.length > 0) scheduler.later(TURN_MS, 'next turn', () => turn(scheduler));
  };

  return {
    plan: planOf(world),
    swarm: { ...drawShop(createChance(() => 0)), lagMs: 5_000, tries: 1, expiryGraceMinutes: 1 },
    sweeps: world.operations.filter((name) => name === 'sweep').length,
    // Which of its items a transaction meets another one at.
    choose: (ways, label) => (label.endsWith('/met') ? among(ways) : 0),
    pass: (scheduler, one) => {
      waiting.push(one);
      if (waiting.length === 1) scheduler.later(TURN_MS, 'next turn', () => turn(scheduler));
    },
    faultOf: (operation) => {
      if (faultsLeft === 0) return undefined;
      const kinds = faultsOf(operation);
      const fault = kinds[among(kinds.length + 1) - 1];
      if (fault) faultsLeft -= 1;
      // What is sent again has to meet itself.
      if (fault === 'connection lost under way') mostTries = 2;
      return fault;
    },
    isRedundant: () => isRedundant,
  };
};

const { orderId: ORDER, productId: PRODUCT, items: ITEMS } = SMALL;
const UNITS = ITEMS[0].quantity;

const planOf = ({ begins, operations }: SmallWorld): Plan => ({
  crowd: [],
  setting: { orders: ordersOf(begins), products: { [PRODUCT]: { stock: 5 } } },
  shoppers: operations.flatMap((name, at) => {
    const deed = name === 'sweep' ? undefined : KINDS[name].small;
    return deed
      ? [
          {
            beginsAt: 0,
            deeds: [{ id: `${name.replaceAll(' ', '-')}.${at + 1}`, deed, pauseMs: 0 }],
          },
        ]
      : [];
  }),
});

const inSeconds = (seconds: number): string => new Date(BEGINNING + seconds * 1_000).toISOString();

const ordersOf = (begins: Beginning): Order[] => {
  const lines = { [PRODUCT]: UNITS };
  const writeId = `before-${ORDER}`;
  const inGrace = (releaseAt: string): Order =>
    anOrder(ORDER, lines, {
      writeId,
      status: 'cancelled',
      cancelledAt: EARLIER,
      cancelledFrom: 'confirmed',
      releaseAt,
    });
  switch (begins) {
    case 'absent':
      return [];
    case 'expired':
      return [anOrder(ORDER, lines, { writeId, expiresAt: inSeconds(0) })];
    case 'confirmed':
      return [anOrder(ORDER, lines, { writeId, status: 'confirmed' })];
    case 'cancelled':
      return [
        aCancelledOrder(ORDER, lines, {
          writeId,
          version: 1,
          cancelledFrom: 'confirmed',
          restoredQuantities: [UNITS],
        }),
      ];
    case 'grace':
      return [inGrace(inSeconds(60))];
    case 'grace over':
      return [inGrace(inSeconds(0))];
    case 'locked':
      return [anOrder(ORDER, lines, { writeId, status: 'confirmed', lock: { since: EARLIER } })];
    case 'shipped': {
      const line = aLine(PRODUCT, UNITS, { reservedQuantity: 0, shippedQuantity: UNITS });
      const movementReferences = [`order_${ORDER}`, `order_${ORDER}_shipment`];
      return [anOrder(ORDER, [line], { writeId, status: 'shipped', movementReferences })];
    }
  }
};

const pairs = (
  one: OperationName,
  others: readonly OperationName[],
  begins: readonly Beginning[],
): SmallWorld[] =>
  others.flatMap((other) => begins.map((how) => ({ begins: how, operations: [one, other] })));

/** The operations of which every two meet, also of the same kind, with each of these beginnings. */
const FIRST: readonly OperationName[] = [
  'place',
  'cancel',
  'cancel by queue',
  'cancel in part',
  'ship',
  'delete order',
  'sweep',
];

const FIRST_PAIRS = FIRST.flatMap((one, at) =>
  pairs(one, FIRST.slice(at), ['absent', 'expired', 'confirmed', 'cancelled']),
);

/** The others meet a cancellation, and whom they say. */
const FURTHER_PAIRS = DEED_KINDS.flatMap((kind) => {
  const { meets } = KINDS[kind];
  if (!meets) return [];
  const others = ['cancel', ...meets.others] as OperationName[];
  return pairs(kind, others, meets.begins);
});

const isLong = ({ operations }: SmallWorld): boolean =>
  operations.some((name) => name !== 'sweep' && KINDS[name].meets?.isLong);

/** Pairs that are searched with one fault, too, and those that have too many histories for that. */
export const PAIRS: readonly SmallWorld[] = [
  ...FIRST_PAIRS,
  ...FURTHER_PAIRS.filter((world) => !isLong(world)),
];
export const LONG_PAIRS: readonly SmallWorld[] = FURTHER_PAIRS.filter(isLong);

export const TRIPLES: readonly SmallWorld[] = [
  ...(['absent', 'expired', 'confirmed', 'cancelled'] as const).flatMap((begins): SmallWorld[] => [
    { begins, operations: ['place', 'cancel', 'delete order'] },
    { begins, operations: ['cancel', 'cancel by queue', 'ship'] },
  ]),
  { begins: 'grace over', operations: ['cancel', 'reinstate', 'sweep'] },
  { begins: 'cancelled', operations: ['reinstate', 'cancel', 'ship'] },
  { begins: 'confirmed', operations: ['cancel', 'ship in part', 'cancel in part'] },
  { begins: 'absent', operations: ['place', 'call off lines', 'cancel'] },
];
