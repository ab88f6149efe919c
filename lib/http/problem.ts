/** Every error code of the API, with its HTTP status and its title. */
export const PROBLEMS = {
  malformed_json: [400, 'The body is not JSON'],
  validation_failed: [400, 'The request is not valid'],
  idempotency_key_required: [400, 'The header Idempotency-Key is missing'],
  invalid_cursor: [400, 'The cursor does not belong to this list'],
  forbidden: [403, 'The caller may not do this'],
  not_found: [404, 'There is nothing at this path'],
  product_not_found: [404, 'There is no such product'],
  order_not_found: [404, 'There is no such order'],
  line_not_found: [404, 'The order has no such line'],
  batch_not_found: [404, 'There is no such batch of cancellations'],
  method_not_allowed: [405, 'This path does not take this method'],
  product_exists: [409, 'Another product has this id'],
  order_exists: [409, 'Another order has this id'],
  insufficient_stock: [409, 'There is not enough stock'],
  order_not_cancellable: [409, 'The order can no longer be cancelled'],
  order_locked: [409, 'Somebody has the order in hand'],
  quantity_exceeded: [409, 'The order does not hold that many'],
  reference_reused: [409, 'This reference was used for something else'],
  invalid_transition: [409, 'The order cannot go there from where it is'],
  stock_changed: [409, 'The stock is not what was expected'],
  product_closed: [409, 'The product takes no new orders'],
  product_in_use: [409, 'Orders hold some of this product'],
  order_not_deletable: [409, 'The order cannot be deleted'],
  payload_too_large: [413, 'The body is too large'],
  unsupported_encoding: [415, 'The body is compressed'],
  internal_error: [500, 'Something went wrong on our side'],
  try_again: [503, 'Not done in time'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The codes that any call can answer. All other codes have to be declared by the operation. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'validation_failed',
  'malformed_json',
  'payload_too_large',
  'unsupported_encoding',
  'internal_error',
  'try_again',
];

/** What is wrong with one field: its path, as in `items[0].quantity`, and a message. */
export type FieldError = { readonly path: string; readonly message: string };

/**
 * An error answer, as RFC 9457 problem details. Only `lib/http` and `functions` throw it. The layers
 * below return results for everything that happens in a shop every day.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Headers that the answer has in addition. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    extensions: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.status = PROBLEMS[code][0];
    this.extensions = extensions;
    this.headers = headers;
  }

  toBody(): Record<string, unknown> {
    return {
      type: 'about:blank',
      title: PROBLEMS[this.code][1],
      status: this.status,
      detail: this.message,
      code: this.code,
      ...this.extensions,
    };
  }
}

/** The problem of a request with these invalid fields. */
export const invalidFields = (errors: readonly FieldError[]): Problem =>
  new Problem('validation_failed', 'See errors for what is wrong with each field', { errors });

export const invalidField = (path: string, message: string): Problem =>
  invalidFields([{ path, message }]);

export const orderNotFound = (orderId: string): Problem =>
  new Problem('order_not_found', `There is no order ${orderId}`);

export const productNotFound = (productIds: readonly string[]): Problem =>
  new Problem('product_not_found', `There is no product ${listed(productIds)}`);

export const productClosed = (productIds: readonly string[]): Problem =>
  new Problem('product_closed', `Closed for new orders: ${listed(productIds)}`);

export const keyReused = (): Problem =>
  new Problem('reference_reused', 'The Idempotency-Key was sent with another body before');

/** The most ids that a sentence names. */
const MAX_IDS_TOLD = 10;

/** Ids for a sentence; of many, the first ones and how many there are besides. */
export const listed = (ids: readonly string[]): string => {
  const more = ids.length - MAX_IDS_TOLD;
  return [...ids.slice(0, MAX_IDS_TOLD), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
};
