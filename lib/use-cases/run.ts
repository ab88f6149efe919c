import type { Order } from '../domain/order.ts';
import { type Decision, type Release, withoutGone } from '../domain/release.ts';
import { entryOf } from '../domain/stock-movement.ts';
import { type RunResult, runTasks } from '../group-commit/engine.ts';
import { type Facts, learn, movementKey, noFacts } from '../group-commit/facts.ts';
import type { Task, TaskResult } from '../group-commit/progress.ts';
import { COMMIT_CAPACITY, type CommitOptions, type Ports } from './ports.ts';

/** Transactions in flight at the same time; no two of them move the same product. */
const TRANSACTIONS_IN_FLIGHT = 16;

/** How much contention a single order meets before it is left unfinished; no limit if absent. */
export type Patience = Pick<CommitOptions, 'maxAtProducts'>;

/**
 * Runs tasks on the shop. Every cancellation, transition and sweep goes through here.
 *
 * An order remembers of which products nothing came back, because they do not exist any more. Only
 * refusals show that. The engine learns the same from them before it plans the next commit, and that
 * commit requires it.
 */
export const runOnShop = <Why>(
  tasks: readonly Task<Why>[],
  { store, remaining, runtime }: Ports,
  patience: Patience = {},
): Promise<RunResult<Why>> => {
  const facts = noFacts();
  return runTasks(
    tasks.map(({ order, decide }) => ({
      order,
      decide: (current: Order, at: string) => knowing(facts, decide(current, at)),
    })),
    {
      commit: async (changes, options) => {
        const result = await store.commit(changes, remaining, options);
        if (result.type === 'refused') learn(facts, result.refusals);
        return result;
      },
      remaining,
      now: runtime.now,
      newId: runtime.newId,
      capacity: COMMIT_CAPACITY,
      inFlight: TRANSACTIONS_IN_FLIGHT,
      patience,
    },
  );
};

const knowing = <Why>(facts: Facts, decision: Decision<Why>): Decision<Why> =>
  decision.type === 'step' ? withoutGone(decision, (unit) => isGone(facts, unit)) : decision;

/** Units that the ledger has already came back before their product was gone. */
const isGone = (
  { products, recorded }: Facts,
  { productId, cause: { referenceId, movementType } }: Release,
): boolean =>
  products.has(productId) &&
  products.get(productId) === undefined &&
  !recorded.has(movementKey({ referenceId, entry: entryOf(movementType, productId) }));

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
