/** Which messages of a batch have failed, as Lambda reads it from the function's answer. */

export type BatchResult = {
  readonly failed: ReadonlySet<string>;
  /** Why the whole batch counts as failed, when it does. */
  readonly reason?: string;
};

export type Answer = {
  /** The value of Lambda's header `X-Amz-Function-Error` when the function threw or timed out. */
  readonly functionError?: string | undefined;
  /** The answer's body, or the error's description. */
  readonly payload: string;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (payload: string): { readonly value: unknown } | undefined => {
  try {
    return { value: payload === '' ? null : JSON.parse(payload) };
  } catch {
    return undefined;
  }
};

const describe = (payload: string): string => {
  const value = parse(payload)?.value;
  return isRecord(value) && typeof value.errorMessage === 'string' ? value.errorMessage : payload;
};

/**
 * Follows https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html: if the answer
 * reports nothing, all messages succeeded. If it does not name messages of this batch, all failed,
 * because deleting a message that was not handled would lose it.
 *
 * @param reportsBatchItemFailures without it, every answer of a function is success
 */
export const readBatchResponse = (
  messageIds: readonly string[],
  { functionError, payload }: Answer,
  reportsBatchItemFailures: boolean,
): BatchResult => {
  const none: BatchResult = { failed: new Set() };
  const all = (reason: string): BatchResult => ({ failed: new Set(messageIds), reason });

  if (functionError !== undefined) return all(describe(payload));
  if (!reportsBatchItemFailures) return none;

  const response = parse(payload);
  if (response === undefined) return all('the answer is not JSON');
  if (response.value === null) return none;
  if (!isRecord(response.value)) return all('the answer is not an object');

  const { batchItemFailures: failures } = response.value;
  if (failures === undefined || failures === null) return none;
  if (!Array.isArray(failures)) return all('batchItemFailures is not a list');

  const known = new Set(messageIds);
  const failed = new Set<string>();
  for (const failure of failures) {
    const identifier: unknown = isRecord(failure) ? failure.itemIdentifier : undefined;
    if (typeof identifier !== 'string' || !known.has(identifier)) {
      return all(`batchItemFailures names no message of this batch: ${JSON.stringify(failure)}`);
    }
    failed.add(identifier);
  }
  return { failed };
};
