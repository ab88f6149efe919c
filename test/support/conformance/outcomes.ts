/** The answers of a database, in a form in which two databases can be compared. */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Operation, toCommand } from './operations.ts';
import type { Names } from './tables.ts';

type Row = Record<string, unknown>;

/** More pages than any query here has: a run that reaches it repeats itself. */
const MAX_PAGES = 40;

export type Outcome =
  | { readonly answer: Row }
  | {
      readonly error: string;
      /** The reason, in words that differ from database to database. */
      readonly messages: readonly string[];
      readonly reasons?: readonly Reason[];
    };

export type Reason = { readonly Code: string | undefined; readonly Item?: Row };

/** Runs an operation, page by page to its end, and returns its outcome. */
export const carryOut = async (
  client: DynamoDBDocumentClient,
  operation: Operation,
  names: Names,
  run: string,
): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  let start: Row | undefined;
  do {
    const command = toCommand(operation, names, run, start);
    try {
      const { $metadata: _, ...answer } = (await client.send(command as never)) as Row;
      outcomes.push({ answer: comparable(answer) });
      start = answer.LastEvaluatedKey as Row | undefined;
    } catch (error) {
      outcomes.push(toError(error));
      start = undefined;
    }
  } while (start && outcomes.length < MAX_PAGES);
  return operation.type === 'scan' ? [inNoOrder(outcomes)] : outcomes;
};

export const toError = (error: unknown): Outcome => {
  if (!(error instanceof Error)) throw error;
  const { name, message } = error;
  if (!(error instanceof TransactionCanceledException)) return { error: name, messages: [message] };
  const reasons = error.CancellationReasons ?? [];
  return {
    error: name,
    messages: reasons.flatMap(({ Message }) => (Message === undefined ? [] : [Message])),
    reasons: reasons.map(({ Code, Item }) => ({ Code, ...(Item && { Item: unmarshall(Item) }) })),
  };
};

const byText = (rows: readonly unknown[]): unknown[] =>
  [...rows].sort((a, b) => (stable(a) < stable(b) ? -1 : 1));

const stable = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** BatchGetItem answers in any order, and may leave out empty fields. */
const comparable = (answer: Row): Row => {
  const { Responses, UnprocessedKeys, ConsumedCapacity, ...rest } = answer;
  return {
    ...rest,
    ...(Responses !== undefined && {
      Responses: Object.entries(Responses as Record<string, Row[]>)
        .filter(([, rows]) => rows.length > 0)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, rows]) => [name, byText(rows)]),
    }),
    ...(Object.keys(UnprocessedKeys ?? {}).length > 0 && { UnprocessedKeys }),
    ...(Array.isArray(ConsumedCapacity)
      ? { ConsumedCapacity: byText(ConsumedCapacity) }
      : ConsumedCapacity !== undefined && { ConsumedCapacity }),
  };
};

/** A scan as a whole: how its items are spread over pages does not matter. */
const inNoOrder = (outcomes: readonly Outcome[]): Outcome => {
  const error = outcomes.find((outcome) => 'error' in outcome);
  if (error) return error;
  const answers = outcomes.flatMap((outcome) => ('answer' in outcome ? [outcome.answer] : []));
  return {
    answer: {
      Items: byText(answers.flatMap(({ Items }) => Items as Row[])),
      ScannedCounts: answers.map(({ ScannedCount }) => ScannedCount),
    },
  };
};
