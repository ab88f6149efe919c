import type { FeedLine } from './event.ts';

/**
 * What the copy says about a cancellation, the same to the first call and to each repeated one:
 *
 * - `due`: units of each product that were to come back; empty, if nothing may come back.
 * - `isUnknown`: the copy has no such order, so it cannot tell.
 */
export type Verdict = {
  readonly due: ReadonlyMap<string, number>;
  readonly isUnknown?: true;
};

/** What the other shop did wrong with one product of an order, or of a part of one. */
export type ShadowFinding = {
  readonly kind:
    | 'restored_twice'
    | 'restored_too_much'
    | 'not_restored'
    | 'not_to_be_restored'
    | 'unknown_order';
  readonly orderId: string;
  /** The name of the part; absent for a whole order. */
  readonly idempotencyKey?: string;
  readonly productId: string;
  /** Units that were to come back, and that the other shop gave back. */
  readonly due: number;
  readonly restored: number;
};

/** Units that came back in all, and with the last event. */
type Restored = { readonly total: number; readonly last: number };

type Tally = {
  readonly orderId: string;
  readonly idempotencyKey: string | undefined;
  /** Undefined while nobody has said what was cancelled. */
  verdict: Verdict | undefined;
  readonly restored: Map<string, Restored>;
};

type About = Pick<FeedLine, 'orderId' | 'idempotencyKey'>;

/** Adds up what the other shop gives back for each cancellation, beside what was due. */
export const openTallies = () => {
  const tallies = new Map<string, Tally>();
  const seen = new Set<string>();
  const tallyOf = ({ orderId, idempotencyKey }: About): Tally => {
    const name = JSON.stringify([orderId, idempotencyKey]);
    const tally = tallies.get(name) ?? {
      orderId,
      idempotencyKey,
      verdict: undefined,
      restored: new Map<string, Restored>(),
    };
    tallies.set(name, tally);
    return tally;
  };
  return {
    /** Whether this event was told before. */
    isRepeated: ({ eventId }: FeedLine): boolean => {
      if (eventId === undefined) return false;
      const isKnown = seen.has(eventId);
      seen.add(eventId);
      return isKnown;
    },
    isJudged: (about: About): boolean => tallyOf(about).verdict !== undefined,
    judge: (about: About, verdict: Verdict): void => {
      tallyOf(about).verdict = verdict;
    },
    enter: (line: FeedLine): void => {
      if (line.type === 'cancelled') return;
      const { restored } = tallyOf(line);
      const before = restored.get(line.productId)?.total ?? 0;
      restored.set(line.productId, { total: before + line.quantity, last: line.quantity });
    },
    orders: (): number => new Set([...tallies.values()].map(({ orderId }) => orderId)).size,
    findings: (): ShadowFinding[] => [...tallies.values()].flatMap(findingsOf),
  };
};

const NOTHING: Restored = { total: 0, last: 0 };
const NOT_DUE: Verdict = { due: new Map() };

const findingsOf = ({ orderId, idempotencyKey, verdict, restored }: Tally): ShadowFinding[] => {
  const { due: dueOf, isUnknown } = verdict ?? NOT_DUE;
  const productIds = new Set([...dueOf.keys(), ...restored.keys()]);
  return [...productIds].flatMap((productId): ShadowFinding[] => {
    const due = dueOf.get(productId) ?? 0;
    const is = restored.get(productId) ?? NOTHING;
    if (is.total === due) return [];
    const part = idempotencyKey !== undefined && { idempotencyKey };
    const kind = isUnknown ? 'unknown_order' : kindOf(due, is);
    return [{ kind, orderId, ...part, productId, due, restored: is.total }];
  });
};

const kindOf = (due: number, { total, last }: Restored): ShadowFinding['kind'] => {
  if (total < due) return 'not_restored';
  if (due === 0) return 'not_to_be_restored';
  // All had come back before the last event.
  return total - last >= due ? 'restored_twice' : 'restored_too_much';
};
