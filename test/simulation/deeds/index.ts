/** All that shoppers, staff and other systems do. */
import { callingOff, listingHolders } from './calling-off.ts';
import { cancelling, cancellingMany, messages, tryingMany, tryingToCancel } from './cancelling.ts';
import type { DeedType, Kind } from './deed.ts';
import { listing, looking } from './looking.ts';
import { cancellingParts, partsByQueue, returning, shippingParts } from './parts.ts';
import { placing } from './placing.ts';
import { creatingProducts, deletingProducts, updatingProducts } from './products.ts';
import { reinstating } from './reinstating.ts';
import {
  amending,
  confirming,
  deletingOrders,
  delivering,
  locking,
  shipping,
  unlocking,
} from './states.ts';
import { adjusting, adjustingMany, counting } from './stock.ts';

const TYPES = [
  placing,
  cancelling,
  cancellingParts,
  cancellingMany,
  messages,
  partsByQueue,
  tryingToCancel,
  tryingMany,
  reinstating,
  confirming,
  shipping,
  shippingParts,
  delivering,
  returning,
  locking,
  unlocking,
  amending,
  deletingOrders,
  adjusting,
  counting,
  adjustingMany,
  creatingProducts,
  updatingProducts,
  deletingProducts,
  callingOff,
  listingHolders,
  looking,
  listing,
] as const;

type AnyType = (typeof TYPES)[number];

type DeedOf<Type> = Type extends { request: (deed: infer Deed) => unknown }
  ? Deed
  : Type extends { work: (deed: infer Deed) => unknown }
    ? Deed
    : never;
type KindOf<Type> = Type extends { readonly kinds: infer Kinds } ? keyof Kinds : never;

/** What somebody wants done. */
export type Deed = DeedOf<AnyType>;

/** A way to do something. */
export type DeedKind = KindOf<AnyType> & string;

/** The type of a deed; it is told by the deed's own `type`, which the compiler cannot follow. */
export const typeOf = ({ type }: Deed): DeedType<Deed> =>
  TYPES.find((one) => one.type === type) as unknown as DeedType<Deed>;

export const KINDS = Object.assign({}, ...TYPES.map(({ kinds }) => kinds)) as Readonly<
  Record<DeedKind, Kind<Deed>>
>;

export const DEED_KINDS = Object.keys(KINDS) as DeedKind[];
