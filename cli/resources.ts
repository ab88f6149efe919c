/** What the API answers, as its schemas declare it. */
import type * as z from 'zod/mini';
import type { ProductQuantity } from '../lib/domain/stock-movement.ts';
import type {
  BatchResource,
  CallOffPreviewResource,
  HolderResource,
  OrderResource,
  ProductResource,
  StockEntryResource,
  StockMovementResource,
} from '../lib/http/resources.ts';

export type Order = z.output<typeof OrderResource>;
export type Product = z.output<typeof ProductResource>;
export type Movement = z.output<typeof StockMovementResource>;
export type Holder = z.output<typeof HolderResource>;
export type StockEntryOutcome = z.output<typeof StockEntryResource>;
export type CallOffPreview = z.output<typeof CallOffPreviewResource>;
export type BatchProgress = z.output<typeof BatchResource>;

export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor?: string };

export type Cancellation =
  | {
      readonly outcome: 'cancelled' | 'already_cancelled';
      readonly order: Order;
      readonly restored: readonly ProductQuantity[];
    }
  | { readonly outcome: 'accepted'; readonly orderId: string };
