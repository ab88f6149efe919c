import type { Change, CommitResult, Refusal } from '../domain/change.ts';
import type { Step } from '../domain/release.ts';
import { type Facts, follow, learn, movementKey, noFacts } from './facts.ts';
import { type Plan, planGroup, type Receipt } from './plan.ts';
import type { Progress } from './progress.ts';

/** What all groups of a run know of the shop, and of their commits. */
export type Memory = {
  readonly facts: Facts;
  /**
   * By write id, what takes in that a commit took effect, for all that were sent and may yet turn
   * out to have. A condition that finds such an id proves it, whatever was heard of the commit.
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

/** When a group gives up for now, because others keep being in its way. */
export type Limits = {
  /** Conflicts with others that one commit puts up with. */
  readonly maxConflicts: number;
  /** The same for conflicts with others who were at none of its orders; as many, if absent. */
  readonly maxAtProducts?: number;
  /**
   * Refusals in a row. A refusal tells all that stands against a plan, so more than a few are others
   * who keep changing something that it needs.
   */
  readonly maxRefusals: number;
};

/**
 * Why a group cannot go on as it is, and which of its orders that is about: without these the others
 * can. Of a failure that may be all of them.
 */
export type Standstill<Why> = {
  readonly why: 'contested' | 'refused' | 'failed';
  readonly about: readonly Progress<Why>[];
};

export type GroupEnd<Why> = {
  /** Attempts that conflicts with others or throttling had us repeat. */
  readonly conflicts: number;
  /** Absent where all orders came to their ends, or the time was up. */
  readonly standstill?: Standstill<Why>;
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
 */
export const settleGroup = async <Why>(
  group: readonly Progress<Why>[],
  { facts, sent }: Memory,
  { maxRefusals, ...conflictLimits }: Limits,
  { commit, remaining, now, newId, maxChanges }: SettlePorts,
): Promise<GroupEnd<Why>> => {
  let conflicts = 0;
  /** What the refusals since the last success found. */
  let refusals: string[] = [];
  for (;;) {
    // 1. Decide what each order needs next. An order that needs nothing has come to its end.
    const at = now().toISOString();
    const moving = group.flatMap((progress) => {
      const step = progress.nextStep(at);
      return step ? [{ progress, step }] : [];
    });
    if (moving.length === 0 || remaining() <= 0) return { conflicts };

    // 2. Plan one commit for as many of them as fit.
    const { plan, flying } = planWhatFits(moving, facts, at, maxChanges);

    // 3. Commit it, all or nothing.
    const writeId = newId();
    sent.set(writeId, () => {
      sent.delete(writeId);
      for (const [index, { progress, step }] of flying.entries()) {
        progress.take(step, plan.receipts[index] as Receipt);
      }
      follow(facts, plan.changes);
    });
    const result = await commit(plan.changes, { writeId, ...conflictLimits }).catch(toFailure);
    conflicts += result.conflicts;
    const standstill = (
      why: Standstill<Why>['why'],
      items: readonly Change[] = [],
    ): GroupEnd<Why> => ({ conflicts, standstill: { why, about: thoseAbout(flying, items) } });

    // 4. Learn from the answer, and decide again.
    switch (result.type) {
      case 'committed':
        sent.get(writeId)?.();
        refusals = [];
        break;
      case 'refused': {
        for (const { writeId: found = '' } of result.refusals) sent.get(found)?.();
        const orders = learn(facts, result.refusals);
        for (const { progress } of flying) {
          const { id } = progress.order;
          if (orders.has(id)) progress.lookAgain(orders.get(id));
        }
        refusals.push(JSON.stringify(result.refusals.map(findingOf)));
        if (areAlike(refusals.slice(-MOST_ALIKE - 1))) {
          const error = new Error(
            `Conditions fail on what should satisfy them: ${refusals.at(-1)}`,
          );
          fail(flying, error);
          return standstill('failed', result.refusals);
        }
        if (refusals.length >= maxRefusals) return standstill('refused', result.refusals);
        break;
      }
      case 'failed':
        fail(flying, result.error);
        return standstill('failed');
      case 'exhausted':
        return result.contested ? standstill('contested', result.contested) : { conflicts };
    }
  }
};

const areAlike = (findings: readonly string[]): boolean =>
  findings.length > MOST_ALIKE && new Set(findings).size === 1;

const toFailure = (error: unknown) => ({ type: 'failed' as const, error, conflicts: 0 });

/** An error is about one order. Of several nobody knows which, before they have been taken apart. */
const fail = <Why>(flying: readonly Moving<Why>[], error: unknown): void => {
  if (flying.length === 1) flying[0]?.progress.fail(error);
};

/** The orders that would change one of these items; all where none of them would. */
const thoseAbout = <Why>(
  flying: readonly Moving<Why>[],
  items: readonly Change[],
): readonly Progress<Why>[] => {
  const orders = new Set<string | undefined>();
  const products = new Set<string>();
  for (const item of items) {
    if ('order' in item) orders.add(item.order.id);
    if ('productId' in item) products.add(item.productId);
    if ('movement' in item) orders.add(item.movement.orderId);
  }
  const some = flying.filter(
    ({ step: { order, releases } }) =>
      orders.has(order.id) || releases.some(({ productId }) => products.has(productId)),
  );
  return (some.length > 0 ? some : flying).map(({ progress }) => progress);
};

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

/** What a refusal found, or what it did not find. */
const findingOf = (refusal: Refusal): unknown => {
  if (refusal.found) return refusal.found;
  if ('order' in refusal) return refusal.order.id;
  if ('movement' in refusal) return movementKey(refusal.movement);
  return 'productId' in refusal ? refusal.productId : refusal.type;
};
