import type * as z from 'zod/mini';
import { SENDABLE_KEY } from '../idempotency-key.ts';
import { IDEMPOTENCY_KEY } from './idempotency-key.ts';
import { type Examples, problemExamples, recordedOf } from './openapi/examples.ts';
import { FIELDS } from './openapi/fields.ts';
import { CORRELATION_ID, location } from './openapi/headers.ts';
import { INTRODUCTION } from './openapi/introduction.ts';
import {
  component,
  type JsonSchema,
  jsonSchema,
  type NamedSchemas,
} from './openapi/json-schema.ts';
import { commonResponses, errorResponses, errorSchemas } from './openapi/problems.ts';
import { TAGS, tagOf } from './openapi/tags.ts';
import type { Answer, Operation } from './operation.ts';
import { DOCUMENTED } from './operations/index.ts';
import { COMMON_PROBLEMS } from './problem.ts';
import {
  BatchResource,
  OrderLineResource,
  OrderResource,
  ProductResource,
  RestoredResource,
  StockMovementResource,
} from './resources.ts';
import { SCOPES } from './scopes.ts';

/** Schemas that several operations use, by their names in the document. */
const COMPONENTS: NamedSchemas = {
  Order: OrderResource,
  OrderLine: OrderLineResource,
  Product: ProductResource,
  StockMovement: StockMovementResource,
  RestoredUnits: RestoredResource,
  CancellationBatch: BatchResource,
};

const listedScopes = () =>
  Object.entries(SCOPES)
    .map(([scope, allows]) => `${scope} (${allows})`)
    .join(', ');

const PROBLEM_CODES = [...COMMON_PROBLEMS, ...DOCUMENTED.flatMap(({ problems }) => problems)];

/** How a closed route may ask who is calling. */
const SECURITY_SCHEMES = {
  iam: {
    type: 'apiKey',
    in: 'header',
    name: 'authorization',
    description: 'AWS Signature Version 4, for the service execute-api.',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
  jwt: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: `Its claim scope or scp allows: ${listedScopes()}`,
  },
} as const;

type SchemeName = keyof typeof SECURITY_SCHEMES;

/**
 * The description of the API for programs: OpenAPI 3.1.
 *
 * @param schemes those of one stage; both ways in the description of any stage
 */
export const openApiDocument = (schemes: readonly SchemeName[] = ['iam', 'jwt']) => ({
  openapi: '3.1.0',
  info: {
    title: 'Countermand',
    version: '0.1.0',
    summary: 'Cancels orders and gives their reserved stock back, exactly once.',
    description: INTRODUCTION,
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: SERVERS,
  tags: Object.entries(TAGS)
    .filter(([name]) => DOCUMENTED.some(({ path }) => tagOf(path) === name))
    .map(([name, description]) => ({ name, description })),
  paths: DOCUMENTED.reduce<Record<string, Record<string, ReturnType<typeof describe>>>>(
    (paths, each) => {
      paths[each.path] = { ...paths[each.path], [each.method]: describe(each, schemes) };
      return paths;
    },
    {},
  ),
  components: {
    securitySchemes: Object.fromEntries(schemes.map((name) => [name, SECURITY_SCHEMES[name]])),
    schemas: {
      ...Object.fromEntries(
        Object.entries(COMPONENTS).map(([name, schema]) => [
          name,
          component(name, schema, COMPONENTS),
        ]),
      ),
      ...errorSchemas(PROBLEM_CODES),
    },
    responses: commonResponses(),
    examples: problemExamples(new Set(PROBLEM_CODES)),
  },
});

const SERVERS = [
  { url: '/', description: 'Where this description comes from' },
  {
    url: 'http://localhost:{port}',
    description: 'npm start, on this machine',
    variables: { port: { default: '3000' } },
  },
  {
    url: 'https://{api}.execute-api.{region}.amazonaws.com',
    description: 'A deployed stage',
    variables: {
      api: { default: 'api', description: 'The id of the HTTP API, an output of the stack' },
      region: { default: 'us-east-1' },
    },
  },
];

const describe = (operation: Operation, schemes: readonly SchemeName[]) => ({
  operationId: operation.operationId,
  tags: [tagOf(operation.path)],
  summary: operation.summary,
  ...(operation.description && { description: operation.description }),
  security: securityOf(operation, schemes),
  parameters: [
    ...parametersIn('path', operation),
    ...idempotencyKey(operation),
    ...parametersIn('query', operation),
  ],
  ...(operation.body && { requestBody: requestBody(operation, operation.body) }),
  responses: { ...successes(operation), ...errorResponses(operation) },
});

/** Any one of them lets a caller in. Only tokens have scopes. */
const securityOf = (
  { scope }: Operation,
  schemes: readonly SchemeName[],
): Partial<Record<SchemeName, string[]>>[] =>
  scope === 'none' ? [] : schemes.map((name) => ({ [name]: name === 'jwt' ? [scope] : [] }));

const idempotencyKey = ({ idempotencyKey: description }: Operation) =>
  description === undefined
    ? []
    : [
        {
          name: IDEMPOTENCY_KEY,
          in: 'header',
          required: false,
          description: `${description}.`,
          schema: { type: 'string', pattern: SENDABLE_KEY.source },
        },
      ];

const parametersIn = (place: 'path' | 'query', { operationId, ...operation }: Operation) => {
  const schema = place === 'path' ? operation.parameters : operation.query;
  if (!schema) return [];
  const { properties = {}, required = [] } = parameterSchemas(schema);
  const examples = recordedOf(operationId).parameters;
  return Object.entries(properties).map(([name, { description = FIELDS[name], ...each }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description && { description }),
    schema: each,
    ...(examples[name] !== undefined && { example: examples[name] }),
  }));
};

/**
 * In a URL everything is text. Described is what the text stands for: the number of a `limit`, not its
 * digits.
 */
const parameterSchemas = (schema: z.ZodMiniType): JsonSchema => {
  const { required = [] } = jsonSchema(schema, 'input');
  return { ...jsonSchema(schema, 'output'), required };
};

const requestBody = (
  { operationId }: Operation,
  body: z.ZodMiniType,
): {
  required: boolean;
  content: { 'application/json': { schema: JsonSchema; examples?: Examples } };
} => {
  const schema = jsonSchema(body, 'input');
  const { requests } = recordedOf(operationId);
  return {
    required: (schema.required ?? []).length > 0,
    content: { 'application/json': { schema, ...some(requests) } },
  };
};

/** Nothing where nothing was recorded: a description with no examples is a mistake of its own. */
const some = (examples: Examples = {}) => (Object.keys(examples).length > 0 ? { examples } : {});

const successes = ({ operationId, answers }: Operation) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, answer]: [string, Answer]) => [
      status,
      {
        description: answer.description,
        headers: {
          'x-correlation-id': { ...CORRELATION_ID, required: true },
          ...(answer.location && { location: location(answer.location) }),
        },
        ...contentOf(answer, recordedOf(operationId).answers[status]),
      },
    ]),
  );

const contentOf = ({ body, mediaType }: Answer, examples: Examples | undefined) => {
  if (body) {
    const schema = jsonSchema(body, 'output', COMPONENTS);
    return { content: { 'application/json': { schema, ...some(examples) } } };
  }
  return mediaType === undefined
    ? {}
    : { content: { [mediaType]: { schema: { type: 'string' } } } };
};
