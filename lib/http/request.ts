import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { type FieldError, Problem } from './problem.ts';
import { IdempotencyKey } from './schemas.ts';

/** More than 1,000 order lines or order ids ever need. */
const MAX_BODY_BYTES = 256 * 1024;

/** As many as somebody would read. */
const MAX_ERRORS_TOLD = 50;

/** The event's body as JSON; an absent one as an object without fields. */
export const readBody = ({ body, isBase64Encoded }: APIGatewayProxyEventV2): unknown => {
  if (!body) return {};
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) {
    throw new Problem('payload_too_large', `The body may have at most ${MAX_BODY_BYTES} bytes`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem('malformed_json', (error as SyntaxError).message);
  }
};

/**
 * Checks a value against a schema, unknown fields included.
 *
 * @throws Problem `validation_failed` with a path and a message for everything that is wrong
 */
export const validate = <Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(toFieldErrors).slice(0, MAX_ERRORS_TOLD);
  throw new Problem('validation_failed', 'See errors for what is wrong with each field', {
    errors,
  });
};

/**
 * @throws Problem `idempotency_key_required` when there is none, `validation_failed` when it is not
 *   a usable one
 */
export const requireIdempotencyKey = (key: string | undefined): string => {
  if (key === undefined || key === '') {
    throw new Problem(
      'idempotency_key_required',
      'Cancelling in part can be repeated only with a key',
    );
  }
  return validate(z.strictObject({ 'Idempotency-Key': IdempotencyKey }), {
    'Idempotency-Key': key,
  })['Idempotency-Key'];
};

type Issue = z.core.$ZodIssue;

/** A field that should not be there is told by its own path rather than by its parent's. */
const toFieldErrors = (issue: Issue): FieldError[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: toPath([...issue.path, key]), message: 'Unknown field' }))
    : [{ path: toPath(issue.path), message: issue.message }];

const toPath = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
