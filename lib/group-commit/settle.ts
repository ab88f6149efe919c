import type { Change, CommitResult, Refusal } from '../domain/change.ts';
import { withoutGone } from '../domain/release.ts';
import { applyCommit, type Facts, isGone, learn, movementKey, noFacts } from './facts.ts';
import type { Capacity } from './pack.ts';
import { planGroup } from './plan.ts';
import type { Progress } from './progress.ts';

/** What all groups of a run know about the shop and about the commits of the run. */
export type Memory = Facts & {
  /**
   * By write id, for every commit that was sent and is not known to have taken effect: what to do
   * if it did. A condition that finds such an id proves it, whatever the answer to the commit was.
   */
  readonly sent: Map<Refusal['writeId'], () => void>;
  /** Attempts that had to be repeated because of contention or throttling. */
  conflicts: number;
};

export const emptyMemory = (): Memory => ({ ...noFacts(), sent: new Map(), conflicts: 0 });

export type SettlePorts = {
  readonly commit: (
    changes: readonly Change[],
    options: { readonly writeId: string } & Limits,
  ) => Promise<CommitResult>;
  readonly remaining: () => number;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly capacity: Capacity;
};

/** When a group stops because of contention, for now. */
export type Limits = {
  /**
   * Attempts of one commit that may fail by conflicts, not counting throttling, and refusals in a
   * row. One refusal shows everything that is wrong with a plan. More than a few mean that other
   * requests keep writing to something that the plan needs.
   */
  readonly maxConflicts: number;
  /** The same for conflicts that were at none of its orders; no further limit if absent. */
  readonly maxProductConflicts?: number;
};

/**
 * So many refusals in a row that find exactly the same mean that no plan can satisfy the data. With
 * two or three, other requests may have changed it back and forth.
 */
const ALIKE = 4;

/**
 * Settles a group of orders together, in as few transactions as possible. An order that is not
 * settled when this returns can be tried again.
 *
 * The first steps of a group should fit one commit. A single order may need several commits.
 *
 * @returns undefined if all orders have ended or the time is up; otherwise the changes at whose
 *   items the group reached a limit. Orders that need none of these items can go on without the
 *   others. If there are no changes, nobody knows which orders are the cause
 * @throws any unexpected error; it may be about one order only, and nobody knows which
 */
export const settleGroup = async <Why>(
  group: readonly Progress<Why>[],
  memory: Memory,
  limits: Limits,
  { commit, remaining, now, newId, capacity }: SettlePorts,
): Promise<readonly Change[] | undefined> => {
  /** What the refusals since the last successful commit found. */
  let findings: string[] = [];
  for (;;) {
    // 1. Decide the next step of each order. An order without one has ended. The step remembers the
    // products that are gone, and the plan requires that they are.
    const at = now().toISOString();
    const moving = group.flatMap((progress) => {
      const step = progress.nextStep(at);
      return step ? [{ progress, step: withoutGone(step, (unit) => isGone(memory, unit)) }] : [];
    });
    if (moving.length === 0 || remaining() <= 0) return undefined;

    // 2. Plan one commit for all of them. An order may have grown since the group was packed.
    const steps = moving.map(({ progress: { by }, step }) => ({ ...step, by }));
    const { changes, drifts } = planGroup(steps, memory, at);
    if (changes.length > capacity.actions && moving.length > 1) return [];

    // 3. Commit it, all or nothing.
    const writeId = newId();
    const recordCommit = (): void => {
      memory.sent.delete(writeId);
      for (const [index, { progress, step }] of moving.entries()) {
        progress.recordStep(step, writeId, drifts[index] as number);
      }
      applyCommit(memory, changes);
    };
    memory.sent.set(writeId, recordCommit);
    const result = await commit(changes, { ...limits, writeId });
    memory.conflicts += result.conflicts;

    // 4. Learn from the answer, and decide again.
    switch (result.type) {
      case 'committed':
        recordCommit();
        findings = [];
        break;
      case 'refused': {
        const { refusals } = result;
        for (const { writeId: found } of refusals) memory.sent.get(found)?.();
        const orders = learn(memory, refusals);
        for (const { progress, step } of moving) {
          if (orders.has(step.order.id)) progress.replaceOrder(orders.get(step.order.id));
        }
        findings.push(
          JSON.stringify(
            refusals.map((one) => [one.type, one.found, 'productId' in one && one.productId]),
          ),
        );
        if (findings.length >= limits.maxConflicts) return refusals;
        if (findings.length >= ALIKE && new Set(findings.slice(-ALIKE)).size === 1) {
          const all = JSON.stringify(refusals.map(gistOf));
          throw new Error(`Conditions fail on what should satisfy them: ${all}`);
        }
        break;
      }
      case 'exhausted':
        return result.contested;
    }
  }
};

/**
 * What an error may tell of a refusal, since errors are logged: ids and numbers. The rows have texts of
 * customers in them.
 */
const gistOf = (refusal: Refusal): readonly unknown[] => {
  const { type, found = {} } = refusal;
  const numbers = Object.entries(found).filter(([, value]) => typeof value === 'number');
  return [type, idOf(refusal), Object.fromEntries(numbers)];
};

const idOf = (refusal: Refusal): string | undefined => {
  if ('order' in refusal) return refusal.order.id;
  if ('movement' in refusal) return movementKey(refusal.movement);
  return 'productId' in refusal ? refusal.productId : undefined;
};
