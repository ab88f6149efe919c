import { type CancellationRequest, decideCancellation } from '../domain/cancellation.ts';
import type { Change, CommitResult } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import { type Facts, learn, noFacts } from './facts.ts';
import { planGroup } from './plan.ts';

/** One order on its way to being cancelled. */
export type Cancellation = {
  readonly request: CancellationRequest;
  /** The order as it was read. */
  readonly order: Order;
};

/**
 * How a cancellation ended:
 *
 * - `cancelled`: this call cancelled the order.
 * - `already_cancelled`: it was cancelled before, or by somebody else just now.
 * - `not_cancellable`: its goods have left the building; `order` says in which state it is.
 * - `not_found`: there is no such order.
 * - `unfinished`: the time ran out. Nothing is lost: asking again goes on where this stopped.
 *
 * `restored` are the movements that gave the units back; it is absent where somebody else did part
 * of the work, and then the ledger knows. `drift` counts units that the order held but that could
 * not be given back, because the product's counter was below them or the product is gone.
 */
export type CancellationOutcome =
  | {
      readonly outcome: 'cancelled' | 'already_cancelled';
      readonly order: Order;
      readonly restored?: readonly StockMovement[];
      readonly drift: number;
    }
  | { readonly outcome: 'not_cancellable'; readonly order: Order }
  | { readonly outcome: 'not_found' }
  | { readonly outcome: 'unfinished' };

export type GroupPorts = {
  readonly commit: (changes: readonly Change[]) => Promise<CommitResult>;
  readonly now: () => Date;
  /** Lines of one order that fit one transaction beside it. */
  readonly linesPerTransaction: number;
};

export type GroupResult = {
  /** In the order of the group. */
  readonly outcomes: readonly CancellationOutcome[];
  /** Attempts that others' writes or throttling made us repeat. */
  readonly conflicts: number;
};

/** Where one cancellation stands between two attempts. */
type Progress = {
  readonly request: CancellationRequest;
  order: Order;
  cancelledHere: boolean;
  /** Whether units may have gone back that this call does not know of. */
  othersHelped: boolean;
  movements: StockMovement[];
  drift: number;
  outcome?: CancellationOutcome;
};

/**
 * Cancels a group of orders together, in as few transactions as it takes: decides about each,
 * commits the plan, and where conditions fail learns from what they found and decides again.
 *
 * The group has to fit one transaction, unless it is a single order: that may take several.
 */
export const cancelGroup = async (
  group: readonly Cancellation[],
  { commit, now, linesPerTransaction }: GroupPorts,
): Promise<GroupResult> => {
  const facts = noFacts();
  const all = group.map(begin);
  let conflicts = 0;
  for (;;) {
    const at = now().toISOString();
    const steps = all.flatMap((progress) => {
      if (progress.outcome) return [];
      const { order, request } = progress;
      const decision = decideCancellation(order, request, at, linesPerTransaction);
      if (decision.type === 'release') return [{ progress, ...decision }];
      progress.outcome = conclude(progress, decision.type);
      return [];
    });
    if (steps.length === 0) break;

    const plan = planGroup(steps, facts, at);
    const result = await commit(plan.changes);
    conflicts += result.conflicts;
    if (result.type === 'exhausted') break;
    if (result.type === 'refused') {
      learn(facts, result.refusals);
      for (const { progress } of steps) lookAgain(progress, facts);
      continue;
    }
    for (const [index, { progress, order }] of steps.entries()) {
      const release = plan.releases[index];
      progress.cancelledHere ||= progress.order.status !== 'cancelled';
      progress.order = order;
      progress.movements.push(...(release?.movements ?? []));
      progress.drift += release?.drift ?? 0;
    }
  }
  return {
    outcomes: all.map(({ outcome }) => outcome ?? { outcome: 'unfinished' }),
    conflicts,
  };
};

const begin = ({ request, order }: Cancellation): Progress => ({
  request,
  order,
  cancelledHere: false,
  othersHelped: order.status === 'cancelled',
  movements: [],
  drift: 0,
});

/** Takes the order as the failed condition found it, so that the next decision is about that. */
const lookAgain = (progress: Progress, facts: Facts): void => {
  if (!facts.orders.has(progress.order.id)) return;
  const found = facts.orders.get(progress.order.id);
  facts.orders.delete(progress.order.id);
  if (!found) {
    progress.outcome = { outcome: 'not_found' };
    return;
  }
  progress.order = found;
  progress.othersHelped ||= found.status === 'cancelled';
};

const conclude = (
  { order, cancelledHere, othersHelped, movements, drift }: Progress,
  decision: 'already_cancelled' | 'not_cancellable',
): CancellationOutcome => {
  if (decision === 'not_cancellable') return { outcome: 'not_cancellable', order };
  return {
    outcome: cancelledHere ? 'cancelled' : 'already_cancelled',
    order,
    ...(!othersHelped && { restored: movements }),
    drift,
  };
};
