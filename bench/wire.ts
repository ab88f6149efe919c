/** Records what a client sends over the wire, attempt by attempt. */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Attempt, endOfReasons } from '../test/support/cost.ts';

/** @returns the attempts so far; later ones are added to it */
export const listen = (client: DynamoDBDocumentClient): readonly Attempt[] => {
  const attempts: Attempt[] = [];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { input } = args;
      const operation = String(context.commandName).replace(/Command$/, '');
      try {
        const result = await next(args);
        attempts.push({ operation, input, end: 'answered' });
        return result;
      } catch (error) {
        attempts.push({ operation, input, end: endOf(error) });
        throw error;
      }
    },
    // Inside the SDK's retry loop, and before it reads the answer: once for every attempt.
    { step: 'finalizeRequest', priority: 'low', name: 'listen' },
  );
  return attempts;
};

const endOf = (error: unknown): Attempt['end'] =>
  error instanceof TransactionCanceledException
    ? endOfReasons(error.CancellationReasons ?? [])
    : 'failed';
