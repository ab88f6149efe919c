import type { Order } from '../domain/order.ts';
import { releaseHeld } from '../domain/release.ts';
import { type Parcel, pack } from './pack.ts';
import { Progress, type Task, type TaskResult } from './progress.ts';
import { Schedule } from './schedule.ts';
import { emptyMemory, type Limits, type SettlePorts, settleGroup } from './settle.ts';
import { takeApart } from './take-apart.ts';

/**
 * How many conflicts a group meets before it stops: few, so that only the orders that cause the
 * trouble wait. A group in which every order needs the contested item stays together: apart, each
 * order would meet the conflicts alone. When no other order waits, it is retried longer and longer,
 * and halved last.
 */
const PATIENCE: readonly number[] = [4, 16, 64];

/** Time in which other workers on the same shop try not to write. */
export type TurnToWrite = {
  /** A group has ended; so many have not ended yet. With 0, the turn passes on. */
  readonly goOn: (left: number) => void;
  /** Gives the turn back, if it has not passed on. Never rejects. */
  readonly end: () => Promise<void>;
};

export type EnginePorts = SettlePorts & {
  /** How many transactions may be in flight at the same time. */
  readonly inFlight: number;
  /** Limits of a single order that no other order waits for; no limit if absent. */
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
  const single: Limits = { maxConflicts: Number.POSITIVE_INFINITY, ...ports.patience };

  /**
   * Runs a group until its orders have ended. In the early phase other groups wait for it, so
   * orders that meet contention are left for the late phase.
   */
  const runGroup = async (
    group: readonly Progress<Why>[],
    phase: 'early' | 'late',
    [maxConflicts = 0, ...longer]: readonly number[] = PATIENCE,
  ): Promise<void> => {
    if (ports.remaining() <= 0) return;
    const limits = phase === 'late' && group.length === 1 ? single : { maxConflicts };
    const open = (): Progress<Why>[] => group.filter(({ isOpen }) => isOpen);
    const stoppedAt = await settleGroup(group, memory, limits, ports).catch((error: unknown) => {
      const causes = open();
      if (causes.length === 1) for (const cause of causes) cause.fail(error);
      return [];
    });
    if (!stoppedAt || group.length === 1) return;
    const halve = stoppedAt.length === 0 || longer.length === 0;
    const { rest, apart } = takeApart(open(), stoppedAt, { halve });
    await runGroup(rest, phase);
    if (halve || phase === 'late') {
      await runGroup(apart, phase, rest.length > 0 ? PATIENCE : longer);
    }
  };

  const parcels = parcelsOf(all, ports);
  if (parcels.length > 1) await packAndRun(parcels, ports, (group) => runGroup(group, 'early'));
  const left = parcels.filter(({ progress }) => progress.isOpen);
  // The late groups take no turn: they may try for long, and other workers would wait for them.
  const { takeTurn: _, ...latePorts } = ports;
  await packAndRun(left, latePorts, (group) => runGroup(group, 'late'));
  return { results: all.map((progress) => progress.result()), conflicts: memory.conflicts };
};

/** An order as a parcel for packing, with the products that its first and all later steps move. */
type TaskParcel<Why> = Parcel & { readonly progress: Progress<Why> };

/** The parcels of the orders that need a step, while there is time. The other orders have ended. */
const parcelsOf = <Why>(
  all: readonly Progress<Why>[],
  { now, remaining }: EnginePorts,
): readonly TaskParcel<Why>[] => {
  const at = now().toISOString();
  return all.flatMap((progress) => {
    const step = remaining() > 0 ? progress.nextStep(at) : undefined;
    if (!step) return [];
    const later = releaseHeld(step.order, at, Number.POSITIVE_INFINITY).releases;
    const products = [...step.releases, ...later].map(({ productId }) => productId);
    const bytes = bytesOf(step.order, products.length);
    // An order that takes several steps gets a group of its own.
    return [{ progress, products, bytes, alone: later.length > 0 }];
  });
};

/**
 * Bytes that an order adds to a request, with an update and a movement for each product: rather too
 * many, to leave room for what is not counted. A group that is still too large fails and is halved.
 */
const bytesOf = ({ items, movementReferences }: Order, products: number): number =>
  8_192 + items.length * 256 + movementReferences.length * 192 + products * 2_048;

/** Packs orders, and runs as many groups at a time as shared products and `inFlight` allow. */
const packAndRun = async <Why>(
  parcels: readonly TaskParcel<Why>[],
  { capacity, inFlight, remaining, takeTurn }: EnginePorts,
  run: (group: readonly Progress<Why>[]) => Promise<void>,
): Promise<void> => {
  if (remaining() <= 0) return;
  // Packing returns indexes of parcels, and the schedule returns indexes of groups.
  const groups = pack(parcels, capacity).map((group) =>
    group.map((index) => parcels[index] as TaskParcel<Why>),
  );
  const products = groups.map((group) => [...new Set(group.flatMap((parcel) => parcel.products))]);
  const schedule = new Schedule(products);
  const turn = await takeTurn?.(products);
  let left = groups.length;
  const flying = new Set<Promise<void>>();
  for (;;) {
    const mayStart = flying.size < inFlight && remaining() > 0;
    const next = mayStart ? schedule.start() : undefined;
    if (next !== undefined) {
      const group = groups[next] as readonly TaskParcel<Why>[];
      const flight = run(group.map(({ progress }) => progress)).finally(() => {
        schedule.finish(next);
        flying.delete(flight);
        left -= 1;
        turn?.goOn(left);
      });
      flying.add(flight);
    } else {
      if (flying.size === 0) return turn?.end();
      await Promise.race(flying);
    }
  }
};
