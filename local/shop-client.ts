/** A client of the shop's HTTP API. */

export type Product = {
  readonly id: string;
  readonly name: string;
  readonly stockQuantity: number;
  readonly reservedQuantity: number;
  readonly availableQuantity: number;
};

export type Order = {
  readonly id: string;
  readonly status: string;
  readonly items: readonly {
    readonly productId: string;
    readonly quantity: number;
    readonly reservedQuantity: number;
    readonly cancelledQuantity: number;
  }[];
};

export type Movement = {
  readonly referenceId: string;
  readonly movementType: string;
  readonly productId: string;
  readonly quantity: number;
  readonly stockDelta: number;
  readonly reservedDelta: number;
};

export type Cancellation = {
  readonly outcome: string;
  readonly restored: readonly { readonly productId: string; readonly quantity: number }[];
};

export type NewOrder = {
  readonly id: string;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
};

/** The answer `insufficient_stock`. */
export type Refusal = {
  readonly code: string;
  readonly shortages: readonly {
    readonly productId: string;
    readonly requested: number;
    readonly available: number;
  }[];
};

export type Page<Item> = { readonly items: readonly Item[] };

export type Answer<Body> = { readonly status: number; readonly body: Body };

export type Shop = ReturnType<typeof shopAt>;

/** Every method throws when the shop answers with an unexpected status. */
export const shopAt = (baseUrl: string) => {
  const call = async <Body>(
    method: string,
    path: string,
    expected: readonly number[],
    body?: unknown,
  ): Promise<Answer<Body>> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!expected.includes(response.status)) {
      throw new Error(
        `${method} ${path} answered ${response.status} instead of ${expected.join(' or ')}: ${text}`,
      );
    }
    return { status: response.status, body: JSON.parse(text) as Body };
  };

  return {
    /** Creates a product; one that exists already under this id is accepted. */
    createProduct: (product: Pick<Product, 'id' | 'name' | 'stockQuantity'>) =>
      call('POST', '/products', [200, 201, 409], product),
    getProduct: async (id: string) => (await call<Product>('GET', `/products/${id}`, [200])).body,
    placeOrder: (order: NewOrder) => call<Order>('POST', '/orders', [201], order),
    /** Places an order that the shop must refuse. */
    overOrder: (order: NewOrder) => call<Refusal>('POST', '/orders', [409], order),
    getOrder: async (id: string) => (await call<Order>('GET', `/orders/${id}`, [200])).body,
    cancelOrder: (id: string, reason: string) =>
      call<Cancellation>('POST', `/orders/${id}/cancel`, [200], { reason }),
    getOrderMovements: async (id: string) =>
      (await call<Page<Movement>>('GET', `/orders/${id}/movements?limit=100`, [200])).body.items,
  };
};
