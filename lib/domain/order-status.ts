export const ORDER_STATUSES = [
  'pending',
  'confirmed',
  'shipped',
  'delivered',
  'cancelled',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** All that the system asks of a status. */
type StatusRules = {
  /** The status that a shop takes an order to from here; null where its way ends. */
  readonly next: OrderStatus | null;
  /** Whether an order can be cancelled: it can, it has been, or its goods have left the building. */
  readonly cancellation: 'possible' | 'done' | 'goods_left';
  /**
   * What becomes of the units that its lines hold:
   *
   * - `kept`: the order holds them.
   * - `cancelled`, `shipped`: the order lets go of them, and they count as that from then on. Lines
   *   that still hold units show what an interruption left to do.
   * - `none`: it holds none any more.
   */
  readonly units: 'kept' | 'cancelled' | 'shipped' | 'none';
  /** Whether an order ends by itself at its `expiresAt`. */
  readonly expires: boolean;
};

/**
 * The one table of an order's statuses. Whatever depends on a status reads it here, so that a new
 * one leaves no question unanswered: it does not compile before it answers them all.
 */
export const STATUS_RULES = {
  pending: { next: 'confirmed', cancellation: 'possible', units: 'kept', expires: true },
  confirmed: { next: 'shipped', cancellation: 'possible', units: 'kept', expires: false },
  shipped: { next: 'delivered', cancellation: 'goods_left', units: 'shipped', expires: false },
  delivered: { next: null, cancellation: 'goods_left', units: 'none', expires: false },
  cancelled: { next: null, cancellation: 'done', units: 'cancelled', expires: false },
} as const satisfies Record<OrderStatus, StatusRules>;

/** Where a shop can take an order. */
export type Destination = Exclude<(typeof STATUS_RULES)[OrderStatus]['next'], null>;

export const rulesOf = (status: OrderStatus): StatusRules => STATUS_RULES[status];

/** Some of all orders: those of one status, or `active` ones, which are all but the cancelled. */
export type OrderScope = OrderStatus | 'active';

/** The statuses that a scope takes in; without a scope, all. */
export const statusesOf = (scope: OrderScope | undefined): readonly OrderStatus[] => {
  if (scope === undefined) return ORDER_STATUSES;
  if (scope !== 'active') return [scope];
  return ORDER_STATUSES.filter((status) => rulesOf(status).cancellation !== 'done');
};
