import type { Change, CommitResult } from '../domain/change.ts';
import { noFacts } from './facts.ts';
import { type Capacity, type Parcel, pack } from './pack.ts';
import { Schedule } from './schedule.ts';
import {
  type GroupResult,
  isStep,
  runGroup,
  type Task,
  type TaskResult,
  type Work,
} from './settle.ts';

/** How often a group lets itself be turned back by others before it is halved. */
const PATIENCE = 4;

/** A single order that holds up no others is tried for as long as there is time. */
const FOR_EVER = Number.POSITIVE_INFINITY;

/**
 * Bytes that a line adds to a request: the product's update and the movement, rather too many, so
 * that what else is not counted has room. A group that is too large all the same fails and is halved.
 */
const LINE_BYTES = 2_048;

export type EnginePorts = {
  readonly commit: (changes: readonly Change[], patience: number) => Promise<CommitResult>;
  readonly remaining: () => number;
  readonly now: () => Date;
  /** What one transaction may hold. */
  readonly capacity: Capacity;
  /** How many transactions may be under way at the same time. */
  readonly inFlight: number;
};

/**
 * Takes many orders to their ends in as few transactions as it can: orders that share products
 * travel together, with one update per product for the whole group, and groups that move the same
 * product never fly at the same time.
 *
 * What goes wrong with one order is kept from the others: a group that keeps being turned back, or
 * that fails, is halved until what is left is the one order that it is about.
 *
 * @returns one result per task, in their order; never rejects for what concerns a single order
 */
export const runTasks = async <End extends { readonly type: string }>(
  tasks: readonly Task<End>[],
  ports: EnginePorts,
): Promise<GroupResult<End>> => {
  const facts = noFacts();
  const results: TaskResult<End>[] = [];
  let conflicts = 0;

  /** Runs tasks together, and halves them until what is undone is only about itself. */
  const run = async (group: readonly number[], patience: number): Promise<void> => {
    const attempt = await runGroup(
      group.map((index) => ({ ...(tasks[index] as Task<End>), ...workOf(results[index]) })),
      {
        commit: (changes) => ports.commit(changes, patience),
        now: ports.now,
        maxChanges: ports.capacity.actions,
        facts,
        patience,
      },
    );
    conflicts += attempt.conflicts;
    for (const [position, index] of group.entries()) {
      results[index] = attempt.results[position] as TaskResult<End>;
    }
    const undone = group.filter((index) => isUndone(results[index]));
    if (group.length === 1 || undone.length === 0 || ports.remaining() <= 0) return;
    const half = Math.ceil(undone.length / 2);
    await run(undone.slice(0, half), patience);
    if (half < undone.length) await run(undone.slice(half), patience);
  };

  if (tasks.length === 1) {
    // As HTTP has it: nobody to share with, and nobody who waits.
    await run([0], FOR_EVER);
    return { results, conflicts };
  }
  const at = ports.now().toISOString();
  const loads = tasks.map((task) => toLoad(task, at));
  const idle = [...loads.keys()].filter((index) => !loads[index]);
  await run(idle, PATIENCE);
  const fly = (groups: readonly Group[], patience: number): Promise<void> =>
    runGroups(groups, ports.inFlight, (members) => run(members, patience));
  await fly(packLoads(loads, ports.capacity), PATIENCE);
  // Those that somebody was always in the way of hold up no others now.
  if (ports.remaining() > 0) {
    const late = [...loads.keys()].filter((index) => results[index]?.type === 'unfinished');
    const alone = late.map((index) => toGroup([index], loads));
    await fly(alone, FOR_EVER);
  }
  return { results, conflicts };
};

/** Orders that travel together, by their tasks' indexes, and the products they move. */
type Group = { readonly members: readonly number[]; readonly products: readonly string[] };

const toGroup = (members: readonly number[], loads: readonly (Load | undefined)[]): Group => ({
  members,
  products: [...new Set(members.flatMap((index) => loads[index]?.allProducts ?? []))],
});

/** Puts those that move something into groups. */
const packLoads = (loads: readonly (Load | undefined)[], capacity: Capacity): Group[] => {
  const moving = [...loads.keys()].filter((index) => loads[index]);
  const parcels = moving.map((index) => loads[index] as Load);
  return pack(parcels, capacity).map((members) =>
    toGroup(
      members.map((member) => moving[member] as number),
      loads,
    ),
  );
};

/** Runs groups, as many at a time as the products they move and the limit allow. */
const runGroups = async (
  groups: readonly Group[],
  limit: number,
  run: (members: readonly number[]) => Promise<void>,
): Promise<void> => {
  const schedule = new Schedule(groups.map(({ products }) => products));
  const flying = new Set<Promise<void>>();
  for (;;) {
    const group = flying.size < limit ? schedule.start() : undefined;
    if (group !== undefined) {
      const flight = run(groups[group]?.members ?? []).finally(() => {
        schedule.finish(group);
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

/** What a task that was given up for now has done already. */
const workOf = <End>(result: TaskResult<End> | undefined): { readonly work?: Work } =>
  result && 'work' in result ? { work: result.work } : {};

const isUndone = (result: { readonly type: string } | undefined): boolean =>
  result?.type === 'unfinished' || result?.type === 'failed';

/** What a task's first step moves, and the products that it and all steps after it move. */
type Load = Parcel & { readonly allProducts: readonly string[] };

/** A task that takes several steps has to travel alone. One that takes none is no load. */
const toLoad = <End extends { readonly type: string }>(
  { order, decide }: Task<End>,
  at: string,
): Load | undefined => {
  try {
    const first = decide(order, at);
    if (!isStep(first)) return undefined;
    const products = first.releases.map(({ productId }) => productId);
    const allProducts = [...products];
    for (let next = decide(first.order, at); isStep(next); next = decide(next.order, at)) {
      if (next.releases.length === 0) break;
      allProducts.push(...next.releases.map(({ productId }) => productId));
    }
    return {
      products,
      allProducts,
      bytes: JSON.stringify(first.order).length + products.length * LINE_BYTES,
      alone: allProducts.length > products.length,
    };
  } catch {
    // Its group will meet the same error, and that group is to be its own.
    return { products: [], allProducts: [], bytes: 0, alone: true };
  }
};
