import type { Change, CommitResult, Refusal } from '../domain/change.ts';
import type { Step } from '../domain/release.ts';
import { type Facts, follow, learn, movementKey, noFacts } from './facts.ts';
import { planGroup, type Receipt } from './plan.ts';
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
    options: { readonly writeId: string } & Pick<Limits, 'maxConflicts' | 'maxAtProducts'>,
  ) => Promise<CommitResult>;
  readonly remaining: () => number;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Changes that one commit may hold. */
  readonly maxChanges: number;
};

/** When a group stops because of contention, for now. */
export type Limits = {
  /** Attempts of one commit that may fail by conflicts; throttled attempts do not count. */
  readonly maxConflicts: number;
  /** The same for conflicts that were at none of its orders; no further limit if absent. */
  readonly maxAtProducts?: number;
  /**
   * Refusals in a row. One refusal shows everything that is wrong with a plan. More than a few mean
   * that other requests keep writing to something that the plan needs.
   */
  readonly maxRefusals: number;
};

/**
 * Why a group cannot go on as it is, and the orders that this is about: the other orders can go on
 * without them. After a failure these may be all orders of the group.
 *
 * - `contested`, `refused`: the group reached a limit of conflicts or refusals.
 * - `too_large`: the orders do not fit one commit together.
 * - `failed`: an unexpected error.
 */
export type Standstill<Why> = {
  readonly why: 'contested' | 'refused' | 'too_large' | 'failed';
  readonly about: readonly Progress<Why>[];
};

export type GroupEnd<Why> = {
  /** Attempts that had to be repeated because of contention or throttling. */
  readonly conflicts: number;
  /** Absent if all orders have ended, or the time is up. */
  readonly standstill?: Standstill<Why>;
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
 */
export const settleGroup = async <Why>(
  group: readonly Progress<Why>[],
  { facts, sent }: Memory,
  { maxRefusals, ...conflictLimits }: Limits,
  { commit, remaining, now, newId, maxChanges }: SettlePorts,
): Promise<GroupEnd<Why>> => {
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
    if (moving.length === 0 || remaining() <= 0) return { conflicts };

    const standstill = (
      why: Standstill<Why>['why'],
      items: readonly Change[] = [],
    ): GroupEnd<Why> => ({ conflicts, standstill: { why, about: thoseAbout(moving, items) } });

    // 2. Plan one commit for all of them. An order may have grown since the group was packed.
    const steps = moving.map(({ step }) => step);
    const plan = planGroup(steps, facts, at);
    if (plan.changes.length > maxChanges && moving.length > 1) return standstill('too_large');

    // 3. Commit it, all or nothing.
    const writeId = newId();
    sent.set(writeId, () => {
      sent.delete(writeId);
      for (const [index, { progress, step }] of moving.entries()) {
        const order = { ...step.order, writeId };
        progress.take({ ...step, order }, plan.receipts[index] as Receipt);
      }
      follow(facts, plan.changes);
    });
    const result = await commit(plan.changes, { writeId, ...conflictLimits }).catch(toFailure);
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
        for (const { progress } of moving) {
          const { id } = progress.order;
          if (orders.has(id)) progress.lookAgain(orders.get(id));
        }
        refusals.push(JSON.stringify(result.refusals.map(findingOf)));
        if (areAlike(refusals.slice(-MOST_ALIKE - 1))) {
          const error = new Error(
            `Conditions fail on what should satisfy them: ${refusals.at(-1)}`,
          );
          fail(moving, error);
          return standstill('failed', result.refusals);
        }
        if (refusals.length >= maxRefusals) return standstill('refused', result.refusals);
        break;
      }
      case 'failed':
        fail(moving, result.error);
        return standstill('failed');
      case 'exhausted':
        return result.contested ? standstill('contested', result.contested) : { conflicts };
    }
  }
};

const areAlike = (findings: readonly string[]): boolean =>
  findings.length > MOST_ALIKE && new Set(findings).size === 1;

const toFailure = (error: unknown) => ({ type: 'failed' as const, error, conflicts: 0 });

/** An error is about one order. With several orders, halving the group has to show which one. */
const fail = <Why>(moving: readonly Moving<Why>[], error: unknown): void => {
  if (moving.length === 1) moving[0]?.progress.fail(error);
};

/** The orders whose steps change one of these items; all orders if there is none. */
const thoseAbout = <Why>(
  moving: readonly Moving<Why>[],
  items: readonly Change[],
): readonly Progress<Why>[] => {
  const orders = new Set<string | undefined>();
  const products = new Set<string>();
  for (const item of items) {
    if ('order' in item) orders.add(item.order.id);
    if ('productId' in item) products.add(item.productId);
    if ('movement' in item) orders.add(item.movement.orderId);
  }
  const some = moving.filter(
    ({ step: { order, releases } }) =>
      orders.has(order.id) || releases.some(({ productId }) => products.has(productId)),
  );
  return (some.length > 0 ? some : moving).map(({ progress }) => progress);
};

type Moving<Why> = { readonly progress: Progress<Why>; readonly step: Step };

/** What a refusal found, or the key under which it found nothing. */
const findingOf = (refusal: Refusal): unknown => {
  if (refusal.found) return refusal.found;
  if ('order' in refusal) return refusal.order.id;
  if ('movement' in refusal) return movementKey(refusal.movement);
  return 'productId' in refusal ? refusal.productId : refusal.type;
};
