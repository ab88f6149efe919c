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

/** A group gives up soon: it is to hold up none but the orders that it is about. */
const SOON: Limits = { maxConflicts: 4, maxRefusals: 4 };

/**
 * A group of which every order needs what others are at stays together, since apart each of them
 * would meet the others by itself. It is tried for longer and longer, and halved only in the end.
 */
const LONGER: readonly Limits[] = [
  SOON,
  { maxConflicts: 16, maxRefusals: 16 },
  { maxConflicts: 64, maxRefusals: 64 },
];

/** A single order that holds up no others is tried for as long as there is time. */
const ALONE: Limits = {
  maxConflicts: Number.POSITIVE_INFINITY,
  maxRefusals: Number.POSITIVE_INFINITY,
};

export type EnginePorts = Omit<SettlePorts, 'maxChanges'> & {
  /** What one transaction may hold. */
  readonly capacity: Capacity;
  /** How many transactions may be under way at the same time. */
  readonly inFlight: number;
  /** What a single order puts up with that is run by itself; anything, if absent. */
  readonly patience?: Partial<Limits>;
};

export type RunResult<Why> = {
  /** In the order of the tasks. */
  readonly results: readonly TaskResult<Why>[];
  /** Attempts that conflicts with others or throttling had us repeat. */
  readonly conflicts: number;
};

/**
 * Takes many orders to their ends in as few transactions as it can: orders that share products
 * travel together, with one update per product for the whole group, and groups that move the same
 * product never fly at the same time.
 *
 * What goes wrong with one order is kept from the others. A group that keeps meeting others at some
 * item goes on without the orders that need this item, and these come when all others are done. A
 * group that fails is halved until what is left is the one order that it is about. Throttling takes
 * no group apart: more requests would make it worse. When the time is up, nothing more is begun.
 *
 * @returns one result per task; never rejects for what concerns a single order
 */
export const runTasks = async <Why>(
  tasks: readonly Task<Why>[],
  ports: EnginePorts,
): Promise<RunResult<Why>> => {
  const all = tasks.map((task) => new Progress(task));
  const memory = emptyMemory();
  const settlePorts: SettlePorts = { ...ports, maxChanges: ports.capacity.actions };
  let conflicts = 0;

  /** Runs orders together, and says why those that are undone cannot go on like that. */
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

  /** Runs orders that hold up others: what others are in the way of is left for later. */
  const runSoon = async (group: readonly Progress<Why>[]): Promise<void> => {
    const standstill = await run(group, SOON);
    if (!standstill || group.length === 1) return;
    const isFailure = standstill.why === 'failed';
    const { rest, apart } = takeApart(group, standstill.about, { halve: isFailure });
    await runSoon(rest);
    if (isFailure) await runSoon(apart);
  };

  /** Runs orders that hold up only each other, until they are done. */
  const runLate = async (
    group: readonly Progress<Why>[],
    [limits = SOON, ...longer]: readonly Limits[] = LONGER,
  ): Promise<void> => {
    const standstill = await run(group, group.length === 1 ? ALONE : limits);
    if (!standstill || group.length === 1) return;
    const halve = standstill.why === 'failed' || longer.length === 0;
    const { rest, apart } = takeApart(group, standstill.about, { halve });
    await runLate(rest);
    await runLate(apart, rest.length > 0 ? LONGER : longer);
  };

  if (all.length === 1) {
    // As HTTP has it: nobody to share with, and nobody who waits.
    await run(all, { ...ALONE, ...ports.patience });
  } else {
    const loads = loadsOf(all, ports);
    await runGroups(packLoads(loads, ports), ports, runSoon);
    const late = loads.filter(({ progress }) => progress.result().type === 'unfinished');
    await runGroups(packLoads(late, ports), ports, (group) => runLate(group));
  }
  return { results: all.map((progress) => progress.result()), conflicts };
};

/** What an order's first step moves, and the products that it and all steps after it move. */
type Load<Why> = Parcel & {
  readonly progress: Progress<Why>;
  readonly allProducts: readonly string[];
};

/** The loads of those that need a step, for as long as there is time. The others have ended. */
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
      // An order that takes several steps travels alone.
      alone: later.length > 0,
    });
  }
  return loads;
};

/** Bytes that a line adds to a request: the product's update and the movement. */
const MOVE_BYTES = 2_048;

/**
 * Bytes that an order adds to a request, rather too many, so that what is not counted has room. A
 * group that is too large all the same fails and is halved.
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

/** Runs groups, as many at a time as the products they move and the limit allow. */
const runGroups = async <Why>(
  groups: readonly (readonly Load<Why>[])[],
  { inFlight, remaining }: EnginePorts,
  run: (members: readonly Progress<Why>[]) => Promise<void>,
): Promise<void> => {
  if (groups.length === 0 || remaining() <= 0) return;
  const schedule = new Schedule(
    groups.map((group) => [...new Set(group.flatMap(({ allProducts }) => allProducts))]),
  );
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
    } else if (flying.size > 0) {
      await Promise.race(flying);
    } else {
      return;
    }
  }
};
