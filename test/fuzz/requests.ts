/** HTTP requests of every operation, made from its description: valid ones, and spoilt ones. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc, { type Arbitrary } from 'fast-check';
import * as z from 'zod/mini';
import { decodeCursor, encodeCursor } from '../../lib/http/cursor.ts';
import { openApiDocument } from '../../lib/http/openapi.ts';
import type { Operation } from '../../lib/http/operation.ts';
import { httpEvent } from '../support/unit-events.ts';
import {
  type Damage,
  damaged,
  type Edit,
  edited,
  fitting,
  HUGE,
  hostileText,
  type JsonSchema,
  someDamage,
  someEdit,
} from './json.ts';
import type { KnownOrder, Memory, NextPage } from './memory.ts';

type Values = Readonly<Record<string, string>>;

/** How the cursor of the next page is spoilt. */
type Forgery = {
  readonly how: 'cut' | 'append' | 'edit';
  readonly at: number;
  readonly edit: Edit;
};

/** A request as it is thrown: it does not depend on what the shop has answered so far. */
export type Request = {
  readonly call: string;
  /** `{{3}}` stands for the third latest name of this kind that the shop has told. */
  readonly path: Values;
  readonly query: Values;
  readonly headers: Values;
  readonly body?: unknown;
  readonly edits?: readonly Edit[];
  readonly damage?: Damage;
  readonly base64?: boolean;
  /** Its caller has not heard the first answer, and asks again. */
  readonly twice?: boolean;
  /** Is about lines of this order, if the shop has shown one; else by chance it never would be. */
  readonly aim?:
    | { readonly status: string; readonly order: number; readonly key: string }
    | undefined;
  /** Goes on from where a list ended. */
  readonly next?: number;
  readonly forgery?: Forgery;
  /** Fields of the event that are not what API Gateway makes them. */
  readonly event?: Readonly<Record<string, unknown>>;
};

type Described = {
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: JsonSchema } };
  };
};

const { paths } = openApiDocument();

const described = ({ path, method }: Operation): Described =>
  paths[path]?.[method] as unknown as Described;

export const bodySchemaOf = (operation: Operation): JsonSchema | undefined =>
  described(operation).requestBody?.content['application/json'].schema;

export const callOf = ({ method, path }: Operation): string => `${method.toUpperCase()} ${path}`;

const someName: Arbitrary<string> = fc.nat({ max: 19 }).map((number) => `{{${number}}}`);

/** Parameters whose schemas accept far more than the operation does. */
const PARAMETERS: Readonly<Record<string, Arbitrary<string>>> = {
  limit: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 100 })).map(String),
  cursor: fc.constant(''),
  'Idempotency-Key': fc.oneof(
    fc.constantFrom('k1', 'k2', '"k1"', '"', 'a_b', 'x'.repeat(255)),
    fc.stringMatching(/^[!-~]{1,20}$/),
  ),
};

const valuesIn = (place: string, { parameters }: Described): Arbitrary<Values> => {
  const own = parameters.filter((one) => one.in === place && one.name !== 'cursor');
  return fc.record(
    Object.fromEntries(
      own.map(({ name, schema }) => {
        const given = PARAMETERS[name] ?? fitting(schema, name).map(String);
        const isName = /Id$/.test(name);
        return [
          place === 'header' ? name.toLowerCase() : name,
          isName ? fc.oneof(someName, someName, given) : given,
        ];
      }),
    ),
    {
      requiredKeys: own.filter(({ required }) => required).map(({ name }) => name),
      noNullPrototype: true,
    },
  );
};

/** What is done to lines of an order, and in which status it can be done. */
const AIMS: Readonly<Record<string, string>> = {
  cancelOrder: 'pending',
  shipOrder: 'confirmed',
  returnOrder: 'shipped',
};

const aimOf = ({ operationId }: Operation): Arbitrary<Request['aim']> =>
  fc.record({
    status: fc.constant(AIMS[operationId] ?? ''),
    order: fc.nat({ max: 19 }),
    key: fc.stringMatching(/^k\d$/),
  });

const validRequest = (operation: Operation): Arbitrary<Request> => {
  const description = described(operation);
  const schema = bodySchemaOf(operation);
  const isList = description.parameters.some(({ name }) => name === 'cursor');
  return fc.record(
    {
      call: fc.constant(callOf(operation)),
      path: valuesIn('path', description),
      query: valuesIn('query', description),
      headers: valuesIn('header', description),
      base64: fc.boolean(),
      twice: fc.constantFrom(...Array(9).fill(false), true),
      ...(schema && { body: fitting(schema) }),
      ...(isList && { next: fc.nat({ max: 19 }) }),
      ...(operation.operationId in AIMS && { aim: aimOf(operation) }),
    },
    { requiredKeys: ['call', 'path', 'query', 'headers', ...(schema ? (['body'] as const) : [])] },
  );
};

const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ...['', '""', '"', ' ', 'a b', 'é', '"a"b"', 'x'.repeat(256), 'a\0', 'a\r\nx: y', '💥'].map(
    (value) => ['idempotency-key', value] as const,
  ),
  ['Idempotency-Key', 'k1'],
  ['IDEMPOTENCY-KEY', ''],
  ...['gzip', 'br', 'identity', ' Identity ', '', 'gzip, identity', 'x'.repeat(9_000)].map(
    (value) => ['content-encoding', value] as const,
  ),
  ...['text/plain', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16', ''].map(
    (value) => ['content-type', value] as const,
  ),
  ...['me', '', 'a b', 'a\r\nset-cookie: x', 'x'.repeat(129), 'é', '\0'].map(
    (value) => ['x-correlation-id', value] as const,
  ),
  ['__proto__', 'x'],
  ['constructor', 'x'],
];

const PARAMETER_NAMES = [
  ...['color', '__proto__', 'constructor', 'Limit', 'limit ', '', '%00', 'x'.repeat(300)],
];

/** What another version of an event, or a call past API Gateway, could look like. */
const ODD_EVENTS: readonly Readonly<Record<string, unknown>>[] = [
  ...[undefined, null, {}].flatMap((nothing) => [
    { headers: nothing },
    { pathParameters: nothing },
    { queryStringParameters: nothing },
    { requestContext: nothing },
  ]),
  ...[undefined, null, ''].map((body) => ({ body })),
  ...[undefined, null, true].map((isBase64Encoded) => ({ isBase64Encoded })),
  { version: '1.0', httpMethod: 'POST', multiValueHeaders: {}, stageVariables: null },
  { cookies: ['a=b'], rawPath: '', rawQueryString: undefined },
];

const spoiltValue = fc.tuple(fc.nat({ max: 5 }), hostileText);

type Spoil = (valid: Request) => Partial<Request>;

const spoiling = <Value>(
  weight: number,
  values: Arbitrary<Value>,
  spoil: (value: Value, valid: Request) => Partial<Request>,
): { readonly weight: number; readonly arbitrary: Arbitrary<Spoil> } => ({
  weight,
  arbitrary: values.map((value) => (valid) => spoil(value, valid)),
});

/** Each makes another request of a valid one; together, all that can be wrong with one. */
const someSpoiling: Arbitrary<Spoil> = fc.oneof(
  spoiling(
    60,
    fc.tuple(fc.array(someEdit, { minLength: 1, maxLength: 2 }), someDamage),
    ([edits, damage], { body = {} }) => ({ body, edits, damage }),
  ),
  spoiling(20, someDamage, (damage, { body = {} }) => ({ body, damage })),
  spoiling(1, fc.constant(HUGE), (damage, { body = {} }) => ({ body, damage })),
  spoiling(30, spoiltValue, ([at, value], { path }) => ({
    path: replaced(path, at, value),
    aim: undefined,
  })),
  spoiling(20, spoiltValue, ([at, value], { query }) => ({
    query: replaced({ limit: '', movementType: '', cursor: '', ...query }, at, value),
  })),
  spoiling(10, fc.constantFrom(...PARAMETER_NAMES), (name, { query }) => ({
    query: withValue(query, name, '1'),
  })),
  spoiling(20, fc.constantFrom(...HEADERS), ([name, value], { headers }) => ({
    headers: withValue(headers, name, value),
  })),
  spoiling(10, hostileText, (text, { headers }) => ({
    headers: withValue(headers, 'idempotency-key', text),
  })),
  spoiling(
    30,
    fc.record({
      next: fc.nat({ max: 19 }),
      forgery: fc.record({
        how: fc.constantFrom('cut', 'append', 'edit', 'edit', 'edit'),
        at: fc.nat({ max: 99 }),
        edit: someEdit,
      }),
    }),
    (forged) => forged,
  ),
  spoiling(10, fc.constantFrom(...ODD_EVENTS), (event) => ({ event })),
);

/** An own property even where it is named `__proto__`. */
const withValue = (values: Values, name: string, value: string): Values =>
  Object.fromEntries([...Object.entries(values), [name, value]]);

const replaced = (values: Values, at: number, value: string): Values => {
  const entries = Object.entries(values).filter(([, each]) => each !== '');
  const [name] = Object.entries(values)[at % Math.max(1, Object.keys(values).length)] ?? [];
  return name === undefined
    ? withValue(values, 'x', value)
    : withValue(Object.fromEntries(entries), name, value);
};

/** Requests of one operation, about half of them spoilt. */
export const requestsOf = (operation: Operation): Arbitrary<Request> => {
  const valid = validRequest(operation);
  return fc.oneof(
    valid,
    fc.tuple(valid, someSpoiling).map(([request, spoil]) => ({ ...request, ...spoil(request) })),
  );
};

const ANYTHING = z.unknown();

/** The checksum has no secret: whoever knows the list's name can make a cursor of his own. */
const forged = ({ operation, path, query, cursor }: NextPage, { how, at, edit }: Forgery) => {
  if (how === 'cut') return cursor.slice(0, at % cursor.length);
  if (how === 'append') return cursor + edit.key;
  const list = namesOfList(operation, path, query).find((name) => decodes(name, cursor));
  if (list === undefined)
    throw new Error(`The fuzzing cannot name the list of ${callOf(operation)}`);
  const text = edited(decodeCursor(list, cursor, ANYTHING), [edit]);
  try {
    return encodeCursor(list, JSON.parse(text));
  } catch {
    return Buffer.from(text).toString('base64url');
  }
};

const decodes = (list: string, cursor: string): boolean => {
  try {
    return decodeCursor(list, cursor, ANYTHING) !== undefined;
  } catch {
    return false;
  }
};

/** What a list may be called: by its path and by what selects its items, in one or the other order. */
const namesOfList = (operation: Operation, path: Values, query: Values): string[] => {
  const place = pathOf(operation, path).slice(1);
  const selectors = described(operation)
    .parameters.filter(({ name, ...one }) => one.in === 'query' && !/^(limit|cursor)$/.test(name))
    .map(({ name }) => `${name}=${query[name] ?? ''}`);
  const named = [selectors, selectors.toReversed()].map((each) => `${place}?${each.join('&')}`);
  return selectors.length === 0 ? [place] : named;
};

/** The path of an operation with the values of its parameters. */
export const pathOf = ({ path }: Operation, values: Values): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

/** The same body about products of this order. */
const aboutLines = (body: unknown, { productIds }: KnownOrder): unknown => {
  const { items } = Object(body) as { readonly items?: unknown };
  if (!Array.isArray(items)) return body;
  const own = (index: number) => productIds[index % productIds.length];
  return {
    ...Object(body),
    items: items.map((line, index) => ({ ...line, productId: own(index) })),
  };
};

/** The event that API Gateway makes of a request, once it is known what the shop has told. */
export const toEvent = (
  operation: Operation,
  request: Request,
  memory: Memory,
): APIGatewayProxyEventV2 => {
  const { edits = [], damage, base64 = false, next, forgery, aim } = request;
  const aimed = aim && memory.order(aim.status, aim.order);
  const body = aimed ? aboutLines(request.body, aimed) : request.body;
  const page = next === undefined ? undefined : memory.page(operation, next);
  const cursor = page && (forgery ? forged(page, forgery) : page.cursor);
  const named = (values: Values): Values =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const number = value.match(/^\{\{(\d+)\}\}$/)?.[1];
        return [name, number === undefined ? value : (memory.name(name, Number(number)) ?? 'no')];
      }),
    );
  const query = { ...named(page?.query ?? request.query), ...(cursor !== undefined && { cursor }) };
  const text = body === undefined ? undefined : edited(body, edits);
  const bytes = damage && text !== undefined ? damaged(text, damage) : undefined;
  const sent = bytes?.toString() ?? text;
  const event = httpEvent({
    path: aimed ? { orderId: aimed.id } : named(page?.path ?? request.path),
    ...(Object.keys(query).length > 0 && { query }),
    headers: { ...(aimed && aim && { 'idempotency-key': aim.key }), ...request.headers },
    ...(sent !== undefined && { body: sent, base64 }),
    // What is not UTF-8 reaches a function in base64 only.
    ...(bytes && damage?.how === 'byte' && { bytes: [...bytes], base64: true }),
  });
  return { ...event, ...request.event } as APIGatewayProxyEventV2;
};
