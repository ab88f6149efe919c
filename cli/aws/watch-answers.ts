import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isTransient } from '../../lib/aws/transient-errors.ts';
import type { Patience } from '../audit/patience.ts';

/**
 * Tells `patience` of each request of a client. A refusal counts as an answer when asking again
 * would not change it, such as that of a condition. Throttling and a conflict do not.
 */
export const watchAnswers = (
  client: DynamoDBDocumentClient,
  { asked, answered }: Pick<Patience, 'asked' | 'answered'>,
): void =>
  client.middlewareStack.add(
    (next) => async (request) => {
      asked();
      try {
        const result = await next(request);
        answered();
        return result;
      } catch (error) {
        if (isFinal(error)) answered();
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'watchAnswers' },
  );

/** Whether DynamoDB has decided about the request. */
const isFinal = (error: unknown): boolean =>
  error instanceof TransactionCanceledException
    ? (error.CancellationReasons ?? []).some(({ Code }) => Code === 'ConditionalCheckFailed')
    : !isTransient(error);
