/**
 * Actions that one transaction may hold.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export const MAX_TRANSACTION_ACTIONS = 100;

/**
 * Bytes of all the items that one transaction may hold.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

/**
 * Keys that one BatchGetItem may ask for.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export const MAX_BATCH_GET_KEYS = 100;

/**
 * Characters of a ClientRequestToken.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export const MAX_CLIENT_REQUEST_TOKEN_LENGTH = 36;
