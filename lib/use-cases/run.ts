import { type RunResult, runTasks } from '../group-commit/engine.ts';
import type { Capacity } from '../group-commit/pack.ts';
import type { Task, TaskResult } from '../group-commit/progress.ts';
import { COMMIT_CAPACITY, type CommitOptions, type Ports } from './ports.ts';

/** Transactions in flight at the same time; no two of them move the same product. */
const TRANSACTIONS_IN_FLIGHT = 16;

/** How much contention a single order meets before it is left unfinished; no limit if absent. */
export type Patience = Pick<CommitOptions, 'maxProductConflicts'>;

/**
 * Runs tasks on the shop. Every cancellation, transition and sweep goes through here.
 *
 * @param options.capacity what one transaction may hold; less than usual where more is added to it
 */
export const runOnShop = <Why>(
  tasks: readonly Task<Why>[],
  { store, remaining, runtime, by, takeTurn }: Ports,
  {
    capacity = COMMIT_CAPACITY,
    ...patience
  }: Patience & { readonly capacity?: Capacity | undefined } = {},
): Promise<RunResult<Why>> =>
  runTasks(
    tasks.map((task) => ({ by, ...task })),
    {
      commit: (changes, options) => store.commit(changes, remaining, options),
      remaining,
      now: runtime.now,
      newId: runtime.newId,
      capacity,
      inFlight: TRANSACTIONS_IN_FLIGHT,
      patience,
      ...(takeTurn && { takeTurn: (products) => takeTurn(products, remaining) }),
    },
  );

/**
 * Runs one task.
 *
 * @throws the error of a task that failed
 */
export const runOneOnShop = async <Why>(
  task: Task<Why>,
  ports: Ports,
): Promise<{
  readonly result: Exclude<TaskResult<Why>, { type: 'failed' }>;
  readonly conflicts: number;
}> => {
  const { results, conflicts } = await runOnShop([task], ports);
  const result = results[0] as TaskResult<Why>;
  if (result.type === 'failed') throw result.error;
  return { result, conflicts };
};
