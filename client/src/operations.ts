/**
 * What the operations of the API take and answer. `npm run openapi` makes this file from the OpenAPI
 * document.
 */

/** Any JSON. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export interface Operations {
  /**
   * Open a product.
   */
  createProduct: {
    input: {
      /**
       * Becomes the id where the body has none.
       */
      idempotencyKey?: string;
      body: {
        /**
         * Its name: 1 to 64 letters, digits, dots or hyphens, but not only one dot or two.
         */
        id?: string | null;
        /**
         * What people call it.
         */
        name: string;
        /**
         * Units on hand: those in the building.
         */
        stockQuantity?: number | null;
        /**
         * What the shop wants to keep with it.
         */
        metadata?: {
          [k: string]: string;
        } | null;
      };
    };
    answers: {
      '200': Product;
      '201': Product;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | ProductExists
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * List products.
   */
  listProducts: {
    input: {
      /**
       * The most items of a page. A page may have fewer, even none.
       */
      limit?: number;
      /**
       * Where to go on: `nextCursor` of the page before.
       */
      cursor?: string;
    };
    answers: {
      '200': {
        items: Product[];
        /**
         * The cursor of the next page. Without it, the list has ended.
         */
        nextCursor?: string;
      };
    };
    problems:
      | InvalidCursor
      | ValidationFailed
      | MalformedJson
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Read a product.
   */
  getProduct: {
    input: {
      /**
       * The product.
       */
      productId: string;
    };
    answers: {
      '200': Product;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | ProductNotFound
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Change a product.
   */
  updateProduct: {
    input: {
      /**
       * The product.
       */
      productId: string;
      body?: {
        /**
         * What people call it.
         */
        name?: string | null;
        /**
         * What the shop wants to keep with it.
         */
        metadata?: {
          [k: string]: string;
        } | null;
        /**
         * Whether new orders can no longer take units of it.
         */
        closed?: boolean | null;
      };
    };
    answers: {
      '200': Product;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | ProductNotFound
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Delete a product.
   */
  deleteProduct: {
    input: {
      /**
       * The product.
       */
      productId: string;
    };
    answers: {
      '204': undefined;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | ProductNotFound
      | ProductInUse
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Adjust the stock.
   */
  adjustStock: {
    input: {
      /**
       * The product.
       */
      productId: string;
      /**
       * Becomes the referenceId where the body has none.
       */
      idempotencyKey?: string;
      body: {
        /**
         * Units.
         */
        quantity: number;
        /**
         * The cause of a movement. A cause moves a product once.
         */
        referenceId?: string | null;
        /**
         * Why it is done.
         */
        reason?: string | null;
        /**
         * Words for people, kept as they are.
         */
        note?: string | null;
      };
    };
    answers: {
      '200': StockMovement;
      '201': StockMovement;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | ProductNotFound
      | ReferenceReused
      | InsufficientStock
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Count the stock.
   */
  countStock: {
    input: {
      /**
       * The product.
       */
      productId: string;
      /**
       * Becomes the referenceId where the body has none.
       */
      idempotencyKey?: string;
      body: {
        /**
         * Units on hand: those in the building.
         */
        stockQuantity: number;
        /**
         * What the stock is thought to be. If it is not, nothing is changed.
         */
        expectedStockQuantity?: number | null;
        /**
         * The cause of a movement. A cause moves a product once.
         */
        referenceId?: string | null;
        /**
         * Why it is done.
         */
        reason?: string | null;
      };
    };
    answers: {
      '200': {
        product: Product;
        movement?: StockMovement;
      };
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | ProductNotFound
      | StockChanged
      | InsufficientStock
      | ReferenceReused
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * List the movements of a product.
   */
  listProductMovements: {
    input: {
      /**
       * The product.
       */
      productId: string;
      /**
       * The most items of a page. A page may have fewer, even none.
       */
      limit?: number;
      /**
       * Where to go on: `nextCursor` of the page before.
       */
      cursor?: string;
      /**
       * reservation: an order holds units. restoration: it gives them back. adjustment: they come or go.
       */
      movementType?: 'reservation' | 'restoration' | 'adjustment';
    };
    answers: {
      '200': {
        items: StockMovement[];
        /**
         * The cursor of the next page. Without it, the list has ended.
         */
        nextCursor?: string;
      };
    };
    problems:
      | InvalidCursor
      | ValidationFailed
      | MalformedJson
      | ProductNotFound
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * List the orders that hold units of a product.
   */
  listProductOrders: {
    input: {
      /**
       * The product.
       */
      productId: string;
      /**
       * The most items of a page. A page may have fewer, even none.
       */
      limit?: number;
      /**
       * Where to go on: `nextCursor` of the page before.
       */
      cursor?: string;
    };
    answers: {
      '200': {
        items: {
          /**
           * The order.
           */
          orderId: string;
          /**
           * Where it is: an order goes from pending to confirmed, shipped and delivered.
           */
          status: 'pending' | 'confirmed' | 'shipped' | 'delivered' | 'cancelled';
          /**
           * Units that orders hold: on a line, those that the order still holds.
           */
          reservedQuantity: number;
        }[];
        /**
         * The cursor of the next page. Without it, the list has ended.
         */
        nextCursor?: string;
      };
    };
    problems:
      | InvalidCursor
      | ValidationFailed
      | MalformedJson
      | ProductNotFound
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Call a product off.
   */
  callOffProduct: {
    input: {
      /**
       * The product.
       */
      productId: string;
      /**
       * Required with upTo.
       */
      idempotencyKey?: string;
      body: {
        /**
         * What is cancelled: the lines of the product, or the whole orders that have one.
         */
        scope: 'line' | 'order';
        /**
         * Why it is done.
         */
        reason?:
          'customer' | 'declined' | 'fraud' | 'inventory' | 'staff' | 'expired' | 'other' | null;
        /**
         * Words for people, kept as they are.
         */
        note?: string | null;
        /**
         * Whether the goods go back on the shelf. With false they leave the stock, because they are lost or damaged; a token then needs the scope countermand/stock, too.
         */
        restock?: boolean | null;
        /**
         * Cancels only so many units, of the newest orders first, and does not close the product.
         */
        upTo?: number | null;
        /**
         * Answers what would happen, and changes nothing.
         */
        dryRun?: boolean | null;
      };
    };
    answers: {
      '200': {
        /**
         * Whether all orders are listed that the call-off would cancel.
         */
        complete: boolean;
        /**
         * What became of each of them.
         */
        results: {
          /**
           * The order.
           */
          orderId: string;
          /**
           * What became of the call.
           */
          outcome:
            | 'cancelled'
            | 'already_cancelled'
            | 'order_not_found'
            | 'order_not_cancellable'
            | 'order_locked'
            | 'try_again';
        }[];
        /**
         * The units that went back on the shelf.
         */
        restored: RestoredUnits[];
        /**
         * How many transactions of DynamoDB it would take.
         */
        transactions: number;
        /**
         * How many write units of DynamoDB it would take, without those of the indexes.
         */
        writeUnits: number;
      };
      '202': {
        /**
         * The batch of cancellations.
         */
        batchId: string;
        /**
         * How many different orders were put on the queue.
         */
        accepted: number;
      };
    };
    problems:
      | IdempotencyKeyRequired
      | ValidationFailed
      | MalformedJson
      | Forbidden
      | ProductNotFound
      | ReferenceReused
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Adjust and count the stock of many products, each on its own.
   */
  adjustProducts: {
    input: {
      /**
       * Gives each entry that has no referenceId one of its own, the same for a repeat.
       */
      idempotencyKey?: string;
      body: {
        /**
         * Adjustments and counts. Each is done on its own.
         *
         * @minItems 1
         * @maxItems 100
         */
        adjustments: {
          /**
           * The product.
           */
          productId: string;
          /**
           * Units.
           */
          quantity?: number | null;
          /**
           * Units on hand: those in the building.
           */
          stockQuantity?: number | null;
          /**
           * The cause of a movement. A cause moves a product once.
           */
          referenceId?: string | null;
          /**
           * Why it is done.
           */
          reason?: string | null;
        }[];
      };
    };
    answers: {
      '200': {
        /**
         * What became of each of them.
         */
        results: (
          | {
              /**
               * The product.
               */
              productId: string;
              /**
               * The cause of a movement. A cause moves a product once.
               */
              referenceId: string;
              /**
               * What became of the call.
               */
              outcome: 'adjusted' | 'already_adjusted' | 'counted' | 'already_counted';
              movement?: StockMovement;
            }
          | {
              /**
               * The product.
               */
              productId: string;
              /**
               * The cause of a movement. A cause moves a product once.
               */
              referenceId: string;
              /**
               * What went wrong, for programs.
               */
              code: 'insufficient_stock';
              /**
               * Every product that has too little.
               */
              shortages: {
                /**
                 * The product.
                 */
                productId: string;
                /**
                 * Units that were asked for.
                 */
                requested: number;
                /**
                 * Units that there are.
                 */
                available: number;
              }[];
            }
          | {
              /**
               * The product.
               */
              productId: string;
              /**
               * The cause of a movement. A cause moves a product once.
               */
              referenceId: string;
              /**
               * What went wrong, for programs.
               */
              code:
                | 'product_not_found'
                | 'stock_changed'
                | 'reference_reused'
                | 'try_again'
                | 'internal_error';
            }
        )[];
      };
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Place an order.
   */
  placeOrder: {
    input: {
      /**
       * Becomes the id where the body has none.
       */
      idempotencyKey?: string;
      body: {
        /**
         * Its name: 1 to 64 letters, digits, dots or hyphens, but not only one dot or two.
         */
        id?: string | null;
        /**
         * Units of products. Several lines of one product are added up.
         *
         * @minItems 1
         * @maxItems 1000
         */
        items: {
          /**
           * The product.
           */
          productId: string;
          /**
           * Units.
           */
          quantity: number;
        }[];
        /**
         * When the order is cancelled by itself, unless it is confirmed before.
         */
        expiresAt?: string | null;
        /**
         * What the shop wants to keep with it.
         */
        metadata?: {
          [k: string]: string;
        } | null;
      };
    };
    answers: {
      '200': Order;
      '201': Order;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | ProductNotFound
      | OrderExists
      | ProductClosed
      | InsufficientStock
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * List orders.
   */
  listOrders: {
    input: {
      /**
       * The most items of a page. A page may have fewer, even none.
       */
      limit?: number;
      /**
       * Where to go on: `nextCursor` of the page before.
       */
      cursor?: string;
      /**
       * Where it is: an order goes from pending to confirmed, shipped and delivered.
       */
      status?: 'pending' | 'confirmed' | 'shipped' | 'delivered' | 'cancelled' | 'active';
      from?: string;
      to?: string;
    };
    answers: {
      '200': {
        items: Order[];
        /**
         * The cursor of the next page. Without it, the list has ended.
         */
        nextCursor?: string;
      };
    };
    problems:
      | InvalidCursor
      | ValidationFailed
      | MalformedJson
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Read an order.
   */
  getOrder: {
    input: {
      /**
       * The order.
       */
      orderId: string;
    };
    answers: {
      '200': Order;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | OrderNotFound
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Change an order.
   */
  amendOrder: {
    input: {
      /**
       * The order.
       */
      orderId: string;
      body?: {
        /**
         * What the shop wants to keep with it.
         */
        metadata?: {
          [k: string]: string;
        } | null;
        /**
         * When the order is cancelled by itself, unless it is confirmed before.
         */
        expiresAt?: string | null;
      };
    };
    answers: {
      '200': Order;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | OrderNotFound
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Delete an order.
   */
  deleteOrder: {
    input: {
      /**
       * The order.
       */
      orderId: string;
    };
    answers: {
      '204': undefined;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | OrderNotFound
      | OrderNotDeletable
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * List the movements of an order.
   */
  listOrderMovements: {
    input: {
      /**
       * The order.
       */
      orderId: string;
      /**
       * The most items of a page. A page may have fewer, even none.
       */
      limit?: number;
      /**
       * Where to go on: `nextCursor` of the page before.
       */
      cursor?: string;
      /**
       * reservation: an order holds units. restoration: it gives them back. adjustment: they come or go.
       */
      movementType?: 'reservation' | 'restoration' | 'adjustment';
    };
    answers: {
      '200': {
        items: StockMovement[];
        /**
         * The cursor of the next page. Without it, the list has ended.
         */
        nextCursor?: string;
      };
    };
    problems:
      | InvalidCursor
      | ValidationFailed
      | MalformedJson
      | OrderNotFound
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Confirm an order.
   */
  confirmOrder: {
    input: {
      /**
       * The order.
       */
      orderId: string;
    };
    answers: {
      '200': Order;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | OrderNotFound
      | InvalidTransition
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Lock an order.
   */
  lockOrder: {
    input: {
      /**
       * The order.
       */
      orderId: string;
      body?: {
        /**
         * Why it is done.
         */
        reason?: string | null;
      };
    };
    answers: {
      '200': Order;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | OrderNotFound
      | InvalidTransition
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Unlock an order.
   */
  unlockOrder: {
    input: {
      /**
       * The order.
       */
      orderId: string;
    };
    answers: {
      '200': Order;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | OrderNotFound
      | InvalidTransition
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Ship an order.
   */
  shipOrder: {
    input: {
      /**
       * The order.
       */
      orderId: string;
      /**
       * Required with items.
       */
      idempotencyKey?: string;
      body?: {
        /**
         * Units of products. Several lines of one product are added up.
         *
         * @minItems 1
         * @maxItems 1000
         */
        items?:
          | {
              /**
               * The product.
               */
              productId: string;
              /**
               * Units.
               */
              quantity: number;
            }[]
          | null;
      };
    };
    answers: {
      '200': Order;
    };
    problems:
      | IdempotencyKeyRequired
      | ValidationFailed
      | MalformedJson
      | OrderNotFound
      | LineNotFound
      | InvalidTransition
      | QuantityExceeded
      | ReferenceReused
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Deliver an order.
   */
  deliverOrder: {
    input: {
      /**
       * The order.
       */
      orderId: string;
    };
    answers: {
      '200': Order;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | OrderNotFound
      | InvalidTransition
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Take goods back.
   */
  returnOrder: {
    input: {
      /**
       * The order.
       */
      orderId: string;
      /**
       * Required.
       */
      idempotencyKey?: string;
      body: {
        /**
         * Units of products. Several lines of one product are added up.
         *
         * @minItems 1
         * @maxItems 1000
         */
        items: {
          /**
           * The product.
           */
          productId: string;
          /**
           * Units.
           */
          quantity: number;
        }[];
        /**
         * Whether the goods go back on the shelf. With false they leave the stock, because they are lost or damaged; a token then needs the scope countermand/stock, too.
         */
        restock?: boolean | null;
        /**
         * Why it is done.
         */
        reason?: string | null;
        /**
         * Words for people, kept as they are.
         */
        note?: string | null;
      };
    };
    answers: {
      '200': Order;
    };
    problems:
      | IdempotencyKeyRequired
      | ValidationFailed
      | MalformedJson
      | OrderNotFound
      | LineNotFound
      | InvalidTransition
      | QuantityExceeded
      | ReferenceReused
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Cancel an order.
   */
  cancelOrder: {
    input: {
      /**
       * The order.
       */
      orderId: string;
      /**
       * Required with items.
       */
      idempotencyKey?: string;
      body?: {
        /**
         * Why it is done.
         */
        reason?:
          'customer' | 'declined' | 'fraud' | 'inventory' | 'staff' | 'expired' | 'other' | null;
        /**
         * Words for people, kept as they are.
         */
        note?: string | null;
        /**
         * Whether the goods go back on the shelf. With false they leave the stock, because they are lost or damaged; a token then needs the scope countermand/stock, too.
         */
        restock?: boolean | null;
        /**
         * Units of products. Several lines of one product are added up.
         *
         * @minItems 1
         * @maxItems 1000
         */
        items?:
          | {
              /**
               * The product.
               */
              productId: string;
              /**
               * Units.
               */
              quantity: number;
            }[]
          | null;
        /**
         * How long the units stay held after the cancellation, so that it can be taken back.
         */
        graceSeconds?: number | null;
        /**
         * Cancels only what nobody has confirmed.
         */
        onlyIf?: 'pending' | null;
        /**
         * Answers what would happen, and changes nothing.
         */
        dryRun?: boolean | null;
      };
    };
    answers: {
      '200': {
        /**
         * What became of the call.
         */
        outcome: 'cancelled' | 'already_cancelled';
        order: Order;
        /**
         * The units that went back on the shelf.
         */
        restored: RestoredUnits[];
      };
      '202': {
        /**
         * What became of the call.
         */
        outcome: 'accepted';
        /**
         * The order.
         */
        orderId: string;
      };
    };
    problems:
      | IdempotencyKeyRequired
      | ValidationFailed
      | MalformedJson
      | Forbidden
      | OrderNotFound
      | LineNotFound
      | OrderNotCancellable
      | OrderLocked
      | QuantityExceeded
      | ReferenceReused
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Reinstate an order.
   */
  reinstateOrder: {
    input: {
      /**
       * The order.
       */
      orderId: string;
      body?: {
        /**
         * When the order is cancelled by itself, unless it is confirmed before.
         */
        expiresAt?: string | null;
      };
    };
    answers: {
      '200': Order;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | OrderNotFound
      | ProductNotFound
      | InvalidTransition
      | ProductClosed
      | InsufficientStock
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * List the movements of a cause.
   */
  listMovements: {
    input: {
      /**
       * The most items of a page. A page may have fewer, even none.
       */
      limit?: number;
      /**
       * Where to go on: `nextCursor` of the page before.
       */
      cursor?: string;
      /**
       * reservation: an order holds units. restoration: it gives them back. adjustment: they come or go.
       */
      movementType?: 'reservation' | 'restoration' | 'adjustment';
      /**
       * The cause of a movement. A cause moves a product once.
       */
      referenceId: string;
    };
    answers: {
      '200': {
        items: StockMovement[];
        /**
         * The cursor of the next page. Without it, the list has ended.
         */
        nextCursor?: string;
      };
    };
    problems:
      | InvalidCursor
      | ValidationFailed
      | MalformedJson
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Cancel many orders.
   */
  createBatch: {
    input: {
      body: {
        /**
         * The orders to cancel.
         *
         * @minItems 1
         * @maxItems 1000
         */
        orderIds: string[];
        /**
         * Why it is done.
         */
        reason?:
          'customer' | 'declined' | 'fraud' | 'inventory' | 'staff' | 'expired' | 'other' | null;
        /**
         * Words for people, kept as they are.
         */
        note?: string | null;
        /**
         * Whether the goods go back on the shelf. With false they leave the stock, because they are lost or damaged; a token then needs the scope countermand/stock, too.
         */
        restock?: boolean | null;
        /**
         * Answers what would happen, and changes nothing.
         */
        dryRun?: boolean | null;
      };
    };
    answers: {
      '200': {
        /**
         * What became of each of them.
         */
        results: {
          /**
           * The order.
           */
          orderId: string;
          /**
           * What became of the call.
           */
          outcome:
            | 'cancelled'
            | 'already_cancelled'
            | 'order_not_found'
            | 'order_not_cancellable'
            | 'order_locked'
            | 'try_again';
        }[];
        /**
         * The units that went back on the shelf.
         */
        restored: RestoredUnits[];
        /**
         * How many transactions of DynamoDB it would take.
         */
        transactions: number;
        /**
         * How many write units of DynamoDB it would take, without those of the indexes.
         */
        writeUnits: number;
      };
      '202': {
        /**
         * The batch of cancellations.
         */
        batchId: string;
        /**
         * How many different orders were put on the queue.
         */
        accepted: number;
      };
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | Forbidden
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Read the progress of a batch.
   */
  getBatch: {
    input: {
      /**
       * The batch of cancellations.
       */
      batchId: string;
    };
    answers: {
      '200': CancellationBatch;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | BatchNotFound
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Read the OpenAPI document.
   */
  getOpenapi: {
    input: {};
    answers: {
      '200': {
        openapi: string;
        [k: string]: Json | string;
      };
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * Read this reference.
   */
  getDocs: {
    input: {};
    answers: {
      '200': string;
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
  /**
   * See whether it runs.
   */
  getHealth: {
    input: {};
    answers: {
      '200': {
        /**
         * Where it is: an order goes from pending to confirmed, shipped and delivered.
         */
        status: 'ok';
      };
    };
    problems:
      | ValidationFailed
      | MalformedJson
      | PayloadTooLarge
      | UnsupportedEncoding
      | InternalError
      | TryAgain;
  };
}
export interface Product {
  /**
   * Its name: 1 to 64 letters, digits, dots or hyphens, but not only one dot or two.
   */
  id: string;
  /**
   * What people call it.
   */
  name: string;
  /**
   * Units on hand: those in the building.
   */
  stockQuantity: number;
  /**
   * Units that orders hold: on a line, those that the order still holds.
   */
  reservedQuantity: number;
  /**
   * Units that a new order may still take: on hand minus reserved.
   */
  availableQuantity: number;
  /**
   * Whether new orders can no longer take units of it.
   */
  closed?: true;
  /**
   * What the shop wants to keep with it.
   */
  metadata?: {
    [k: string]: string;
  };
  /**
   * When it was made.
   */
  createdAt: string;
  /**
   * When it was written last.
   */
  updatedAt: string;
}
/**
 * The request is not valid.
 */
export interface ValidationFailed {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 400;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'validation_failed';
  /**
   * What is wrong with each field, up to 50 of them.
   *
   * @minItems 1
   */
  errors: {
    /**
     * Where the field is, as in `items[0].quantity`.
     */
    path: string;
    /**
     * What is wrong, for people.
     */
    message: string;
  }[];
}
/**
 * The body is not JSON.
 */
export interface MalformedJson {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 400;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'malformed_json';
}
/**
 * Another product has this id.
 */
export interface ProductExists {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'product_exists';
}
/**
 * The body is too large.
 */
export interface PayloadTooLarge {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 413;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'payload_too_large';
}
/**
 * The body is compressed.
 */
export interface UnsupportedEncoding {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 415;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'unsupported_encoding';
}
/**
 * Something went wrong on our side.
 */
export interface InternalError {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 500;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'internal_error';
}
/**
 * Not done in time.
 */
export interface TryAgain {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 503;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'try_again';
  /**
   * What the call would have made: send it again so.
   */
  id?: string;
  /**
   * What the call would have made: send it again so.
   */
  referenceId?: string;
}
/**
 * The cursor does not belong to this list.
 */
export interface InvalidCursor {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 400;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'invalid_cursor';
}
/**
 * There is no such product.
 */
export interface ProductNotFound {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 404;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'product_not_found';
}
/**
 * Orders hold some of this product.
 */
export interface ProductInUse {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'product_in_use';
}
export interface StockMovement {
  /**
   * The cause of a movement. A cause moves a product once.
   */
  referenceId: string;
  /**
   * The movement’s type and product: with the reference, its name in the ledger.
   */
  entry: string;
  /**
   * The product.
   */
  productId: string;
  /**
   * The order.
   */
  orderId?: string;
  /**
   * reservation: an order holds units. restoration: it gives them back. adjustment: they come or go.
   */
  movementType: 'reservation' | 'restoration' | 'adjustment';
  /**
   * Units.
   */
  quantity: number;
  /**
   * By how much the units on hand changed.
   */
  stockDelta: number;
  /**
   * By how much the reserved units changed.
   */
  reservedDelta: number;
  /**
   * Why it is done.
   */
  reason?: string;
  /**
   * Words for people, kept as they are.
   */
  note?: string;
  /**
   * Who moved the stock, as the authorizer names them.
   */
  actor?: string;
  /**
   * Who moved the stock, as the caller states.
   */
  actorStated?: string;
  /**
   * When it was made.
   */
  createdAt: string;
}
/**
 * This reference was used for something else.
 */
export interface ReferenceReused {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'reference_reused';
}
/**
 * There is not enough stock.
 */
export interface InsufficientStock {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'insufficient_stock';
  /**
   * Every product that has too little.
   */
  shortages: {
    /**
     * The product.
     */
    productId: string;
    /**
     * Units that were asked for.
     */
    requested: number;
    /**
     * Units that there are.
     */
    available: number;
  }[];
}
/**
 * The stock is not what was expected.
 */
export interface StockChanged {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'stock_changed';
}
export interface RestoredUnits {
  /**
   * The product.
   */
  productId: string;
  /**
   * Units.
   */
  quantity: number;
}
/**
 * The header Idempotency-Key is missing.
 */
export interface IdempotencyKeyRequired {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 400;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'idempotency_key_required';
}
/**
 * The caller may not do this.
 */
export interface Forbidden {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 403;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'forbidden';
}
export interface Order {
  /**
   * Its name: 1 to 64 letters, digits, dots or hyphens, but not only one dot or two.
   */
  id: string;
  /**
   * Where it is: an order goes from pending to confirmed, shipped and delivered.
   */
  status: 'pending' | 'confirmed' | 'shipped' | 'delivered' | 'cancelled';
  /**
   * When it came to this status.
   */
  statusSince: string;
  /**
   * The lines, one for each product.
   */
  items: OrderLine[];
  /**
   * Counts the writes of the order.
   */
  version: number;
  /**
   * Whether the goods go back on the shelf. With false they leave the stock, because they are lost or damaged; a token then needs the scope countermand/stock, too.
   */
  restock?: false;
  /**
   * When the order is cancelled by itself, unless it is confirmed before.
   */
  expiresAt?: string;
  /**
   * When the grace ends, and the units of the cancelled order go back on the shelf.
   */
  releaseAt?: string;
  /**
   * When it was cancelled.
   */
  cancelledAt?: string;
  /**
   * Why it was cancelled.
   */
  cancellationReason?: string;
  /**
   * What was noted when it was cancelled.
   */
  cancellationNote?: string;
  /**
   * Who cancelled it, as the authorizer names them.
   */
  cancelledBy?: string;
  /**
   * Who cancelled it, as the caller states.
   */
  cancelledByStated?: string;
  /**
   * Who has it in hand, so that it cannot be cancelled.
   */
  lock?: {
    /**
     * Whom the authorizer names.
     */
    by?: string;
    /**
     * Whom the caller states.
     */
    byStated?: string;
    /**
     * Since when.
     */
    since: string;
    /**
     * Why it is done.
     */
    reason?: string;
  };
  /**
   * What the shop wants to keep with it.
   */
  metadata?: {
    [k: string]: string;
  };
  /**
   * When it was made.
   */
  createdAt: string;
  /**
   * When it was written last.
   */
  updatedAt: string;
}
export interface OrderLine {
  /**
   * The product.
   */
  productId: string;
  /**
   * Units.
   */
  quantity: number;
  /**
   * Units that orders hold: on a line, those that the order still holds.
   */
  reservedQuantity: number;
  /**
   * Units that have left the building.
   */
  shippedQuantity: number;
  /**
   * Units that were cancelled.
   */
  cancelledQuantity: number;
  /**
   * Units that came back after shipping.
   */
  returnedQuantity: number;
}
/**
 * Another order has this id.
 */
export interface OrderExists {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'order_exists';
}
/**
 * The product takes no new orders.
 */
export interface ProductClosed {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'product_closed';
}
/**
 * There is no such order.
 */
export interface OrderNotFound {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 404;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'order_not_found';
}
/**
 * The order cannot be deleted.
 */
export interface OrderNotDeletable {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'order_not_deletable';
}
/**
 * The order cannot go there from where it is.
 */
export interface InvalidTransition {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'invalid_transition';
}
/**
 * The order has no such line.
 */
export interface LineNotFound {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 404;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'line_not_found';
}
/**
 * The order does not hold that many.
 */
export interface QuantityExceeded {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'quantity_exceeded';
}
/**
 * The order can no longer be cancelled.
 */
export interface OrderNotCancellable {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'order_not_cancellable';
}
/**
 * Somebody has the order in hand.
 */
export interface OrderLocked {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 409;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'order_locked';
}
export interface CancellationBatch {
  /**
   * The batch of cancellations.
   */
  batchId: string;
  /**
   * Orders of the batch.
   */
  total: number;
  /**
   * Orders that are cancelled.
   */
  cancelled: number;
  /**
   * Orders that still wait for their turn.
   */
  pending: number;
  /**
   * Orders that could not be cancelled, and why.
   */
  rejected: {
    /**
     * The order.
     */
    orderId: string;
    /**
     * What went wrong, for programs.
     */
    code: 'order_not_found' | 'order_not_cancellable' | 'order_locked';
  }[];
  /**
   * Rejected orders that are not listed, beyond 1,000.
   */
  furtherRejected?: number;
  /**
   * Cancels only so many units, of the newest orders first, and does not close the product.
   */
  upTo?: number;
  /**
   * Units that a call-off with `upTo` has taken so far.
   */
  takenQuantity?: number;
}
/**
 * There is no such batch of cancellations.
 */
export interface BatchNotFound {
  /**
   * Always about:blank so far.
   */
  type: string;
  /**
   * The same for every problem of this code.
   */
  title: string;
  status: 404;
  /**
   * What happened this time, for people.
   */
  detail: string;
  code: 'batch_not_found';
}

/** Where the operations are. */
export const OPERATIONS: {
  readonly [Id in keyof Operations]: {
    readonly method: string;
    readonly path: string;
    readonly query: readonly string[];
    /** The field of the body that names what the call creates. */
    readonly names?: string;
  };
} = {
  createProduct: {"method":"POST","path":"/products","query":[],"names":"id"},
  listProducts: {"method":"GET","path":"/products","query":["limit","cursor"]},
  getProduct: {"method":"GET","path":"/products/{productId}","query":[]},
  updateProduct: {"method":"PATCH","path":"/products/{productId}","query":[]},
  deleteProduct: {"method":"DELETE","path":"/products/{productId}","query":[]},
  adjustStock: {"method":"POST","path":"/products/{productId}/adjustments","query":[],"names":"referenceId"},
  countStock: {"method":"PUT","path":"/products/{productId}/stock","query":[],"names":"referenceId"},
  listProductMovements: {"method":"GET","path":"/products/{productId}/movements","query":["limit","cursor","movementType"]},
  listProductOrders: {"method":"GET","path":"/products/{productId}/orders","query":["limit","cursor"]},
  callOffProduct: {"method":"POST","path":"/products/{productId}/call-off","query":[]},
  adjustProducts: {"method":"POST","path":"/adjustments","query":[]},
  placeOrder: {"method":"POST","path":"/orders","query":[],"names":"id"},
  listOrders: {"method":"GET","path":"/orders","query":["limit","cursor","status","from","to"]},
  getOrder: {"method":"GET","path":"/orders/{orderId}","query":[]},
  amendOrder: {"method":"PATCH","path":"/orders/{orderId}","query":[]},
  deleteOrder: {"method":"DELETE","path":"/orders/{orderId}","query":[]},
  listOrderMovements: {"method":"GET","path":"/orders/{orderId}/movements","query":["limit","cursor","movementType"]},
  confirmOrder: {"method":"POST","path":"/orders/{orderId}/confirm","query":[]},
  lockOrder: {"method":"POST","path":"/orders/{orderId}/lock","query":[]},
  unlockOrder: {"method":"POST","path":"/orders/{orderId}/unlock","query":[]},
  shipOrder: {"method":"POST","path":"/orders/{orderId}/ship","query":[]},
  deliverOrder: {"method":"POST","path":"/orders/{orderId}/deliver","query":[]},
  returnOrder: {"method":"POST","path":"/orders/{orderId}/return","query":[]},
  cancelOrder: {"method":"POST","path":"/orders/{orderId}/cancel","query":[]},
  reinstateOrder: {"method":"POST","path":"/orders/{orderId}/reinstate","query":[]},
  listMovements: {"method":"GET","path":"/movements","query":["limit","cursor","movementType","referenceId"]},
  createBatch: {"method":"POST","path":"/cancellations","query":[]},
  getBatch: {"method":"GET","path":"/cancellations/{batchId}","query":[]},
  getOpenapi: {"method":"GET","path":"/openapi.json","query":[]},
  getDocs: {"method":"GET","path":"/docs","query":[]},
  getHealth: {"method":"GET","path":"/health","query":[]},
};
