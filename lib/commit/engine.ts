import type { Change, CommitResult } from '../domain/change.ts';
import { noFacts } from './facts.ts';
import { type GroupResult, runGroup, type Task, type TaskResult } from './group.ts';
import { type Capacity, type Parcel, pack } from './pack.ts';
import { Schedule } from './schedule.ts';

/**
 * How often a group lets itself be turned back by others before it is halved. A single order goes
 * on for as long as there is time.
 */
const PATIENCE = 4;

/** Bytes that a line adds to a request: the product's update and the movement, rather too many. */
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

  const run = async (group: readonly number[]): Promise<void> => {
    const patience = group.length > 1 ? PATIENCE : Number.POSITIVE_INFINITY;
    const attempt = await runGroup(
      group.map((index) => tasks[index] as Task<End>),
      {
        commit: (changes) => ports.commit(changes, patience),
        now: ports.now,
        maxChanges: ports.capacity.actions,
        facts,
      },
    );
    conflicts += attempt.conflicts;
    for (const [position, index] of group.entries()) {
      results[index] = attempt.results[position] as TaskResult<End>;
    }
    const undone = group.filter((_, position) => isUndone(attempt.results[position]));
    if (group.length === 1 || undone.length === 0 || ports.remaining() <= 0) return;
    const half = Math.ceil(undone.length / 2);
    await run(undone.slice(0, half));
    if (half < undone.length) await run(undone.slice(half));
  };
  // A single order, as HTTP has it, has nobody to share with and nobody to wait for.
  if (tasks.length === 1) await run([0]);
  else await runGroups(packTasks(tasks, ports), ports.inFlight, run);
  return { results, conflicts };
};

/** Orders that travel together, by their tasks' indexes, and the products they move. */
type Group = { readonly members: readonly number[]; readonly products: readonly string[] };

const packTasks = <End extends { readonly type: string }>(
  tasks: readonly Task<End>[],
  { now, capacity }: EnginePorts,
): Group[] => {
  const at = now().toISOString();
  const parcels = tasks.map((task) => toParcel(task, at));
  return pack(parcels, capacity).map((members) => ({
    members,
    products: [...new Set(members.flatMap((index) => parcels[index]?.products ?? []))],
  }));
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

const isUndone = (result: { readonly type: string } | undefined): boolean =>
  result?.type === 'unfinished' || result?.type === 'failed';

/** What a task's first step moves. One that takes several steps has to travel alone. */
const toParcel = <End extends { readonly type: string }>(
  { order, decide }: Task<End>,
  at: string,
): Parcel => {
  try {
    const decision = decide(order, at);
    if (!('releases' in decision)) return { products: [], bytes: 0, alone: false };
    const products = decision.releases.map(({ productId }) => productId);
    return {
      products,
      bytes: JSON.stringify(decision.order).length + products.length * LINE_BYTES,
      alone: 'releases' in decide(decision.order, at),
    };
  } catch {
    // Its group will meet the same error, and that group is to be its own.
    return { products: [], bytes: 0, alone: true };
  }
};
