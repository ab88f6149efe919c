/** What everybody will do in a simulated shop, drawn before it begins. */
import { anOrder } from '../support/builders.ts';
import type { Setting } from '../support/furnishing.ts';
import type { Chance } from './choices.ts';
import { crowdIds, crowdItems, drawCancellers } from './crowd.ts';
import { BEGINNING } from './database.ts';
import type { Draw, Units } from './deeds/deed.ts';
import { DEED_KINDS, type Deed, type DeedKind, KINDS } from './deeds/index.ts';
import type { Swarm } from './swarm.ts';

export type PlannedDeed = {
  /** Names it, also after others were left out. */
  readonly id: string;
  readonly deed: Deed;
  /** Milliseconds that the shopper waits before it. */
  readonly pauseMs: number;
};

/** One who does one thing after the other. */
export type Shopper = { readonly beginsAt: number; readonly deeds: readonly PlannedDeed[] };

export type Plan = {
  /** What the shop has at the beginning. */
  readonly setting: Setting;
  readonly shoppers: readonly Shopper[];
  /** Orders that can be left out. */
  readonly crowd: readonly string[];
};

/** What is left of a plan without these deeds and these orders of its crowd. */
export const withoutThese = (plan: Plan, names: ReadonlySet<string>): Plan => {
  const stays = (name: string): boolean => !names.has(name);
  const lessOf = (deed: Deed): Deed =>
    'orderIds' in deed ? { ...deed, orderIds: deed.orderIds.filter(stays) } : deed;
  const { orders = [], products = {} } = plan.setting;
  return {
    setting: { orders: orders.filter(({ id }) => stays(id)), products },
    crowd: plan.crowd.filter(stays),
    shoppers: plan.shoppers.map(({ deeds, ...shopper }) => ({
      ...shopper,
      deeds: deeds
        .filter(({ id }) => stays(id))
        .map((one) => ({ ...one, deed: lessOf(one.deed) }))
        .filter(({ deed }) => !('orderIds' in deed) || deed.orderIds.length > 0),
    })),
  };
};

export const drawPlan = (chance: Chance, swarm: Swarm): Plan => {
  const { between, happens } = chance;
  const draw = createDraw(chance, swarm);
  return {
    setting: draw.setting(),
    crowd: crowdIds(swarm),
    shoppers: [
      ...(swarm.crowd ? drawCancellers(chance, swarm, swarm.crowd) : []),
      ...Array.from({ length: swarm.shoppers }, (_, index): Shopper => {
        const shopper = `s${index + 1}`;
        const order = draw.orderId(`${shopper}/order`);
        const renews = happens(swarm.renewing, `${shopper}/renews`);
        const round = happens(0.4, `${shopper}/wavers`) ? WAVERING : RENEWAL;
        const begin = between(0, round.length - 1, `${shopper}/begins with`);
        return {
          beginsAt: between(0, swarm.spanMs, `${shopper}/begins`),
          deeds: Array.from({ length: swarm.deedsEach }, (_, at): PlannedDeed => {
            const id = `${shopper}.${at + 1}`;
            return {
              id,
              deed: renews
                ? draw.deedOf(round[(begin + at) % round.length] ?? 'cancel', id, order)
                : draw.deed(id, order),
              pauseMs: at === 0 ? 0 : between(0, swarm.pauseMs, `${id}/pause`),
            };
          }),
        };
      }),
    ],
  };
};

/** What somebody does who uses an id again and again. */
const RENEWAL: readonly DeedKind[] = ['cancel', 'delete order', 'place'];

/** What somebody does who cannot decide, while the shop sells to others. */
const WAVERING: readonly DeedKind[] = [
  'cancel',
  'adjust',
  'reinstate',
  'cancel with grace',
  'reinstate',
];

/** What is soon, in milliseconds. */
const SOON_MS = 300_000;

/** So many orders of the crowd are those that shoppers deal with, too. */
const MET_BY_SHOPPERS = 24;

const createDraw = (chance: Chance, swarm: Swarm) => {
  const { between, happens, oneOf, choose } = chance;
  const productIds = Array.from({ length: swarm.products }, (_, at) => `p${at + 1}`);
  const largeIds = Array.from(
    { length: swarm.largeLines },
    (_, at) => `l${String(at + 1).padStart(3, '0')}`,
  );
  const ownIds = Array.from({ length: swarm.orders }, (_, at) => `o${at + 1}`);
  const crowd = crowdIds(swarm);
  const orderIds = [...ownIds, ...crowd.slice(0, MET_BY_SHOPPERS)];
  const largeOrderIds = ['x1', 'x2'];
  const weighted = DEED_KINDS.flatMap((kind) => Array<DeedKind>(swarm.deeds[kind]).fill(kind));

  const isLarge = (orderId: string): boolean => largeOrderIds.includes(orderId);

  const one = (all: readonly string[], label: string): string =>
    all[choose(all.length, label)] ?? '';

  const quantity = (label: string): number =>
    happens(0.1, `${label}/many`) ? swarm.stock : between(1, 3, `${label}/few`);

  const items = (label: string): Units[] => {
    const first = choose(productIds.length, `${label}/first`);
    const count = between(1, Math.min(3, productIds.length), `${label}/lines`);
    return Array.from({ length: count }, (_, at) => ({
      productId: productIds[(first + at) % productIds.length] ?? '',
      quantity: quantity(`${label}/line${at}`),
    }));
  };

  /** All the many products, and one that small orders have as well. */
  const largeItems = (): Units[] =>
    [...largeIds, 'p1'].map((productId) => ({ productId, quantity: 1 }));

  /** The lines of an order, whoever places it. */
  const itemsOf = (orderId: string): Units[] => {
    const label = `items of ${orderId}`;
    if (isLarge(orderId)) return largeItems();
    if (!swarm.crowd || ownIds.includes(orderId)) return items(label);
    return happens(swarm.crowd.largeShare, `${label}/large`)
      ? largeItems()
      : crowdItems(chance, swarm.crowd, productIds, label);
  };

  /** Lines of an order of which a part may be cancelled. */
  const partOf = (orderId: string): Units[] =>
    isLarge(orderId) ? items(`items of ${orderId}`) : itemsOf(orderId).slice(0, 3);

  const anyOrderId = (label: string, own: string): string => {
    if (isLarge(own)) return own;
    if (happens(swarm.largeShare / 3, `${label}/large`)) {
      return one(largeOrderIds, `${label}/which large`);
    }
    return happens(0.3, `${label}/other`) ? one(orderIds, `${label}/which`) : own;
  };

  const deed = (id: string, own: string): Deed =>
    deedOf(weighted[choose(weighted.length, `${id}/kind`)] ?? 'place', id, own);

  const deedOf = (kind: DeedKind, id: string, own: string): Deed =>
    KINDS[kind].draw(drawFor(id, own));

  const drawFor = (id: string, own: string): Draw => ({
    between,
    happens,
    oneOf,
    id,
    own,
    orderId: anyOrderId(id, own),
    productId: one(productIds, `${id}/product`),
    anyProductId: (label) => one(productIds, label),
    soon: () => new Date(BEGINNING + between(1, SOON_MS, `${id}/soon`)).toISOString(),
    stock: swarm.stock,
    isLarge,
    largeOrderId: () => one(largeOrderIds, `${id}/which large`),
    largeItems,
    items: () => items(id),
    itemsOf,
    partOf,
    orderIds: () =>
      [...orderIds, ...largeOrderIds].filter((_, at) => happens(0.5, `${id}/some ${at}`)),
    key: () => oneOf(['k1', 'k2'], `${id}/key`),
  });

  /** Some of the orders are there already. */
  const setting = (): Setting => {
    const before = [
      ...ownIds.filter((id) => happens(0.7, `setting/${id}`)),
      ...crowd.filter((id) => happens(0.97, `setting/${id}`)),
    ];
    const largeBefore =
      swarm.largeLines > 0 ? largeOrderIds.filter((id) => happens(0.5, `setting/${id}`)) : [];
    const orders = [...before, ...largeBefore].map((id) => {
      const isConfirmed = happens(0.5, `setting/${id} confirmed`);
      const expiresIn = between(1, SOON_MS, `setting/${id} expires`);
      return anOrder(
        id,
        Object.fromEntries(itemsOf(id).map((line) => [line.productId, line.quantity])),
        {
          writeId: `before-${id}`,
          status: isConfirmed ? 'confirmed' : 'pending',
          ...(!isConfirmed && { expiresAt: new Date(BEGINNING + expiresIn).toISOString() }),
        },
      );
    });
    const held = new Map<string, number>();
    for (const { productId, reservedQuantity } of orders.flatMap(({ items }) => items)) {
      held.set(productId, (held.get(productId) ?? 0) + reservedQuantity);
    }
    return {
      orders,
      products: Object.fromEntries(
        [...productIds, ...largeIds].map((id) => [
          id,
          { stock: swarm.stock + (held.get(id) ?? 0) },
        ]),
      ),
    };
  };

  /** The order that a shopper mostly deals with. */
  const orderId = (label: string): string =>
    happens(swarm.largeShare, `${label}/large`)
      ? one(largeOrderIds.slice(0, swarm.orders), `${label}/which large`)
      : one(orderIds, label);

  return { setting, deed, deedOf, orderId };
};
