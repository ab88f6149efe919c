import type { FeedLine } from './event.ts';

/**
 * What the copy says about an order that the other shop has cancelled:
 *
 * - `due`: units of each product that were to come back. This is the answer to the first call and to
 *   each repeated one.
 * - `why`: why nothing may come back.
 */
export type Verdict =
  | { readonly due: ReadonlyMap<string, number> }
  | { readonly why: 'order_not_found' | 'order_not_cancellable' };

/** What the other shop did wrong with one product of an order. */
export type ShadowFinding = {
  readonly kind: 'restored_twice' | 'restored_too_much' | 'not_restored' | 'not_to_be_restored';
  readonly orderId: string;
  readonly productId: string;
  /** Units that were to come back, and that the other shop gave back. */
  readonly due: number;
  readonly restored: number;
};

type Tally = {
  readonly verdict: Verdict;
  readonly restored: Map<string, number>;
  /** Products of which units came back after all of them had. */
  readonly twice: Set<string>;
};

/** Adds up what the other shop gives back, beside what was due. */
export const openTallies = () => {
  const tallies = new Map<string, Tally>();
  const seen = new Set<string>();
  return {
    /** Whether this event was told before. */
    isRepeated: ({ eventId }: FeedLine): boolean => {
      if (eventId === undefined) return false;
      const isKnown = seen.has(eventId);
      seen.add(eventId);
      return isKnown;
    },
    has: (orderId: string): boolean => tallies.has(orderId),
    open: (orderId: string, verdict: Verdict): void => {
      tallies.set(orderId, { verdict, restored: new Map(), twice: new Set() });
    },
    enter: (line: FeedLine): void => {
      const tally = tallies.get(line.orderId);
      if (!tally || line.type === 'cancelled') return;
      const { productId, quantity } = line;
      const before = tally.restored.get(productId) ?? 0;
      const due = dueOf(tally.verdict, productId);
      if (due > 0 && before >= due) tally.twice.add(productId);
      tally.restored.set(productId, before + quantity);
    },
    orders: (): number => tallies.size,
    findings: (): ShadowFinding[] =>
      [...tallies].flatMap(([orderId, tally]) => findingsOf(orderId, tally)),
  };
};

const dueOf = (verdict: Verdict, productId: string): number =>
  'due' in verdict ? (verdict.due.get(productId) ?? 0) : 0;

const findingsOf = (orderId: string, { verdict, restored, twice }: Tally): ShadowFinding[] => {
  const due = 'due' in verdict ? verdict.due : new Map<string, number>();
  const productIds = new Set([...due.keys(), ...restored.keys()]);
  return [...productIds].flatMap((productId): ShadowFinding[] => {
    const ought = due.get(productId) ?? 0;
    const is = restored.get(productId) ?? 0;
    if (is === ought) return [];
    const kind = kindOf(ought, is, twice.has(productId));
    return [{ kind, orderId, productId, due: ought, restored: is }];
  });
};

const kindOf = (due: number, restored: number, isTwice: boolean): ShadowFinding['kind'] => {
  if (restored < due) return 'not_restored';
  if (due === 0) return 'not_to_be_restored';
  return isTwice ? 'restored_twice' : 'restored_too_much';
};
