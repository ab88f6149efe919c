import { type OrderStatus, rulesOf } from '../../domain/order-status.ts';
import type { CounterShare } from '../books.ts';
import { tooLarge } from '../order-steps.ts';
import type { AdjustmentRecord, LineRecord, OrderRecord } from '../records.ts';
import type { Finding, FindingKind } from '../report.ts';
import type { RawMovement, RawRow } from './raw.ts';

/** What the tables have of one order. */
export type RawOrder = {
  readonly id: string;
  row?: RawRow;
  /** Units ordered, by product. Lines of one product are added up. */
  readonly ordered: Map<string, number>;
  readonly movements: RawMovement[];
  /** Products that do not exist. */
  readonly gone: Set<string>;
};

/** What an order had to do with one product. */
type Units = {
  readonly ordered: number;
  /** Units that its movements reserved and restored, and those that left the stock for it. */
  readonly reserved: number;
  readonly restored: number;
  readonly left: number;
  /** Whether something was restored when nothing was left to restore. */
  readonly isRepeated: boolean;
  readonly since: string | undefined;
};

/** What becomes of an order. */
export type Derived = {
  /** Undefined if there is no row of it. */
  readonly record: OrderRecord | undefined;
  readonly shares: ReadonlyMap<string, CounterShare>;
  readonly holdings: ReadonlyMap<string, { readonly units: number; readonly at: string }>;
  readonly adjustments: readonly (readonly [productId: string, AdjustmentRecord])[];
  readonly findings: readonly Finding[];
};

/** @param options.expiresAt when the pending orders expire; undefined if they never do */
export type OrderOptions = {
  readonly statuses: Readonly<Record<string, OrderStatus>>;
  readonly expiresAt: string | undefined;
};

/**
 * Derives what an order holds from its movements, and says what is wrong with them. What was ordered
 * only says what it was for: `order_items` never moved any stock.
 */
export const deriveOrder = (raw: RawOrder, options: OrderOptions): Derived => {
  const findings: Finding[] = [];
  const tell: Tell = (kind, productId, quantity, is, done) => {
    findings.push({ kind, orderId: raw.id, productId, quantity, is, done });
  };
  const status = statusOf(raw, options, findings);
  const hasLeft = status !== undefined && rulesOf(status).cancellation === 'goods_left';
  const shares = new Map<string, CounterShare>();
  const holdings = new Map<string, { units: number; at: string }>();
  const items: LineRecord[] = [];
  for (const productId of productsOf(raw)) {
    const units = unitsOf(raw, productId, hasLeft);
    const isGone = raw.gone.has(productId);
    const line = lineOf(productId, units, status, isGone, tell);
    const net = units.reserved - units.restored - units.left;
    if (!isGone) {
      const shipped = line?.shippedQuantity ?? 0;
      const stillCounted = Math.max(0, shipped - units.left);
      shares.set(productId, { net, held: Math.max(0, net), isShipped: hasLeft, stillCounted });
    }
    if (!line) continue;
    items.push(line);
    const { reservedQuantity } = line;
    if (reservedQuantity > 0) {
      holdings.set(productId, { units: reservedQuantity, at: units.since ?? '' });
    }
  }
  const adjustments = hasLeft
    ? raw.movements.filter(({ type, units }) => type === 'adjustment' && units > 0)
    : raw.movements.filter(({ type }) => type === 'adjustment');
  const record =
    raw.row && status
      ? { id: raw.id, ...raw.row, status, items, expiresAt: options.expiresAt }
      : undefined;
  const excess = record && tooLarge(record);
  if (excess) findings.push(excess);
  return {
    record: excess ? undefined : record,
    shares,
    holdings: excess ? new Map() : holdings,
    adjustments: adjustments.map(({ productId, referenceId, units, at }) => [
      productId,
      { referenceId, quantity: units, at },
    ]),
    findings,
  };
};

type Tell = (
  kind: FindingKind,
  productId: string,
  quantity: number,
  is: string,
  done: string,
) => void;

/** A status that nobody has mapped is one by what the order still holds. */
const statusOf = (
  { id, row, movements }: RawOrder,
  { statuses }: OrderOptions,
  findings: Finding[],
): OrderStatus | undefined => {
  if (!row) return undefined;
  if (typeof row.status === 'string') return row.status;
  const { unknown } = row.status;
  const mapped = statuses[unknown];
  if (mapped !== undefined) return mapped;
  const net = movements.reduce(
    (sum, { type, units }) =>
      sum + (type === 'reservation' ? units : type === 'restoration' ? -units : 0),
    0,
  );
  const status = net > 0 ? 'confirmed' : 'cancelled';
  findings.push({
    kind: 'unknown_status',
    orderId: id,
    is: `its status is "${unknown}"`,
    done: `${status}, because it holds ${net > 0 ? net : 'nothing'}; see --map-status`,
  });
  return status;
};

/** In the sequence in which they were ordered. */
const productsOf = ({ ordered, movements }: RawOrder): Set<string> =>
  new Set([
    ...ordered.keys(),
    ...movements.filter(({ type }) => type !== 'adjustment').map(({ productId }) => productId),
  ]);

/** By time; rows of the same moment by their ids, which count up. */
const inSequence = (a: RawMovement, b: RawMovement): number =>
  a.at.localeCompare(b.at) || a.id.length - b.id.length || a.id.localeCompare(b.id);

const unitsOf = (raw: RawOrder, productId: string, hasLeft: boolean): Units => {
  const own = raw.movements.filter((one) => one.productId === productId).sort(inSequence);
  const sum = (type: RawMovement['type']): number =>
    own.reduce((total, one) => total + (one.type === type ? one.units : 0), 0);
  const left = hasLeft
    ? own.reduce(
        (total, { type, units }) => total + (type === 'adjustment' && units < 0 ? -units : 0),
        0,
      )
    : 0;
  const reserved = sum('reservation');
  let open = reserved;
  let isRepeated = false;
  for (const { type, units } of own) {
    if (type !== 'restoration') continue;
    isRepeated ||= open === 0 && reserved > 0;
    open = Math.max(0, open - units);
  }
  return {
    ordered: raw.ordered.get(productId) ?? 0,
    reserved,
    restored: sum('restoration'),
    left,
    isRepeated,
    since: own.find(({ type }) => type === 'reservation')?.at,
  };
};

const lineOf = (
  productId: string,
  units: Units,
  status: OrderStatus | undefined,
  isGone: boolean,
  tell: Tell,
): LineRecord | undefined => {
  const { reserved, restored, ordered } = units;
  if (status === undefined) {
    const quantity = reserved - restored;
    tell(
      'unknown_order',
      productId,
      Math.max(ordered, Math.abs(quantity)),
      strayText(units),
      'not imported',
    );
    return undefined;
  }
  if (isGone) {
    const quantity = Math.max(ordered, reserved);
    tell('unknown_product', productId, quantity, `${quantity} of it`, goneText(status));
    return goneLine(productId, quantity, status);
  }
  switch (rulesOf(status).cancellation) {
    case 'possible':
      return openLine(productId, units, tell);
    case 'goods_left':
      return shippedLine(productId, units, tell);
    case 'done':
      return cancelledLine(productId, units, tell);
  }
};

const strayText = ({ ordered, reserved, restored }: Units): string =>
  [
    ...(ordered > 0 ? [`an item of ${ordered}`] : []),
    ...(reserved > 0 ? [`reserved ${reserved}`] : []),
    ...(restored > 0 ? [`restored ${restored}`] : []),
  ].join(', ');

const goneText = (status: OrderStatus): string =>
  rulesOf(status).cancellation === 'goods_left'
    ? 'counts as shipped; no stock moves'
    : 'counts as cancelled; no stock moves';

const NONE = { reservedQuantity: 0, shippedQuantity: 0, cancelledQuantity: 0 };

/** The ledger of a product that is gone has gone with it. */
const goneLine = (
  productId: string,
  quantity: number,
  status: OrderStatus,
): LineRecord | undefined => {
  if (quantity <= 0) return undefined;
  const hasLeft = rulesOf(status).cancellation === 'goods_left';
  const counted = hasLeft ? { shippedQuantity: quantity } : { cancelledQuantity: quantity };
  return { productId, ...NONE, ...counted, notInLedger: true };
};

/** A pending or confirmed order holds what it reserved, less what was restored. */
const openLine = (productId: string, units: Units, tell: Tell): LineRecord | undefined => {
  const { reserved, restored } = units;
  tellExcess(productId, units, tell);
  const back = Math.min(restored, reserved);
  if (back > 0) {
    tell(
      'restored_while_open',
      productId,
      back,
      `reserved ${reserved}, restored ${restored}`,
      `holds ${reserved - back}; ${back} count as cancelled`,
    );
  }
  tellOrdered(productId, units, tell, `holds ${reserved - back}, as its movements say`);
  return reserved > 0
    ? { productId, ...NONE, reservedQuantity: reserved - back, cancelledQuantity: back }
    : undefined;
};

/** What has left the building was there, whatever the ledger says. */
const shippedLine = (productId: string, units: Units, tell: Tell): LineRecord | undefined => {
  const { ordered, reserved, restored } = units;
  const shipped = Math.max(ordered, reserved);
  if (restored > 0) {
    tell(
      'restored_after_shipping',
      productId,
      restored,
      `reserved ${reserved}, restored ${restored}, and has shipped`,
      `${shipped} count as shipped; nothing came back`,
    );
  }
  if (ordered > reserved) {
    tell(
      'shipped_not_reserved',
      productId,
      ordered - reserved,
      `ordered ${ordered}, reserved ${reserved}, and has shipped`,
      `${shipped} count as reserved and shipped`,
    );
  } else if (ordered < reserved) {
    tellOrdered(productId, units, tell, `${shipped} count as shipped`);
  }
  return shipped > 0 ? { productId, ...NONE, shippedQuantity: shipped } : undefined;
};

/** Everything that a cancelled order reserved is back on the shelf. */
const cancelledLine = (productId: string, units: Units, tell: Tell): LineRecord | undefined => {
  const { ordered, reserved, restored } = units;
  tellExcess(productId, units, tell);
  if (restored < reserved) {
    tell(
      'not_restored',
      productId,
      reserved - restored,
      `reserved ${reserved}, restored ${restored}`,
      `${reserved - restored} restored now`,
    );
  }
  if (reserved > 0) return { productId, ...NONE, cancelledQuantity: reserved };
  if (ordered > 0) return { productId, ...NONE, cancelledQuantity: ordered, notInLedger: true };
  return undefined;
};

const tellExcess = (productId: string, units: Units, tell: Tell): void => {
  const { reserved, restored, isRepeated } = units;
  const excess = restored - reserved;
  if (excess <= 0) return;
  tell(
    isRepeated ? 'restored_twice' : 'restored_too_much',
    productId,
    excess,
    `reserved ${reserved}, restored ${restored}`,
    `restored ${reserved}; the other ${excess} never happened`,
  );
};

const tellOrdered = (productId: string, units: Units, tell: Tell, done: string): void => {
  const { ordered, reserved } = units;
  if (ordered === reserved) return;
  const kind = ordered > reserved ? 'ordered_not_reserved' : 'reserved_not_ordered';
  const is = `ordered ${ordered}, reserved ${reserved}`;
  tell(kind, productId, Math.abs(ordered - reserved), is, done);
};
