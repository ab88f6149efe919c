/**
 * Small worlds: two or three operations on one order of one product, of which every interleaving is
 * simulated, with every placement of at most one fault.
 */
import { aCancelledOrder, anOrder } from '../support/builders.ts';
import { type Choose, createChance } from './choices.ts';
import { BEGINNING } from './database.ts';
import type { Deed, Plan } from './plan.ts';
import type { Scheduler } from './scheduler.ts';
import { drawShop, type Fault, type Swarm } from './swarm.ts';

/** What can be done in a small world; a sweep expires the order if it is due. */
export const OPERATIONS = [
  'place',
  'cancel',
  'cancel by queue',
  'cancel in part',
  'ship',
  'delete order',
  'sweep',
] as const;

export type OperationName = (typeof OPERATIONS)[number];

/** How the order is at the beginning. */
export const BEGINNINGS = ['absent', 'expired', 'confirmed', 'cancelled'] as const;

export type SmallWorld = {
  readonly begins: (typeof BEGINNINGS)[number];
  readonly operations: readonly OperationName[];
};

/** Where a request can be overtaken: reads are done at once, writes keep their items busy. */
export type Step = 'read' | 'begin' | 'finish' | undefined;

type Waiting = {
  /** The process. */
  readonly by: string;
  readonly step: Step;
  readonly label: string;
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
 * Two steps of different processes whose sequence makes no difference: a read sees what is
 * committed, and neither another read nor a transaction that begins changes that.
 */
const commute = (one: Waiting, other: Waiting): boolean =>
  one.by !== other.by &&
  [one, other].every(({ step }) => step === 'read' || step === 'begin') &&
  (one.step === 'read' || other.step === 'read');

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

  /** The search's choice where there is one. */
  const among = (ways: number): number => (ways > 1 ? decide(ways) : 0);

  const turn = (scheduler: Scheduler): void => {
    const awake = waiting.filter((one) => !asleep.includes(one) && !isBlocked(one));
    const choice = awake.length === 0 ? 0 : among(awake.length);
    const chosen = awake[choice];
    if (!chosen) {
      isRedundant = true;
      return;
    }
    asleep = [...asleep, ...awake.slice(0, choice)].filter((one) => commute(one, chosen));
    waiting.splice(waiting.indexOf(chosen), 1);
    const tried = tries.get(chosen.by) ?? 0;
    if (chosen.step === 'begin' || (chosen.step === 'read' && tried > 0)) {
      tries.set(chosen.by, tried + 1);
    }
    if (chosen.run() === 'committed') tries.clear();
    if (waiting.length > 0) scheduler.later(TURN_MS, 'next turn', () => turn(scheduler));
  };

  return {
    plan: planOf(world),
    swarm: { ...drawShop(createChance(() => 0)), lagMs: 5_000, tries: 1 },
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

const ORDER = 'o1';
const PRODUCT = 'p1';
const UNITS = 2;

const planOf = ({ begins, operations }: SmallWorld): Plan => ({
  crowd: [],
  setting: { orders: ordersOf(begins), products: { [PRODUCT]: { stock: 5 } } },
  shoppers: operations.flatMap((name, at) => {
    const deed = deedOf(name);
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

const ordersOf = (begins: SmallWorld['begins']) => {
  const lines = { [PRODUCT]: UNITS };
  const writeId = `before-${ORDER}`;
  switch (begins) {
    case 'absent':
      return [];
    case 'expired':
      return [anOrder(ORDER, lines, { writeId, expiresAt: new Date(BEGINNING).toISOString() })];
    case 'confirmed':
      return [anOrder(ORDER, lines, { writeId, status: 'confirmed' })];
    case 'cancelled':
      return [aCancelledOrder(ORDER, lines, { writeId, version: 1, restoredQuantities: [UNITS] })];
  }
};

const deedOf = (name: OperationName): Deed | undefined => {
  const orderId = ORDER;
  switch (name) {
    case 'place':
      return { type: name, orderId, items: [{ productId: PRODUCT, quantity: UNITS }] };
    case 'cancel':
      return { type: name, orderId, restock: true };
    case 'cancel by queue':
      return { type: 'message', orderIds: [orderId] };
    case 'cancel in part':
      return { type: name, orderId, items: [{ productId: PRODUCT, quantity: 1 }], key: 'k1' };
    case 'ship':
    case 'delete order':
      return { type: name, orderId };
    case 'sweep':
      return undefined;
  }
};

/** Every pair of operations, also of two of the same kind, with every beginning. */
export const PAIRS: readonly SmallWorld[] = OPERATIONS.flatMap((one, at) =>
  OPERATIONS.slice(at).flatMap((other) =>
    BEGINNINGS.map((begins): SmallWorld => ({ begins, operations: [one, other] })),
  ),
);

export const TRIPLES: readonly SmallWorld[] = BEGINNINGS.flatMap((begins): SmallWorld[] => [
  { begins, operations: ['place', 'cancel', 'delete order'] },
  { begins, operations: ['cancel', 'cancel by queue', 'ship'] },
]);
