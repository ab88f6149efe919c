import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { openApiDocument } from '../../../lib/http/openapi.ts';
import { DOCUMENTED } from '../../../lib/http/operations/index.ts';
import {
  asFile,
  DOCUMENT_FILE,
  documentText,
  EXAMPLES_FILE,
  readText,
} from '../../support/openapi-files.ts';
import { recordExamples } from '../../support/recorded-examples.ts';

type Response = {
  readonly $ref?: string;
  readonly description: string;
  readonly headers?: object;
  readonly content?: Readonly<Record<string, { schema: object; examples?: object }>>;
};

const document = openApiDocument();
const { paths, components } = document;

const resolved = (response: Response): Response => {
  const name = response.$ref?.split('/').at(-1);
  const common: Readonly<Record<string, Response>> = components.responses;
  return (name !== undefined && common[name]) || response;
};

/** Every answer of every operation, as `POST /orders 201`. */
const ANSWERS = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { responses }]) =>
    Object.entries(responses as Record<string, Response>).map(
      ([status, response]) =>
        [`${method.toUpperCase()} ${path} ${status}`, resolved(response)] as const,
    ),
  ),
);

const answer = (name: string): Response | undefined => new Map<string, Response>(ANSWERS).get(name);

describe('The OpenAPI document', () => {
  test('is docs/openapi.json; npm run openapi writes it anew', async () => {
    expect(await readText(DOCUMENT_FILE)).toBe(documentText());
  });

  test('has examples that the functions gave; npm run openapi records them anew', async () => {
    expect(await readText(EXAMPLES_FILE)).toBe(asFile(await recordExamples()));
  });

  test('is linted without an error and without a warning', async () => {
    const lint = promisify(execFile)(
      process.execPath,
      ['node_modules/@redocly/cli/bin/cli.js', 'lint', DOCUMENT_FILE, '--format=json'],
      {
        env: { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', REDOCLY_TELEMETRY: 'off' },
      },
    ).catch((error: { readonly stdout: string }) => error);
    const { totals, problems } = JSON.parse((await lint).stdout);

    expect({ totals, problems }).toEqual({
      totals: { errors: 0, warnings: 0, ignored: 0 },
      problems: [],
    });
  });

  test('has each operation once, with its id and a group that is described', () => {
    const described = Object.values(paths).flatMap((methods) => Object.values(methods));

    expect(document.openapi).toBe('3.1.0');
    expect(described.map(({ operationId }) => operationId).toSorted()).toEqual(
      DOCUMENTED.map(({ operationId }) => operationId).toSorted(),
    );
    expect([...new Set(described.flatMap(({ tags }) => tags))].toSorted()).toEqual(
      document.tags.map(({ name }) => name).toSorted(),
    );
  });

  test('has the input of an operation: numbers as numbers, and what is optional', () => {
    expect(paths['/orders']?.post?.requestBody).toMatchObject({
      required: true,
      content: {
        'application/json': {
          schema: {
            required: ['items'],
            properties: {
              id: { type: ['string', 'null'], pattern: expect.any(String) },
              items: {
                type: 'array',
                minItems: 1,
                items: {
                  properties: { quantity: { type: 'integer', minimum: 1, maximum: 1_000_000_000 } },
                },
              },
            },
          },
        },
      },
    });
    expect(paths['/orders/{orderId}/cancel']?.post?.requestBody).toMatchObject({ required: false });
    expect(paths['/orders/{orderId}/cancel']?.post?.requestBody).toMatchObject({
      content: {
        'application/json': {
          schema: {
            properties: {
              reason: { type: ['string', 'null'], enum: expect.arrayContaining(['other', null]) },
              onlyIf: { type: ['string', 'null'], enum: ['pending', null] },
            },
          },
        },
      },
    });
    expect(paths['/orders/{orderId}/movements']?.get?.parameters).toMatchObject([
      { name: 'orderId', in: 'path', required: true, example: '1001' },
      {
        name: 'limit',
        in: 'query',
        required: false,
        schema: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
      },
      { name: 'cursor', in: 'query', required: false },
      { name: 'movementType', in: 'query', required: false },
    ]);
  });

  test('says what each field of a body means', () => {
    const unexplained = Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ operationId, requestBody }) =>
        Object.entries(requestBody?.content['application/json'].schema.properties ?? {})
          .filter(([, { description }]) => !description)
          .map(([name]) => `${operationId}: ${name}`),
      );

    expect(unexplained).toEqual([]);
  });

  test('has the headers of an answer: where it is, and the id that the logs have', () => {
    expect(answer('POST /orders 201')?.headers).toMatchObject({
      location: { required: true, schema: { format: 'uri-reference' } },
      'x-correlation-id': { required: true },
    });
    expect(answer('POST /orders/{orderId}/cancel 202')?.headers).toHaveProperty('location');
    expect(answer('POST /orders 200')?.headers).not.toHaveProperty('location');
    expect(answer('GET /orders 503')?.headers).toHaveProperty('retry-after');
  });

  test('tells the scope of each closed route, and what it allows', () => {
    const { iam, jwt } = components.securitySchemes;

    expect(paths['/orders']?.get?.security).toEqual([{ iam: [] }, { jwt: ['countermand/read'] }]);
    expect(paths['/orders/{orderId}/cancel']?.post?.security).toEqual([
      { iam: [] },
      { jwt: ['countermand/cancel'] },
    ]);
    expect(paths['/health']?.get?.security).toEqual([]);
    expect([iam?.type, jwt?.type]).toEqual(['apiKey', 'http']);
    expect(jwt?.description).toContain('countermand/admin (delete orders and products)');
  });

  test.each([
    ['that asks for AWS IAM', 'iam', [{ iam: [] }]],
    ['that takes tokens', 'jwt', [{ jwt: ['countermand/orders'] }]],
  ] as const)('of a stage %s has only this way', (_, scheme, security) => {
    const served = openApiDocument([scheme]);

    expect(served.paths['/orders']?.post?.security).toEqual(security);
    expect(Object.keys(served.components.securitySchemes)).toEqual([scheme]);
    expect(served.paths['/health']?.get?.security).toEqual([]);
  });

  test('of a system that asks nobody has no way', () => {
    const served = openApiDocument([]);

    expect(served.paths['/orders']?.post?.security).toEqual([]);
    expect(served.components.securitySchemes).toEqual({});
  });

  test('describes the Idempotency-Key of an operation that uses it', () => {
    expect(paths['/orders/{orderId}/cancel']?.post?.parameters).toMatchObject([
      { name: 'orderId' },
      { name: 'Idempotency-Key', in: 'header', description: 'Required with items.' },
    ]);
    expect(JSON.stringify(paths['/orders/{orderId}/confirm'])).not.toContain('Idempotency-Key');
  });

  test('has a schema for each answer but those without a body', () => {
    const without = ANSWERS.filter(([, { content }]) => !content).map(([name]) => name);

    expect(without.toSorted()).toEqual([
      'DELETE /orders/{orderId} 204',
      'DELETE /products/{productId} 204',
    ]);
  });

  test('has the answers that API Gateway gives by itself: on every route, or on closed ones', () => {
    const fromGateway = (status: number): string[] =>
      ANSWERS.filter(
        ([name, { content }]) =>
          name.endsWith(` ${status}`) && JSON.stringify(content).includes('GatewayError'),
      ).map(([name]) => name.replace(/ \d+$/, ''));
    const all = [...new Set(ANSWERS.map(([name]) => name.replace(/ \d+$/, '')))];
    const closed = all.filter((name) => !/^GET \/(health|docs|openapi)/.test(name));

    for (const status of [413, 429, 500, 503]) expect(fromGateway(status)).toEqual(all);
    for (const status of [401, 403]) expect(fromGateway(status)).toEqual(closed);
  });

  test('has each problem with its code and the fields that only it has', () => {
    expect(answer('POST /orders 409')?.content).toMatchObject({
      'application/problem+json': {
        schema: {
          oneOf: expect.arrayContaining([
            { $ref: '#/components/schemas/OrderExists' },
            { $ref: '#/components/schemas/InsufficientStock' },
          ]),
          discriminator: { propertyName: 'code' },
        },
        examples: { insufficient_stock: {} },
      },
    });
    expect(components.schemas).toMatchObject({
      InsufficientStock: {
        required: expect.arrayContaining(['code', 'shortages']),
        properties: { status: { const: 409 }, code: { const: 'insufficient_stock' } },
      },
      ValidationFailed: { required: expect.arrayContaining(['errors']) },
    });
    expect(components.schemas).not.toHaveProperty('OrderExists.properties.shortages');
    expect(components.schemas).not.toHaveProperty('MethodNotAllowed');
  });

  test('defines exactly the schemas, answers and examples that it refers to', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/([\w/]+)"/g);
    const defined = [
      ...Object.keys(components.schemas).map((name) => `schemas/${name}`),
      ...Object.keys(components.responses).map((name) => `responses/${name}`),
      ...Object.keys(components.examples).map((name) => `examples/${name}`),
    ];

    expect([...new Set([...references].map(([, name]) => name))].toSorted()).toEqual(
      defined.toSorted(),
    );
    expect(components.schemas).toMatchObject({
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
    expect(JSON.stringify(components)).not.toContain('movementReferences');
  });

  test('lets a later version add fields to what it answers', () => {
    expect(JSON.stringify(components.schemas)).not.toContain('"additionalProperties":false');
  });

  test('tells the errors that are not made by a function, and look different', () => {
    const { description } = document.info;

    expect(description).toContain('404 `not_found`');
    expect(description).toContain('405 `method_not_allowed`');
    expect(description).toContain('API Gateway itself');
    expect(description).toContain('{"message": "…"}');
    for (const status of [403, 413, 429, 500, 503]) expect(description).toContain(String(status));
  });
});
