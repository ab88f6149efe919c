/** Where the engines differ from DynamoDB, with what its documentation says. */
import type { EngineKind } from '../../../local/dynamodb-engine.ts';
import type { Outcome } from './outcomes.ts';

/**
 * What an engine accepts although DynamoDB refuses it: the message with which the fake refuses it.
 * Such requests are not sent to the engine, because it would continue with other data.
 */
const LETS_PASS: Readonly<Record<EngineKind, readonly string[]>> = {
  dynoxide: [
    // Where a condition fails first, or a token is known, no other error is reported.
    'is not used',
    'is not defined',
    // Expressions and paths that fit no item count as failed conditions, or as no change.
    'two paths',
    'a key cannot be changed',
    'BETWEEN has its bounds in disorder',
    'begins_with takes strings',
    'values of this type have no order',
    'compared with itself',
    'there is no way to',
    // It stores longer keys in an index than in a table.
    'is too long for its index',
    // It searches the index, and finds nothing.
    'a filter of what the index does not have',
  ],
  'dynamodb-local': [
    // It checks the conditions first.
    'two actions for one item',
  ],
};

export const letsPass = (engine: EngineKind, fake: Outcome): boolean =>
  'error' in fake &&
  fake.messages.some((message) => LETS_PASS[engine].some((words) => message.includes(words)));

/** Whether a request was refused as invalid, as a whole or for one of its actions. */
const isWrong = (outcome: Outcome): boolean =>
  'error' in outcome &&
  (outcome.error === 'ValidationException' ||
    (outcome.reasons ?? []).some(({ Code }) => Code === 'ValidationError'));

/**
 * An outcome without the parts that an engine is known to get wrong.
 *
 * - Whether a wrong action makes the whole request invalid or cancels it for that action: DynamoDB
 *   Local knows hardly any `ValidationError`, dynoxide makes one of every wrong expression. The
 *   documentation of TransactWriteItems has such reasons for what the item has to show.
 * - The capacity that DynamoDB Local tells: none where nothing was found, and two units for a
 *   transaction's writes to an index.
 */
export const comparableOn = (engine: EngineKind, outcome: Outcome): unknown => {
  if (isWrong(outcome)) return 'wrong';
  if ('error' in outcome) return { error: outcome.error, reasons: outcome.reasons };
  const { ConsumedCapacity, ...rest } = outcome.answer;
  return engine === 'dynamodb-local' ? rest : { ...rest, ConsumedCapacity };
};

/**
 * Whether an engine refuses what DynamoDB refuses, for a reason that it checks earlier. Both check
 * a token before they have parsed all expressions, and dynoxide computes an update before it checks
 * the condition.
 */
export const looksElsewhereFirst = (engine: EngineKind, fake: Outcome, other: Outcome): boolean => {
  if (!('error' in fake) || !('error' in other)) return false;
  if (other.error === 'IdempotentParameterMismatchException') return isWrong(fake);
  const [ours, theirs] = [fake.reasons ?? [], other.reasons ?? []];
  return (
    engine === 'dynoxide' &&
    ours.some(
      ({ Code }, at) => Code === 'ConditionalCheckFailed' && theirs[at]?.Code === 'ValidationError',
    )
  );
};

/**
 * The pages of a query without an empty last one. At the limit, DynamoDB returns a key to go on
 * from even if there may be no more rows; DynamoDB Local notices when the last row was read.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
 */
export const pagesOn = (engine: EngineKind, pages: readonly Outcome[]): readonly Outcome[] => {
  const last = pages.at(-1);
  if (engine !== 'dynamodb-local' || !last || !('answer' in last)) return pages;
  const isEmptyEnd = pages.length > 1 && last.answer.ScannedCount === 0;
  const read = isEmptyEnd ? pages.slice(0, -1) : pages;
  return read.map((page, at) => {
    if (!('answer' in page) || at < read.length - 1) return page;
    const { LastEvaluatedKey: _, ...answer } = page.answer;
    return { answer };
  });
};
