export const ORDER_STATUSES = [
  'pending',
  'confirmed',
  'shipped',
  'delivered',
  'cancelled',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Everything that the system needs to know about a status. */
type StatusRules = {
  /** The status after this one; null for a final status. */
  readonly next: OrderStatus | null;
  /**
   * Whether an order can be cancelled: it can, it has been, or its goods have left the building.
   */
  readonly cancellation: 'possible' | 'done' | 'goods_left';
  /**
   * What happens to the units that its lines hold:
   *
   * - `kept`: the order keeps them.
   * - `cancelled`, `shipped`: the order releases them, and from then on they count as cancelled or
   *   shipped. Lines that still hold units show the work that an interruption left.
   * - `none`: the order holds no units.
   */
  readonly units: 'kept' | 'cancelled' | 'shipped' | 'none';
  /** Whether the sweep cancels an order at its `expiresAt`. */
  readonly expires: boolean;
};

/**
 * The one table of the statuses. All code that depends on a status reads its rules here, so a new
 * status does not compile before all its rules are written.
 */
export const STATUS_RULES = {
  pending: { next: 'confirmed', cancellation: 'possible', units: 'kept', expires: true },
  confirmed: { next: 'shipped', cancellation: 'possible', units: 'kept', expires: false },
  shipped: { next: 'delivered', cancellation: 'goods_left', units: 'shipped', expires: false },
  delivered: { next: null, cancellation: 'goods_left', units: 'none', expires: false },
  cancelled: { next: null, cancellation: 'done', units: 'cancelled', expires: false },
} as const satisfies Record<OrderStatus, StatusRules>;

/** The statuses that a shop can take an order to. */
export type Destination = Exclude<(typeof STATUS_RULES)[OrderStatus]['next'], null>;

export const rulesOf = (status: OrderStatus): StatusRules => STATUS_RULES[status];

/** The orders of one status, or the `active` ones: all but the cancelled. */
export type StatusFilter = OrderStatus | 'active';

/** The statuses of a scope; without a scope, all statuses. */
export const statusesOf = (scope: StatusFilter | undefined): readonly OrderStatus[] => {
  if (scope === undefined) return ORDER_STATUSES;
  if (scope !== 'active') return [scope];
  return ORDER_STATUSES.filter((status) => rulesOf(status).cancellation !== 'done');
};
