/** Error answers: the schema of each problem, and which answers each status can be. */
import type { Operation } from '../operation.ts';
import { COMMON_PROBLEMS, PROBLEMS, type ProblemCode } from '../problem.ts';
import { examplesOf } from './examples.ts';
import { FIELDS } from './fields.ts';
import { CORRELATION_ID, RETRY_AFTER } from './headers.ts';
import { refTo } from './json-schema.ts';

/** A field that only some problems have. */
type Own = { readonly required: boolean; readonly schema: object };

const units = { type: 'integer', format: 'int64' };
const text = (name: string) => ({ type: 'string', description: FIELDS[name] });

const objects = (properties: Readonly<Record<string, object>>) => ({
  type: 'array',
  items: { type: 'object', required: Object.keys(properties), properties },
});

/** The fields that a problem has besides those of all problems. */
const OWN_FIELDS: Partial<Record<ProblemCode, Readonly<Record<string, Own>>>> = {
  validation_failed: {
    errors: {
      required: true,
      schema: {
        description: FIELDS.errors,
        ...objects({ path: text('path'), message: text('message') }),
        minItems: 1,
      },
    },
  },
  insufficient_stock: {
    shortages: {
      required: true,
      schema: {
        description: FIELDS.shortages,
        ...objects({
          productId: text('productId'),
          requested: { ...units, description: FIELDS.requested },
          available: { ...units, description: FIELDS.available },
        }),
      },
    },
  },
  try_again: {
    id: {
      required: false,
      schema: { type: 'string', description: 'What the call would have made: send it again so.' },
    },
    referenceId: {
      required: false,
      schema: { type: 'string', description: 'What the call would have made: send it again so.' },
    },
  },
};

const pascal = (code: string): string =>
  code.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The schema of one problem: RFC 9457, a code, and fields of its own. */
export const problemSchema = (code: ProblemCode) => {
  const [status, title] = PROBLEMS[code];
  const own = Object.entries(OWN_FIELDS[code] ?? {});
  return {
    type: 'object',
    description: `${title}.`,
    required: [
      ...['type', 'title', 'status', 'detail', 'code'],
      ...own.filter(([, { required }]) => required).map(([name]) => name),
    ],
    properties: {
      type: { type: 'string', format: 'uri-reference', description: 'Always about:blank so far.' },
      title: { type: 'string', description: 'The same for every problem of this code.' },
      status: { type: 'integer', const: status },
      detail: { type: 'string', description: 'What happened this time, for people.' },
      code: { type: 'string', const: code },
      ...Object.fromEntries(own.map(([name, { schema }]) => [name, schema])),
    },
  };
};

/** What API Gateway answers by itself, before or instead of a function. */
const GATEWAY = 'GatewayError';
const gatewayError = {
  type: 'object',
  description: 'An answer of API Gateway itself.',
  required: ['message'],
  properties: { message: { type: 'string' } },
};

/** The schemas of these problems, and of what API Gateway answers, by their names. */
export const errorSchemas = (codes: readonly ProblemCode[]) => ({
  ...Object.fromEntries(
    [...new Set([...codes, ...COMMON_PROBLEMS])]
      .sort()
      .map((code) => [pascal(code), problemSchema(code)]),
  ),
  [GATEWAY]: gatewayError,
});

/** When API Gateway answers by itself, by status, on every route and on closed ones. */
const FROM_GATEWAY: Readonly<Record<number, string>> = {
  413: 'the body has more than 10 MB',
  429: 'too many requests',
  500: 'the function failed or ran out of its time',
  503: 'the function could not be called, or did not answer within 30 seconds',
};
const FROM_AUTHORIZER: Readonly<Record<number, string>> = {
  401: 'no valid token, where the stage asks for one',
  403: 'no valid signature, or the token or the policy does not allow the call',
};

const contentOf = (codes: readonly ProblemCode[], gateway: string | undefined) => {
  const refs = codes.map((code) => ({ $ref: refTo(pascal(code)) }));
  const mapping = Object.fromEntries(codes.map((code) => [code, refTo(pascal(code))]));
  const [only, ...others] = refs;
  const schema =
    only && others.length === 0
      ? only
      : { oneOf: refs, discriminator: { propertyName: 'code', mapping } };
  const examples = examplesOf(codes);
  return {
    ...(codes.length > 0 && {
      'application/problem+json': {
        schema,
        ...(Object.keys(examples).length > 0 && { examples }),
      },
    }),
    ...(gateway !== undefined && { 'application/json': { schema: { $ref: refTo(GATEWAY) } } }),
  };
};

const response = (codes: readonly ProblemCode[], gateway: string | undefined) => ({
  description: [
    ...codes.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}.`),
    ...(gateway === undefined ? [] : [`From API Gateway: ${gateway}.`]),
  ].join('\n\n'),
  headers: {
    // API Gateway knows no correlation id.
    ...(codes.length > 0 && {
      'x-correlation-id': { ...CORRELATION_ID, required: gateway === undefined },
    }),
    ...(codes.includes('try_again') && { 'retry-after': RETRY_AFTER }),
  },
  content: contentOf(codes, gateway),
});

/** The answers that are the same for all operations, unless one has problems of its own there. */
export const commonResponses = () => ({
  ...Object.fromEntries(
    Object.entries(byStatus([...COMMON_PROBLEMS], { ...FROM_GATEWAY, ...FROM_AUTHORIZER })).map(
      ([status, { codes, gateway }]) => [`Error${status}`, response(codes, gateway)],
    ),
  ),
});

type Errors = Readonly<
  Record<number, { readonly codes: readonly ProblemCode[]; readonly gateway: string | undefined }>
>;

const byStatus = (
  codes: readonly ProblemCode[],
  gateway: Readonly<Record<number, string>>,
): Errors => {
  const statuses = [...codes.map((code) => PROBLEMS[code][0]), ...Object.keys(gateway).map(Number)];
  return Object.fromEntries(
    [...new Set(statuses)]
      .sort((a, b) => a - b)
      .map((status) => [
        status,
        {
          codes: codes.filter((code) => PROBLEMS[code][0] === status),
          gateway: gateway[status],
        },
      ]),
  );
};

/** Every error answer of an operation. */
export const errorResponses = ({
  scope,
  problems,
}: Pick<Operation, 'scope' | 'problems'>): Record<string, object> => {
  const gateway = { ...FROM_GATEWAY, ...(scope !== 'none' && FROM_AUTHORIZER) };
  return Object.fromEntries(
    Object.entries(byStatus([...problems, ...COMMON_PROBLEMS], gateway)).map(
      ([status, { codes, gateway: cause }]) => [
        status,
        codes.some((code) => problems.includes(code))
          ? response(codes, cause)
          : { $ref: `#/components/responses/Error${status}` },
      ],
    ),
  );
};
