import type { Change, CommitResult, Refusal } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import type { Step } from '../domain/release.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import { type Facts, follow, learn, movementKey, noFacts } from './facts.ts';
import { planGroup, type Receipt } from './plan.ts';

/** An order, and what is to be done with it: the next step, or the reason why there is none. */
export type Task<End> = {
  readonly order: Order;
  /** What was done before by whoever gave it up for now; nothing if absent. */
  readonly work?: Work;
  readonly decide: (order: Order, at: string) => Step | End;
};

/**
 * Where a task has got to.
 *
 * - `done`: deciding about `order` came to this end.
 * - `not_found`: there is no such order any more.
 * - `unfinished`: it was given up for now. Nothing is lost: asking again goes on where this stopped.
 * - `failed`: an error that nobody foresaw.
 */
export type TaskResult<End> =
  | { readonly type: 'done'; readonly end: End; readonly work: Work }
  | { readonly type: 'not_found' }
  | { readonly type: 'unfinished'; readonly work: Work }
  | { readonly type: 'failed'; readonly error: unknown; readonly work: Work };

export type Work = {
  /** The order as it is now. */
  readonly order: Order;
  /** The order as it was before the first step that was taken here; absent when none was. */
  readonly before?: Order;
  /** Whether somebody else took a step after that. */
  readonly shared: boolean;
  /** The movements that the steps taken here recorded, or found recorded. */
  readonly movements: readonly StockMovement[];
  /** Units that the order held but that could not be given back, see `Receipt`. */
  readonly drift: number;
};

export type GroupPorts = {
  readonly commit: (changes: readonly Change[]) => Promise<CommitResult>;
  readonly now: () => Date;
  /** Changes that one commit may hold. */
  readonly maxChanges: number;
  /** What is known of the shop already, to which is added what is learned here; nothing if absent. */
  readonly facts?: Facts;
  /**
   * How often in a row it may be refused before it is given up for now; as often as there is time
   * for if absent. A refusal tells all that stands against it, so more than a few are others who
   * keep changing something that it needs.
   */
  readonly patience?: number;
};

export type GroupResult<End> = {
  /** In the order of the tasks. */
  readonly results: readonly TaskResult<End>[];
  /** Attempts that others' writes or throttling made us repeat. */
  readonly conflicts: number;
};

/**
 * How often in a row a refusal may find exactly what the one before it found. Once or twice it can
 * be others who move things to and fro; then it is data that no plan can satisfy.
 */
const SAME_REFUSALS = 3;

/**
 * Takes a group of orders to their ends together, in as few transactions as it takes: decides about
 * each, commits the plan, and where conditions fail learns from what they found and decides again.
 *
 * The first steps of a group should fit one commit. A single order may take several.
 */
export const runGroup = async <End extends { readonly type: string }>(
  tasks: readonly Task<End>[],
  { commit, now, maxChanges, facts = noFacts(), patience = Number.POSITIVE_INFINITY }: GroupPorts,
): Promise<GroupResult<End>> => {
  const all = tasks.map((task) => begin(task));
  let conflicts = 0;
  let lastRefusals = '';
  let sameRefusals = 0;
  let refusalsInARow = 0;
  for (;;) {
    const at = now().toISOString();
    let moving = all.flatMap((progress) => {
      const step = nextStep(progress, at);
      return step ? [{ progress, step }] : [];
    });
    if (moving.length === 0) break;
    let plan = planGroup(stepsOf(moving), facts, at);
    // An order that was found changed may have grown; those that do not fit any more come next.
    while (plan.changes.length > maxChanges && moving.length > 1) {
      moving = moving.slice(0, Math.ceil(moving.length / 2));
      plan = planGroup(stepsOf(moving), facts, at);
    }
    const fail = (error: unknown): void => {
      for (const { progress } of moving) {
        progress.result = { type: 'failed', error, work: progress.work };
      }
    };

    let result: CommitResult;
    try {
      result = await commit(plan.changes);
    } catch (error) {
      fail(error);
      break;
    }
    conflicts += result.conflicts;
    if (result.type === 'exhausted') break;
    if (result.type === 'refused') {
      const refusals = JSON.stringify(result.refusals.map(findingOf));
      sameRefusals = refusals === lastRefusals ? sameRefusals + 1 : 1;
      lastRefusals = refusals;
      if (sameRefusals > SAME_REFUSALS) {
        fail(new Error(`Conditions fail on what should satisfy them: ${refusals}`));
        break;
      }
      const orders = learn(facts, result.refusals);
      for (const { progress } of moving) lookAgain(progress, orders);
      refusalsInARow += 1;
      if (refusalsInARow >= patience) break;
      continue;
    }
    sameRefusals = 0;
    refusalsInARow = 0;
    follow(facts, plan.changes);
    for (const [index, { progress, step }] of moving.entries()) {
      progress.work = advance(progress.work, step, plan.receipts[index]);
    }
  }
  return {
    results: all.map(({ result, work }) => result ?? { type: 'unfinished', work }),
    conflicts,
  };
};

/** Where one task stands between two attempts. */
type Progress<End> = {
  readonly task: Task<End>;
  work: Work;
  result?: TaskResult<End>;
};

const begin = <End>(task: Task<End>): Progress<End> => ({
  task,
  work: task.work ?? { order: task.order, shared: false, movements: [], drift: 0 },
});

/** What a refusal found, or what it did not find. */
const findingOf = (refusal: Refusal): unknown => {
  if (refusal.found) return refusal.found;
  if ('order' in refusal) return refusal.order.id;
  if ('movement' in refusal) return movementKey(refusal.movement);
  return 'productId' in refusal ? refusal.productId : refusal.type;
};

const stepsOf = (moving: readonly { readonly step: Step }[]): Step[] =>
  moving.map(({ step }) => step);

/** Decides about a task that has not ended; its end, if it has come, is kept. */
const nextStep = <End extends { readonly type: string }>(
  progress: Progress<End>,
  at: string,
): Step | undefined => {
  const { task, work, result } = progress;
  if (result) return undefined;
  try {
    const decision = task.decide(work.order, at);
    if (isStep(decision)) return decision;
    progress.result = { type: 'done', end: decision, work };
  } catch (error) {
    progress.result = { type: 'failed', error, work };
  }
  return undefined;
};

const advance = (
  work: Work,
  step: Step,
  { movements, drift }: Receipt = { movements: [], drift: 0 },
): Work => ({
  ...work,
  before: work.before ?? work.order,
  order: step.order,
  movements: [...work.movements, ...movements],
  drift: work.drift + drift,
});

export const isStep = (decision: { readonly type: string }): decision is Step =>
  decision.type === 'step';

/** Takes the order as the failed condition found it, so that the next decision is about that. */
const lookAgain = <End>(
  progress: Progress<End>,
  found: ReadonlyMap<string, Order | undefined>,
): void => {
  const { work } = progress;
  if (!found.has(work.order.id)) return;
  const order = found.get(work.order.id);
  if (order) progress.work = { ...work, order, shared: work.before !== undefined };
  else progress.result = { type: 'not_found' };
};
