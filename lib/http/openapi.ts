import * as z from 'zod/mini';
import { PROBLEMS, type ProblemCode } from './problem.ts';
import {
  AdjustStockBody,
  BatchBody,
  CancelOrderBody,
  CreateProductBody,
  IdempotencyKey,
  ListQuery,
  MovementsQuery,
  OrdersQuery,
  PlaceOrderBody,
  ReferenceMovementsQuery,
} from './schemas.ts';

/** One route, as callers have to know it; `codes` are the problems that are its own. */
export type Operation = {
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodMiniType;
  readonly body?: z.ZodMiniType;
  readonly idempotencyKey?: true;
  readonly answers: Readonly<Record<number, string>>;
  readonly codes?: readonly ProblemCode[];
};

const operation = (
  method: Operation['method'],
  path: string,
  summary: string,
  answers: Operation['answers'],
  more: Pick<Operation, 'query' | 'body' | 'codes' | 'idempotencyKey'> = {},
): Operation => ({ method, path, summary, answers, ...more });

const MOVED = { 200: 'The order; also when it was there already' };
const LIST = { 200: 'A part of the list: items, and nextCursor where there are more' };

/** Every route of the API. Requests are checked against the very same schemas. */
export const OPERATIONS: readonly Operation[] = [
  operation(
    'post',
    '/products',
    'Open a product',
    { 201: 'The product', 200: 'The product, opened so before' },
    { body: CreateProductBody, codes: ['product_exists'] },
  ),
  operation('get', '/products', 'List the products', LIST, { query: ListQuery }),
  operation(
    'get',
    '/products/{productId}',
    'Read a product',
    { 200: 'The product' },
    {
      codes: ['product_not_found'],
    },
  ),
  operation(
    'post',
    '/products/{productId}/adjustments',
    'Change the stock, never below what is reserved',
    { 201: 'The movement', 200: 'The movement, recorded before' },
    {
      body: AdjustStockBody,
      codes: ['product_not_found', 'reference_reused', 'insufficient_stock'],
    },
  ),
  operation('get', '/products/{productId}/movements', 'List its movements, newest first', LIST, {
    query: MovementsQuery,
    codes: ['product_not_found'],
  }),
  operation(
    'delete',
    '/products/{productId}',
    'Delete a product of which nothing is reserved, and its movements',
    { 204: 'Deleted' },
    { codes: ['product_not_found', 'product_in_use'] },
  ),
  operation(
    'post',
    '/orders',
    'Place an order: reserve all of it or nothing',
    { 201: 'The order', 200: 'The order, placed so before' },
    { body: PlaceOrderBody, codes: ['order_exists', 'product_not_found', 'insufficient_stock'] },
  ),
  operation('get', '/orders', 'List orders, newest first', LIST, { query: OrdersQuery }),
  operation(
    'get',
    '/orders/{orderId}',
    'Read an order',
    { 200: 'The order' },
    {
      codes: ['order_not_found'],
    },
  ),
  ...(['confirm', 'ship', 'deliver'] as const).map((verb) =>
    operation('post', `/orders/{orderId}/${verb}`, `Take an order on: ${verb} it`, MOVED, {
      codes: ['order_not_found', 'invalid_transition'],
    }),
  ),
  operation(
    'post',
    '/orders/{orderId}/cancel',
    'Cancel an order, or some of its units, and give the stock back once',
    {
      200: 'outcome (cancelled or already_cancelled), order and restored',
      202: 'outcome accepted and orderId: the queue will finish it',
    },
    {
      body: CancelOrderBody,
      idempotencyKey: true,
      codes: [
        'idempotency_key_required',
        'order_not_found',
        'line_not_found',
        'order_not_cancellable',
        'quantity_exceeded',
        'reference_reused',
      ],
    },
  ),
  operation('get', '/orders/{orderId}/movements', 'List its movements, oldest cause first', LIST, {
    query: MovementsQuery,
    codes: ['order_not_found'],
  }),
  operation('get', '/movements', 'List the movements of a cause', LIST, {
    query: ReferenceMovementsQuery,
  }),
  operation(
    'delete',
    '/orders/{orderId}',
    'Delete a cancelled order whose movements add up to nothing, and them',
    { 204: 'Deleted' },
    { codes: ['order_not_found', 'order_not_deletable'] },
  ),
  operation(
    'post',
    '/cancellations',
    'Put many orders on the queue to be cancelled',
    { 202: 'batchId, and how many different orders were accepted' },
    { body: BatchBody },
  ),
  operation(
    'get',
    '/cancellations/{batchId}',
    'Read how far a batch is',
    { 200: 'batchId, total, cancelled, pending and rejected' },
    { codes: ['batch_not_found'] },
  ),
  operation('get', '/openapi.json', 'Read this description', { 200: 'OpenAPI 3.1' }),
  operation('get', '/docs', 'Read this description as a page', { 200: 'HTML' }),
  operation('get', '/health', 'See whether it runs', { 200: 'status ok' }),
];

/** Routes that ask for nobody's name. */
const OPEN: ReadonlySet<string> = new Set(['/openapi.json', '/docs', '/health']);

/** The description of the API that machines read. */
export const openApiDocument = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Countermand',
    version: '0.1.0',
    description: 'Cancels orders and gives their reserved stock back, exactly once.',
  },
  paths: OPERATIONS.reduce<Record<string, Record<string, unknown>>>((paths, each) => {
    paths[each.path] = { ...paths[each.path], [each.method]: describe(each) };
    return paths;
  }, {}),
  components: {
    securitySchemes: {
      iam: { type: 'apiKey', in: 'header', name: 'authorization', description: 'AWS Signature 4' },
    },
    schemas: { Problem: PROBLEM },
  },
});

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
  },
};

const describe = ({ path, summary, query, body, idempotencyKey, answers, codes }: Operation) => ({
  summary,
  ...(!OPEN.has(path) && { security: [{ iam: [] }] }),
  parameters: [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: jsonSchema(IdempotencyKey),
    })),
    ...(idempotencyKey
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: false,
            description: 'Required with items',
            schema: jsonSchema(IdempotencyKey),
          },
        ]
      : []),
    ...(query ? queryParameters(query) : []),
  ],
  ...(body && {
    requestBody: { content: { 'application/json': { schema: jsonSchema(body) } } },
  }),
  responses: { ...successes(answers), ...problems(codes ?? []) },
});

const jsonSchema = (schema: z.ZodMiniType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
};

const queryParameters = (query: z.ZodMiniType) => {
  const { properties = {}, required = [] } = jsonSchema(query);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
};

const successes = (answers: Operation['answers']) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, description]) => [status, { description }]),
  );

const problems = (codes: readonly ProblemCode[]) => {
  const byStatus = new Map<number, string[]>();
  for (const code of ['validation_failed', ...codes] as const) {
    const [status] = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, all]) => [
      status,
      {
        description: all.join(', '),
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    ]),
  );
};
