import type { Change, CommitResult, Refusal } from '../domain/change.ts';
import type { Step } from '../domain/release.ts';
import { type Facts, follow, learn, movementKey, noFacts } from './facts.ts';
import { type Plan, planGroup, type Receipt } from './plan.ts';
import type { Progress } from './progress.ts';

/** What all groups of a run know of the shop, and of the commits that were given up on. */
export type Memory = {
  readonly facts: Facts;
  /**
   * Commits that got no clear answer, by their write id: for each order the step that it would have
   * taken. A condition that finds such an id proves that the commit took effect all the same.
   */
  readonly unanswered: Map<string, ReadonlyMap<string, Taken>>;
};

type Taken = { readonly step: Step; readonly receipt: Receipt };

export const emptyMemory = (): Memory => ({ facts: noFacts(), unanswered: new Map() });

export type SettlePorts = {
  readonly commit: (
    changes: readonly Change[],
    options: { readonly writeId: string; readonly maxConflicts: number },
  ) => Promise<CommitResult>;
  readonly remaining: () => number;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Changes that one commit may hold. */
  readonly maxChanges: number;
};

/** When a group gives up for now, because others keep being in its way. */
export type Limits = {
  /** Conflicts with others, and throttled attempts, that one commit puts up with. */
  readonly maxConflicts: number;
  /**
   * Refusals in a row. A refusal tells all that stands against a plan, so more than a few are others
   * who keep changing something that it needs.
   */
  readonly maxRefusals: number;
};

/**
 * How often in a row a refusal may find exactly what the one before it found. Once or twice it can
 * be others who move things to and fro; then it is data that no plan can satisfy.
 */
const MOST_ALIKE = 3;

/**
 * Takes a group of orders to their ends together, in as few transactions as it takes. What is not
 * done when it returns was given up for now, or has failed.
 *
 * The first steps of a group should fit one commit. A single order may take several.
 *
 * @returns how many attempts conflicts with others or throttling had us repeat
 */
export const settleGroup = async <Why>(
  group: readonly Progress<Why>[],
  memory: Memory,
  { maxConflicts, maxRefusals }: Limits,
  { commit, remaining, now, newId, maxChanges }: SettlePorts,
): Promise<number> => {
  let conflicts = 0;
  const refusalsInARow: string[] = [];
  for (;;) {
    // 1. Decide what each order needs next. An order that needs nothing has come to its end.
    const at = now().toISOString();
    const moving = group.flatMap((progress) => {
      const step = progress.nextStep(at);
      return step ? [{ progress, step }] : [];
    });
    if (moving.length === 0 || remaining() <= 0) return conflicts;

    // 2. Plan one commit for as many of them as fit.
    const { plan, flying } = planWhatFits(moving, memory.facts, at, maxChanges);

    // 3. Commit it, all or nothing.
    const writeId = newId();
    const result = await commit(plan.changes, { writeId, maxConflicts }).catch(toFailure);
    conflicts += result.conflicts;

    // 4. Learn from the answer, and decide again.
    const taken = flying.map(({ step }, index) => ({
      step,
      receipt: plan.receipts[index] ?? NONE,
    }));
    switch (result.type) {
      case 'committed':
        for (const [index, { progress }] of flying.entries()) {
          const { step, receipt } = taken[index] as Taken;
          progress.take(step, receipt);
        }
        follow(memory.facts, plan.changes);
        refusalsInARow.length = 0;
        break;
      case 'exhausted':
        memory.unanswered.set(writeId, new Map(taken.map((one) => [one.step.order.id, one])));
        return conflicts;
      case 'failed':
        for (const { progress } of flying) progress.fail(result.error);
        return conflicts;
      case 'refused': {
        recogniseOwn(group, result.refusals, memory);
        const orders = learn(memory.facts, result.refusals);
        for (const { progress } of flying) {
          const { id } = progress.order;
          if (orders.has(id)) progress.lookAgain(orders.get(id));
        }
        const findings = JSON.stringify(result.refusals.map(findingOf));
        refusalsInARow.push(findings);
        const last = refusalsInARow.slice(-MOST_ALIKE - 1);
        if (last.length > MOST_ALIKE && last.every((one) => one === findings)) {
          const error = new Error(`Conditions fail on what should satisfy them: ${findings}`);
          for (const { progress } of flying) progress.fail(error);
          return conflicts;
        }
        if (refusalsInARow.length >= maxRefusals) return conflicts;
      }
    }
  }
};

const NONE: Receipt = { movements: [], drift: 0 };

/** An error concerns at most one order of the group, and others must not suffer for it. */
const toFailure = (error: unknown) => ({ type: 'failed' as const, error, conflicts: 0 });

type Moving<Why> = { readonly progress: Progress<Why>; readonly step: Step };

/** An order that was found changed may have grown; those that do not fit any more come next. */
const planWhatFits = <Why>(
  moving: readonly Moving<Why>[],
  facts: Facts,
  at: string,
  maxChanges: number,
): { readonly plan: Plan; readonly flying: readonly Moving<Why>[] } => {
  for (let flying = moving; ; flying = flying.slice(0, Math.ceil(flying.length / 2))) {
    const plan = planGroup(
      flying.map(({ step }) => step),
      facts,
      at,
    );
    if (plan.changes.length <= maxChanges || flying.length === 1) return { plan, flying };
  }
};

/** Has the orders of a group take the steps of a commit that took effect without our hearing of it. */
const recogniseOwn = <Why>(
  group: readonly Progress<Why>[],
  refusals: readonly Refusal[],
  { unanswered }: Memory,
): void => {
  for (const { writeId = '' } of refusals) {
    const commit = unanswered.get(writeId);
    for (const progress of commit ? group : []) {
      const taken = commit?.get(progress.order.id);
      if (taken) progress.take(taken.step, taken.receipt);
    }
  }
};

/** What a refusal found, or what it did not find. */
const findingOf = (refusal: Refusal): unknown => {
  if (refusal.found) return refusal.found;
  if ('order' in refusal) return refusal.order.id;
  if ('movement' in refusal) return movementKey(refusal.movement);
  return 'productId' in refusal ? refusal.productId : refusal.type;
};
