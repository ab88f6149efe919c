import { describe, expect, test } from '@jest/globals';
import { docsPage } from '../../../lib/http/docs-page.ts';
import { openApiDocument } from '../../../lib/http/openapi.ts';
import { OPERATIONS } from '../../../lib/http/operations/index.ts';

type Responses = Readonly<Record<string, { readonly content?: unknown }>>;

describe('The OpenAPI document', () => {
  test('has each route once, with its input and its answers', () => {
    const { openapi, paths } = openApiDocument();

    expect(openapi).toBe('3.1.0');
    expect(Object.values(paths).flatMap((path) => Object.keys(path))).toHaveLength(
      OPERATIONS.length,
    );
    expect(paths['/orders']?.post).toMatchObject({
      requestBody: {
        content: {
          'application/json': {
            schema: { required: ['items'], properties: { items: { type: 'array', minItems: 1 } } },
          },
        },
      },
      responses: {
        201: {
          description: 'The order',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
        },
        409: { description: 'order_exists, product_closed, insufficient_stock' },
      },
    });
    expect(paths['/orders/{orderId}/movements']?.get).toMatchObject({
      parameters: [
        { name: 'orderId', in: 'path', required: true },
        { name: 'limit', in: 'query', required: false },
        { name: 'cursor', in: 'query', required: false },
        { name: 'movementType', in: 'query', required: false },
      ],
    });
    expect(paths['/health']?.get).not.toHaveProperty('security');
  });

  test('tells the scope of each closed route, and what it allows', () => {
    const { paths, components } = openApiDocument();
    const { iam, jwt } = components.securitySchemes;

    expect(paths['/orders']?.get).toMatchObject({
      security: [{ iam: [] }, { jwt: ['countermand/read'] }],
    });
    expect(paths['/orders/{orderId}/cancel']?.post).toMatchObject({
      security: [{ iam: [] }, { jwt: ['countermand/cancel'] }],
    });
    expect([iam.type, jwt.type]).toEqual(['apiKey', 'http']);
    expect(jwt.description).toContain('countermand/admin (delete orders and products)');
  });

  test('describes the Idempotency-Key of an operation that uses it', () => {
    const { paths } = openApiDocument();
    const header = { name: 'Idempotency-Key', in: 'header', description: 'Required with items' };

    expect(paths['/orders/{orderId}/cancel']?.post).toMatchObject({
      operationId: 'cancelOrder',
      parameters: [{ name: 'orderId' }, header],
    });
    expect(JSON.stringify(paths['/orders/{orderId}/confirm'])).not.toContain('Idempotency-Key');
  });

  test('has a schema for each answer but the docs page and the two 204 answers', () => {
    const { paths } = openApiDocument();
    const without: string[] = [];
    for (const [path, methods] of Object.entries(paths)) {
      for (const { responses } of Object.values(methods) as { responses: Responses }[]) {
        for (const [status, { content }] of Object.entries(responses)) {
          if (!content) without.push(`${status} ${path}`);
        }
      }
    }

    expect(without.toSorted()).toEqual([
      '200 /docs',
      '204 /orders/{orderId}',
      '204 /products/{productId}',
    ]);
  });

  test('defines exactly the schemas that it refers to', () => {
    const document = openApiDocument();
    const references = JSON.stringify(document).matchAll(
      /"\$ref":"#\/components\/schemas\/(\w+)"/g,
    );

    expect([...new Set([...references].map(([, name]) => name))].toSorted()).toEqual(
      Object.keys(document.components.schemas).toSorted(),
    );
    expect(document.components.schemas).toMatchObject({
      Order: {
        type: 'object',
        required: expect.arrayContaining(['id', 'status', 'items', 'version']),
        properties: {
          items: { type: 'array', items: { $ref: '#/components/schemas/OrderLine' } },
          createdAt: { type: 'string', format: 'date-time' },
        },
      },
      Product: { properties: { availableQuantity: { type: 'integer' } } },
      StockMovement: { properties: { movementType: { enum: expect.any(Array) } } },
    });
    expect(JSON.stringify(document.components)).not.toContain('movementReferences');
  });

  test('lists the problems that are common to all operations, even for /health', () => {
    const { paths } = openApiDocument();

    expect(paths['/health']?.get).toMatchObject({
      responses: {
        400: { description: 'validation_failed, malformed_json' },
        413: {},
        415: { description: 'unsupported_encoding' },
        500: {},
        503: { description: 'try_again' },
      },
    });
  });

  test('tells the errors that are not made by a function, and look different', () => {
    const { description } = openApiDocument().info;

    expect(description).toContain('404 not_found');
    expect(description).toContain('405 method_not_allowed');
    expect(description).toContain('API Gateway itself');
    expect(description).toContain('{"message": "…"}');
    for (const status of [403, 413, 429, 500, 503]) expect(description).toContain(String(status));
  });

  test('has a page that names every operation', () => {
    const page = docsPage();

    expect(page).toContain('API Gateway itself');

    for (const { method, path } of OPERATIONS) {
      expect(page).toContain(`${method.toUpperCase()} ${path}`);
    }
    expect(page).toContain('order_not_cancellable');
    expect(page).toContain('Idempotency-Key');
  });
});
