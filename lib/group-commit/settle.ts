import type { Change, CommitResult, Refusal } from '../domain/change.ts';
import type { Step } from '../domain/release.ts';
import { type Facts, follow, learn, movementKey, noFacts } from './facts.ts';
import { type Plan, planGroup, type Receipt } from './plan.ts';
import type { Progress } from './progress.ts';

/** What all groups of a run know about the shop and about the commits of the run. */
export type Memory = {
  readonly facts: Facts;
  /**
   * By write id, for every commit that was sent and is not known to have taken effect: what to do
   * if it did. A condition that finds such an id proves it, whatever the answer to the commit was.
   */
  readonly sent: Map<string, () => void>;
};

export const emptyMemory = (): Memory => ({ facts: noFacts(), sent: new Map() });

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

/** When a group stops because of contention, for now. */
export type Limits = {
  /** Attempts of one commit that may fail by conflicts or throttling. */
  readonly maxConflicts: number;
  /**
   * Refusals in a row. One refusal shows everything that is wrong with a plan. More than a few mean
   * that other requests keep writing to something that the plan needs.
   */
  readonly maxRefusals: number;
};

/**
 * How many times in a row a refusal may find exactly the same. Once or twice, other requests may
 * have changed data to and fro. After that, no plan can satisfy the data.
 */
const MOST_ALIKE = 3;

/**
 * Settles a group of orders together, in as few transactions as possible. An order that is not
 * settled when this returns has failed, or can be tried again.
 *
 * The first steps of a group should fit one commit. A single order may need several commits.
 *
 * @returns how many attempts had to be repeated because of contention or throttling
 */
export const settleGroup = async <Why>(
  group: readonly Progress<Why>[],
  { facts, sent }: Memory,
  { maxConflicts, maxRefusals }: Limits,
  { commit, remaining, now, newId, maxChanges }: SettlePorts,
): Promise<number> => {
  let conflicts = 0;
  /** What the refusals since the last successful commit found. */
  let refusals: string[] = [];
  for (;;) {
    // 1. Decide the next step of each order. An order without one has ended.
    const at = now().toISOString();
    const moving = group.flatMap((progress) => {
      const step = progress.nextStep(at);
      return step ? [{ progress, step }] : [];
    });
    if (moving.length === 0 || remaining() <= 0) return conflicts;

    // 2. Plan one commit for as many of them as fit.
    const { plan, chosen } = planWhatFits(moving, facts, at, maxChanges);

    // 3. Commit it, all or nothing.
    const writeId = newId();
    sent.set(writeId, () => {
      sent.delete(writeId);
      for (const [index, { progress, step }] of chosen.entries()) {
        const order = { ...step.order, writeId };
        progress.take({ ...step, order }, plan.receipts[index] as Receipt);
      }
      follow(facts, plan.changes);
    });
    const result = await commit(plan.changes, { writeId, maxConflicts }).catch(toFailure);
    conflicts += result.conflicts;

    // 4. Learn from the answer, and decide again.
    switch (result.type) {
      case 'committed':
        sent.get(writeId)?.();
        refusals = [];
        break;
      case 'refused': {
        for (const { writeId: found = '' } of result.refusals) sent.get(found)?.();
        const orders = learn(facts, result.refusals);
        for (const { progress } of chosen) {
          const { id } = progress.order;
          if (orders.has(id)) progress.lookAgain(orders.get(id));
        }
        refusals.push(JSON.stringify(result.refusals.map(findingOf)));
        if (areAlike(refusals.slice(-MOST_ALIKE - 1))) {
          const error = new Error(
            `Conditions fail on what should satisfy them: ${refusals.at(-1)}`,
          );
          fail(chosen, error);
          return conflicts;
        }
        if (refusals.length >= maxRefusals) return conflicts;
        break;
      }
      case 'failed':
        fail(chosen, result.error);
        return conflicts;
      case 'exhausted':
        return conflicts;
    }
  }
};

const areAlike = (findings: readonly string[]): boolean =>
  findings.length > MOST_ALIKE && new Set(findings).size === 1;

const toFailure = (error: unknown) => ({ type: 'failed' as const, error, conflicts: 0 });

/** An error is about one order. With several orders, halving the group has to show which one. */
const fail = <Why>(chosen: readonly Moving<Why>[], error: unknown): void => {
  if (chosen.length === 1) chosen[0]?.progress.fail(error);
};

type Moving<Why> = { readonly progress: Progress<Why>; readonly step: Step };

/** An order may have grown since it was packed. Orders that do not fit any more come next. */
const planWhatFits = <Why>(
  moving: readonly Moving<Why>[],
  facts: Facts,
  at: string,
  maxChanges: number,
): { readonly plan: Plan; readonly chosen: readonly Moving<Why>[] } => {
  for (let chosen = moving; ; chosen = chosen.slice(0, Math.ceil(chosen.length / 2))) {
    const plan = planGroup(
      chosen.map(({ step }) => step),
      facts,
      at,
    );
    if (plan.changes.length <= maxChanges || chosen.length === 1) return { plan, chosen };
  }
};

/** What a refusal found, or the key under which it found nothing. */
const findingOf = (refusal: Refusal): unknown => {
  if (refusal.found) return refusal.found;
  if ('order' in refusal) return refusal.order.id;
  if ('movement' in refusal) return movementKey(refusal.movement);
  return 'productId' in refusal ? refusal.productId : refusal.type;
};
