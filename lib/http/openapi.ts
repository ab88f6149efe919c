import * as z from 'zod/mini';
import { SENDABLE_KEY } from '../idempotency-key.ts';
import { ERRORS_IN_GENERAL } from './errors-in-general.ts';
import { IDEMPOTENCY_KEY } from './idempotency-key.ts';
import type { Answer, Operation } from './operation.ts';
import { OPERATIONS } from './operations/index.ts';
import { COMMON_PROBLEMS, PROBLEMS, type ProblemCode } from './problem.ts';
import {
  OrderLineResource,
  OrderResource,
  ProductResource,
  StockMovementResource,
  time,
} from './resources.ts';
import { SCOPES } from './scopes.ts';

/** Schemas that several operations use, by their names in the document. */
const COMPONENTS: Readonly<Record<string, z.ZodMiniType>> = {
  Order: OrderResource,
  OrderLine: OrderLineResource,
  Product: ProductResource,
  StockMovement: StockMovementResource,
};

/** The description of the API for programs. */
export const openApiDocument = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Countermand',
    version: '0.1.0',
    description: [
      'Cancels orders and gives their reserved stock back, exactly once.',
      ...ERRORS_IN_GENERAL,
    ].join('\n\n'),
  },
  paths: OPERATIONS.reduce<Record<string, Record<string, unknown>>>((paths, each) => {
    paths[each.path] = { ...paths[each.path], [each.method]: describe(each) };
    return paths;
  }, {}),
  components: {
    securitySchemes: {
      iam: { type: 'apiKey', in: 'header', name: 'authorization', description: 'AWS Signature 4' },
      jwt: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: `Its claim scope or scp allows: ${listedScopes()}`,
      },
    },
    schemas: {
      Problem: PROBLEM,
      ...Object.fromEntries(
        Object.entries(COMPONENTS).map(([name, schema]) => [name, component(name, schema)]),
      ),
    },
  },
});

const listedScopes = () =>
  Object.entries(SCOPES)
    .map(([scope, allows]) => `${scope} (${allows})`)
    .join(', ');

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { enum: Object.keys(PROBLEMS) },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
    shortages: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          productId: { type: 'string' },
          requested: { type: 'integer' },
          available: { type: 'integer' },
        },
      },
    },
    id: { type: 'string' },
    referenceId: { type: 'string' },
  },
};

const describe = (operation: Operation) => ({
  operationId: operation.operationId,
  summary: operation.summary,
  ...(operation.scope !== 'none' && { security: [{ iam: [] }, { jwt: [operation.scope] }] }),
  parameters: [
    ...parametersIn('path', operation.parameters),
    ...idempotencyKey(operation),
    ...parametersIn('query', operation.query),
  ],
  ...(operation.body && {
    requestBody: content('application/json', jsonSchema(operation.body, 'input')),
  }),
  responses: { ...successes(operation.answers), ...problems(operation.problems) },
});

const content = (mediaType: string, schema: object) => ({ content: { [mediaType]: { schema } } });

const idempotencyKey = ({ idempotencyKey: description }: Operation) =>
  description === undefined
    ? []
    : [
        {
          name: IDEMPOTENCY_KEY,
          in: 'header',
          required: false,
          description,
          schema: { type: 'string', pattern: SENDABLE_KEY.source },
        },
      ];

const parametersIn = (place: 'path' | 'query', schema: z.ZodMiniType | undefined) => {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input');
  return Object.entries(properties).map(([name, each]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: each,
  }));
};

const successes = (answers: Operation['answers']) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, { description, body }]: [string, Answer]) => [
      status,
      { description, ...(body && content('application/json', answered(body))) },
    ]),
  );

const problems = (own: readonly ProblemCode[]) => {
  const byStatus = new Map<number, string[]>();
  for (const code of [...own, ...COMMON_PROBLEMS]) {
    const [status] = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const schema = { $ref: '#/components/schemas/Problem' };
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      { description: codes.join(', '), ...content('application/problem+json', schema) },
    ]),
  );
};

/** The JSON schema of an answer. Schemas with a name are included by reference. */
const answered = (schema: z.ZodMiniType) => jsonSchema(schema, 'output', COMPONENTS);

/**
 * @param io `input` for requests, `output` for answers
 * @param named schemas to include by reference
 */
const jsonSchema = (
  schema: z.ZodMiniType,
  io: 'input' | 'output',
  named: Readonly<Record<string, z.ZodMiniType>> = {},
) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: described }) => {
      const part: z.core.$ZodType = zodSchema;
      if (part === time) described.format = 'date-time';
      // A strict client would reject the attributes that a later version adds.
      if (io === 'output') delete described.additionalProperties;
      const [name] = Object.entries(named).find(([, each]) => each === part) ?? [];
      if (name === undefined) return;
      for (const key of Object.keys(described)) delete described[key as keyof typeof described];
      described.$ref = `#/components/schemas/${name}`;
    },
  });
  return rest;
};

/** A named schema. Other named schemas within it are included by reference. */
const component = (name: string, schema: z.ZodMiniType) => {
  const { [name]: _, ...others } = COMPONENTS;
  return jsonSchema(schema, 'output', others);
};
