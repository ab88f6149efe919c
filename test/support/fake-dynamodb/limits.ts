/**
 * The limits of DynamoDB.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
const KB = 1_024;
const MB = 1_024 * KB;

export const MAX_ITEM_BYTES = 400 * KB;

/** Bytes of a key attribute: the maximum for a partition key and for a sort key. */
export const MAX_KEY_BYTES = [2_048, 1_024] as const;

export const MAX_TRANSACTION_ACTIONS = 100;

export const MAX_TRANSACTION_BYTES = 4 * MB;

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export const MAX_TOKEN_LENGTH = 36;

/** Milliseconds until the token of a transaction expires. */
export const TOKEN_LIFE_MS = 10 * 60 * 1_000;

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
export const MAX_BATCH_GET_KEYS = 100;

export const MAX_BATCH_GET_BYTES = 16 * MB;

/** Bytes that a Query or Scan reads for one page, before any filter. */
export const MAX_PAGE_BYTES = MB;

/** Bytes of one write unit and of one read unit. */
export const WRITE_UNIT_BYTES = KB;
export const READ_UNIT_BYTES = 4 * KB;
