import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Patience } from '../audit/patience.ts';

/** Tells `patience` of each request of a client. A refusal by DynamoDB is no answer. */
export const watchAnswers = (
  client: DynamoDBDocumentClient,
  { asked, answered }: Pick<Patience, 'asked' | 'answered'>,
): void =>
  client.middlewareStack.add(
    (next) => async (request) => {
      asked();
      const result = await next(request);
      answered();
      return result;
    },
    { step: 'finalizeRequest', priority: 'low', name: 'watchAnswers' },
  );
