import type { Order } from '../domain/order.ts';
import { isReleasing } from '../domain/release.ts';
import { type Capacity, type Parcel, pack } from './pack.ts';
import { Progress, type Task, type TaskResult } from './progress.ts';
import { Schedule } from './schedule.ts';
import {
  emptyMemory,
  type Limits,
  type SettlePorts,
  type Standstill,
  settleGroup,
} from './settle.ts';
import { takeApart } from './take-apart.ts';

/**
 * A group stops early, so that only the orders that cause the trouble have to wait.
 */
const SOON: Limits = { maxConflicts: 4, maxRefusals: 4 };

/**
 * A group in which every order needs the contested item stays together: apart, each order would
 * meet the conflicts alone. The engine retries the group longer and longer, and halves it last.
 */
const LONGER: readonly Limits[] = [
  SOON,
  { maxConflicts: 16, maxRefusals: 16 },
  { maxConflicts: 64, maxRefusals: 64 },
];

/** A single order that no other order waits for is retried as long as there is time. */
const ALONE: Limits = {
  maxConflicts: Number.POSITIVE_INFINITY,
  maxRefusals: Number.POSITIVE_INFINITY,
};

/** Time in which other workers on the same shop try not to write. */
export type TurnToWrite = {
  /** A group has started; so many have not started yet. With 0, the turn passes on. */
  readonly goOn: (left: number) => void;
  /** Gives the turn back, if it has not passed on. Never rejects. */
  readonly end: () => Promise<void>;
};

export type EnginePorts = Omit<SettlePorts, 'maxChanges'> & {
  /** What one transaction may hold. */
  readonly capacity: Capacity;
  /** How many transactions may be in flight at the same time. */
  readonly inFlight: number;
  /** Limits of a single order that is run by itself; no limit if absent. */
  readonly patience?: Partial<Limits>;
  /**
   * Waits for the turn to write groups that move these products. Undefined if they should be
   * written without a turn. Never rejects.
   */
  readonly takeTurn?: (
    products: readonly (readonly string[])[],
  ) => Promise<TurnToWrite | undefined>;
};

export type RunResult<Why> = {
  /** In the order of the tasks. */
  readonly results: readonly TaskResult<Why>[];
  /** Attempts that had to be repeated because of contention or throttling. */
  readonly conflicts: number;
};

/**
 * Settles many orders in as few transactions as it can. Orders that share products go into one
 * group, with one update per product for the whole group. Groups that move the same product are
 * never in flight at the same time.
 *
 * A failure of one order does not affect the others. A group that repeatedly meets conflicts or
 * refusals at some item goes on without the orders that need this item. The engine runs those last,
 * when all other orders are done. A group that fails is halved, down to the one order that causes
 * it. Throttling splits no group, because more requests would make it worse. When the time is up,
 * the engine starts nothing new.
 *
 * @returns one result per task; never rejects because of a single order
 */
export const runTasks = async <Why>(
  tasks: readonly Task<Why>[],
  ports: EnginePorts,
): Promise<RunResult<Why>> => {
  const all = tasks.map((task) => new Progress(task));
  const memory = emptyMemory();
  const settlePorts: SettlePorts = { ...ports, maxChanges: ports.capacity.actions };
  let conflicts = 0;

  /** Settles orders together, and tells why the orders that are left cannot go on like that. */
  const run = async (
    group: readonly Progress<Why>[],
    limits: Limits,
  ): Promise<Standstill<Why> | undefined> => {
    if (group.length === 0 || ports.remaining() <= 0) return undefined;
    try {
      const end = await settleGroup(group, memory, limits, settlePorts);
      conflicts += end.conflicts;
      return end.standstill;
    } catch (error) {
      if (group.length === 1) group[0]?.fail(error);
      return { why: 'failed', about: group };
    }
  };

  /** Runs a group for which other groups wait. Orders that meet contention are left for later. */
  const runSoon = async (group: readonly Progress<Why>[]): Promise<void> => {
    const standstill = await run(group, SOON);
    if (!standstill || group.length === 1) return;
    const halve = mustHalve(standstill);
    const { rest, apart } = takeApart(group, standstill.about, { halve });
    await runSoon(rest);
    if (halve) await runSoon(apart);
  };

  /** Runs a group for which no other order waits, until it is done. */
  const runLate = async (
    group: readonly Progress<Why>[],
    [limits = SOON, ...longer]: readonly Limits[] = LONGER,
  ): Promise<void> => {
    const standstill = await run(group, group.length === 1 ? ALONE : limits);
    if (!standstill || group.length === 1) return;
    const halve = mustHalve(standstill) || longer.length === 0;
    const { rest, apart } = takeApart(group, standstill.about, { halve });
    await runLate(rest);
    await runLate(apart, rest.length > 0 ? LONGER : longer);
  };

  if (all.length === 1) {
    // A call over HTTP: no order to share with, and no order that waits.
    await run(all, { ...ALONE, ...ports.patience });
  } else {
    const loads = loadsOf(all, ports);
    await runGroups(packLoads(loads, ports), ports, runSoon);
    // Orders that always met contention come last: no other order waits for them now.
    const late = loads.filter(({ progress }) => progress.result().type === 'unfinished');
    const { inFlight, remaining } = ports;
    // They take no turn: they may try for long, and would keep all other workers waiting.
    await runGroups(packLoads(late, ports), { inFlight, remaining }, (group) => runLate(group));
  }
  return { results: all.map((progress) => progress.result()), conflicts };
};

/** Whether time alone does not help a group, so that only its halves can go on. */
const mustHalve = ({ why }: Standstill<unknown>): boolean =>
  why === 'failed' || why === 'too_large';

/** An order as a parcel for packing, and the products that its first and all later steps move. */
type Load<Why> = Parcel & {
  readonly progress: Progress<Why>;
  readonly allProducts: readonly string[];
};

/** The loads of the orders that need a step, while there is time. The other orders are settled. */
const loadsOf = <Why>(
  all: readonly Progress<Why>[],
  { now, remaining }: EnginePorts,
): readonly Load<Why>[] => {
  const at = now().toISOString();
  const loads: Load<Why>[] = [];
  for (const progress of all) {
    if (remaining() <= 0) break;
    const step = progress.nextStep(at);
    if (!step) continue;
    const products = step.releases.map(({ productId }) => productId);
    const later = isReleasing(step.order)
      ? step.order.items.filter((line) => line.reservedQuantity > 0)
      : [];
    loads.push({
      progress,
      products,
      allProducts: [...products, ...later.map(({ productId }) => productId)],
      bytes: bytesOf(step.order) + products.length * MOVE_BYTES,
      // An order that takes several steps gets a group of its own.
      alone: later.length > 0,
    });
  }
  return loads;
};

/** Bytes that a line adds to a request: the update of the product, and the movement. */
const MOVE_BYTES = 2_048;

/**
 * Bytes that an order adds to a request. The estimate is high, to leave room for what is not
 * counted. If a group is still too large for DynamoDB, it fails and is halved.
 */
const bytesOf = ({ items, movementReferences }: Order): number =>
  8_192 + items.length * 256 + movementReferences.length * 192;

/** Puts orders into groups that each fit one transaction, while there is time. */
const packLoads = <Why>(
  loads: readonly Load<Why>[],
  { capacity, remaining }: EnginePorts,
): readonly (readonly Load<Why>[])[] =>
  remaining() <= 0
    ? []
    : pack(loads, capacity).map((group) => group.map((index) => loads[index] as Load<Why>));

/** Runs groups, as many at a time as their shared products and `inFlight` allow. */
const runGroups = async <Why>(
  groups: readonly (readonly Load<Why>[])[],
  { inFlight, remaining, takeTurn }: Pick<EnginePorts, 'inFlight' | 'remaining' | 'takeTurn'>,
  run: (members: readonly Progress<Why>[]) => Promise<void>,
): Promise<void> => {
  if (groups.length === 0 || remaining() <= 0) return;
  const products = groups.map((group) => [
    ...new Set(group.flatMap(({ allProducts }) => allProducts)),
  ]);
  const schedule = new Schedule(products);
  const turn = await takeTurn?.(products);
  let left = groups.length;
  const flying = new Set<Promise<void>>();
  for (;;) {
    const mayStart = flying.size < inFlight && remaining() > 0;
    const next = mayStart ? schedule.start() : undefined;
    if (next !== undefined) {
      const members = (groups[next] ?? []).map(({ progress }) => progress);
      const flight = run(members).finally(() => {
        schedule.finish(next);
        flying.delete(flight);
      });
      flying.add(flight);
      left -= 1;
      turn?.goOn(left);
    } else if (flying.size > 0) {
      await Promise.race(flying);
    } else {
      return turn?.end();
    }
  }
};
