import { type RunResult, runTasks } from '../group-commit/engine.ts';
import type { Task, TaskResult } from '../group-commit/progress.ts';
import { COMMIT_CAPACITY, type CommitOptions, type Ports } from './ports.ts';

/** Transactions that are under way at the same time; none of them touch the same product. */
const TRANSACTIONS_IN_FLIGHT = 16;

/** What a single order puts up with before it is left unfinished; anything, if absent. */
export type Patience = Pick<CommitOptions, 'maxAtProducts'>;

/** Runs tasks on the shop. Whatever changes an order that is there already goes through here. */
export const runOnShop = <Why>(
  tasks: readonly Task<Why>[],
  { store, remaining, runtime }: Ports,
  patience: Patience = {},
): Promise<RunResult<Why>> =>
  runTasks(tasks, {
    commit: (changes, options) => store.commit(changes, remaining, options),
    remaining,
    now: runtime.now,
    newId: runtime.newId,
    capacity: COMMIT_CAPACITY,
    inFlight: TRANSACTIONS_IN_FLIGHT,
    patience,
  });

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
