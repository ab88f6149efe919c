import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type BatchResult, readBatchResponse } from './batch-response.ts';

/** A function that gets batches, and whether its answer names the records that failed. */
export type BatchFunction = {
  readonly functionName: string;
  readonly reportsBatchItemFailures: boolean;
};

/**
 * Invokes a function with a batch of records.
 *
 * @param ids by record, the name that the answer may have for it
 */
export const invokeBatch = async (
  lambda: LambdaClient,
  { functionName, reportsBatchItemFailures }: BatchFunction,
  records: readonly object[],
  ids: readonly string[],
): Promise<BatchResult> => {
  const { FunctionError: functionError, Payload: payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: functionName,
      Payload: Buffer.from(JSON.stringify({ Records: records })),
    }),
  );
  return readBatchResponse(
    ids,
    { functionError, payload: Buffer.from(payload ?? []).toString() },
    reportsBatchItemFailures,
  );
};
