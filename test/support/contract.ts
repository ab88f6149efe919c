/**
 * Whether an answer is one that the description of the API has: its status, headers, media type and
 * body. Clients have to bear what a later version adds; here, what is not described is a mistake.
 */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { problemSchema } from '../../lib/http/openapi/problems.ts';
import { openApiDocument } from '../../lib/http/openapi.ts';

/** An answer, with the request that it is for. Its body is parsed if it is JSON. */
export type Told = {
  readonly method: string;
  /** As it was asked for; the query counts for nothing. */
  readonly path: string;
  readonly status: number;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};

type Header = { readonly required?: boolean };

type Response = {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Readonly<Record<string, unknown>>;
};

type Document = {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Record<string, Response> }>>>
  >;
  readonly components: { readonly responses: Readonly<Record<string, Response>> };
};

/** Headers that mean something to a client, so that each answer with one has to declare it. */
const TELLING = ['location', 'retry-after', 'x-correlation-id'];

/** The same schema, but it refuses every property that it does not name. */
const strict = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { examples: _, ...parts } = schema as Record<string, unknown>;
  const inner = Object.fromEntries(Object.entries(parts).map(([name, one]) => [name, strict(one)]));
  const isClosed =
    parts.type === 'object' && parts.properties && !('additionalProperties' in parts);
  return isClosed ? { ...inner, additionalProperties: false } : inner;
};

const pointerTo = (...names: readonly string[]): string =>
  names
    .map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');

/** @returns a function that throws an Error which says how an answer departs from the document */
export const createContract = (described: object = openApiDocument()) => {
  const document = strict(described) as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'openapi');
  const validators = new Map<string, ValidateFunction>();
  const paths = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));

  const validatorFor = (key: string, schema: () => object): ValidateFunction => {
    const made = validators.get(key) ?? ajv.compile(schema());
    validators.set(key, made);
    return made;
  };

  const bodyProblem = (validate: ValidateFunction, body: unknown): string | undefined =>
    validate(body) ? undefined : ajv.errorsText(validate.errors, { dataVar: 'body' });

  /** What is wrong with an answer to a path that is not described; functions refuse those. */
  const refusal = ({ status, headers, body }: Told): string | undefined => {
    if (isFromGateway(headers, body)) return undefined;
    const code = status === 405 ? 'method_not_allowed' : 'not_found';
    const schema = () => strict(problemSchema(code)) as object;
    if (status === 405 && !headers.allow) return 'the header allow is missing';
    return bodyProblem(validatorFor(code, schema), body);
  };

  const departure = (told: Told): string | undefined => {
    const { method, status, headers, body } = told;
    const at = new URL(told.path, 'http://shop').pathname;
    const path = paths.find((one) => one.path === at) ?? paths.find((one) => one.pattern.test(at));
    const operation = path && document.paths[path.path]?.[method.toLowerCase()];
    if (!operation || !path) return isPageOfDocs(at) ? undefined : refusal(told);
    const declared = operation.responses[String(status)];
    if (!declared) return `the status ${status} is not declared`;
    const name = declared.$ref?.split('/').at(-1);
    const response = name === undefined ? declared : document.components.responses[name];
    const place =
      name === undefined
        ? pointerTo('paths', path.path, method.toLowerCase(), 'responses', String(status))
        : pointerTo('components', 'responses', name);
    const { headers: described = {}, content = {} } = response ?? {};
    const missing = Object.entries(described).find(
      ([header, { required }]) => required && headers[header] === undefined,
    );
    if (missing) return `the header ${missing[0]} is missing`;
    const extra = TELLING.find((header) => headers[header] !== undefined && !described[header]);
    if (extra) return `the header ${extra} is not declared`;
    const [mediaType = ''] = String(headers['content-type'] ?? '').split(';');
    if (Object.keys(content).length === 0) {
      return body === undefined || body === '' ? undefined : 'it has a body';
    }
    if (!content[mediaType]) return `the media type ${mediaType} is not declared`;
    const pointer = `${place}/${pointerTo('content', mediaType, 'schema')}`;
    return bodyProblem(
      validatorFor(pointer, () => ({ $ref: `openapi#/${pointer}` })),
      body,
    );
  };

  return (told: Told): void => {
    const wrong = departure(told);
    if (wrong === undefined) return;
    const { method, path, status, body } = told;
    throw new Error(
      `${method} ${path} answered ${status}, which is not as described: ${wrong}\n${JSON.stringify(body)?.slice(0, 500)}`,
    );
  };
};

/** The page at /docs and what belongs to it. */
const isPageOfDocs = (path: string): boolean => path === '/' || path.startsWith('/docs/');

const isFromGateway = (headers: Told['headers'], body: unknown): boolean =>
  /^application\/json/.test(String(headers['content-type'])) &&
  JSON.stringify(Object.keys(body ?? {})) === '["message"]';
