import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { isCorrelationId } from '../correlation-id.ts';
import { type FieldError, invalidFields, Problem } from './problem.ts';

z.config(en());

/** More than 1,000 order lines or order ids need. */
const MAX_BODY_BYTES = 256 * 1024;

/** The most errors in one answer. */
const MAX_ERRORS_TOLD = 50;

/** The most characters of a field's name in an error; longer than the name of any known field. */
const MAX_NAME_LENGTH = 100;

/**
 * The event's body as JSON. An absent body counts as an object without fields; so do null and a lone
 * byte-order mark.
 *
 * @throws Problem `unsupported_encoding`, `payload_too_large` or `malformed_json`
 */
export const readBody = ({
  body,
  headers,
  isBase64Encoded,
}: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'> &
  Partial<Pick<APIGatewayProxyEventV2, 'headers'>>): unknown => {
  if (!body) return {};
  const encoding = headers?.['content-encoding'] ?? 'identity';
  if (!/^\s*(identity)?\s*$/i.test(encoding)) {
    throw new Problem('unsupported_encoding', 'Send it without content-encoding');
  }
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    throw new Problem('payload_too_large', `The body may have at most ${MAX_BODY_BYTES} bytes`);
  }
  try {
    return JSON.parse(UTF8.decode(bytes) || '{}') ?? {};
  } catch (error) {
    // The message may quote the body, which may be personal. Then only its beginning is told.
    const [problem = ''] = (error as Error).message.split(QUOTE);
    throw new Problem('malformed_json', problem.toWellFormed());
  }
};

/** Where the message of a parser begins to quote its text: `Unexpected token 'c', "call Ada"… */
const QUOTE = /, (?:\.{3})?"/;

/** Ignores a byte-order mark, and throws on bytes that are not UTF-8 instead of replacing them. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Checks a value against a schema. Unknown fields are errors.
 *
 * @throws Problem `validation_failed` with the path and message of each error, up to a limit
 */
export const validate = <Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidFields(result.error.issues.flatMap(toFieldErrors).slice(0, MAX_ERRORS_TOLD));
};

type Issue = z.core.$ZodIssue;

/**
 * An unknown field is reported with its own path, not with its parent's; a name that cannot be used,
 * with what is wrong with it.
 */
const toFieldErrors = (issue: Issue): FieldError[] => {
  const { code, path } = issue;
  if (code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: toPath([...path, key]), message: 'Unknown field' }));
  }
  const [why = issue] = code === 'invalid_key' ? issue.issues : [];
  return [{ path: toPath(path), message: why.message }];
};

const toPath = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${shortened(String(key))}`))
    .join('')
    .replace(/^\./, '');

/** Neither cuts a surrogate pair in half nor tells the halves that the caller has sent. */
const shortened = (name: string): string =>
  name
    .slice(0, MAX_NAME_LENGTH)
    .replace(/[\ud800-\udbff]$/, '')
    .toWellFormed();

/**
 * The caller's id if it sent a valid one, else the id that API Gateway gave the request. An event
 * that API Gateway did not make may have none.
 */
export const correlationIdOf = ({
  headers,
  requestContext,
}: Partial<Pick<APIGatewayProxyEventV2, 'headers' | 'requestContext'>>): string => {
  const given = headers?.['x-correlation-id'];
  return isCorrelationId(given) ? given : (requestContext?.requestId ?? 'unknown');
};
