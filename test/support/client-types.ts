/** The types and the routes of the typed client, made from the OpenAPI document. */
import { compile } from 'json-schema-to-typescript';
import { openApiDocument } from '../../lib/http/openapi.ts';
import { DOCUMENTED } from '../../lib/http/operations/index.ts';

type Schema = Record<string, unknown>;

type Described = {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: { readonly 'application/json': { readonly schema: Schema } };
  };
  readonly responses: Readonly<Record<string, Answer>>;
};

type Answer = {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
};

const object = (properties: Schema, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** What a call takes: parameters by their names, the body, and the key. */
const inputOf = ({ parameters, requestBody }: Described) => {
  const all = parameters.map(({ name, schema, description, required }) => ({
    name: name === 'Idempotency-Key' ? 'idempotencyKey' : name,
    schema: { ...schema, description },
    required,
  }));
  if (requestBody) {
    const { schema } = requestBody.content['application/json'];
    all.push({ name: 'body', schema, required: requestBody.required } as (typeof all)[number]);
  }
  return object(
    Object.fromEntries(all.map(({ name, schema }) => [name, schema])),
    all.filter(({ required }) => required).map(({ name }) => name),
  );
};

const answersOf = ({ responses }: Described) =>
  object(
    Object.fromEntries(
      Object.entries(responses)
        .filter(([status]) => status.startsWith('2'))
        .map(([status, { content }]) => {
          const [answer] = Object.values(content ?? {});
          return [status, answer?.schema ?? { tsType: 'undefined' }];
        }),
    ),
  );

const document = openApiDocument();

const problemsOf = ({ responses }: Described) => {
  const common: Readonly<Record<string, Answer>> = document.components.responses;
  const schemas = Object.values(responses).flatMap(({ $ref, content }) => {
    const answer = $ref === undefined ? content : common[$ref.split('/').at(-1) ?? '']?.content;
    const schema = answer?.['application/problem+json']?.schema;
    return schema ? [schema] : [];
  });
  return { anyOf: schemas.flatMap(({ oneOf, ...one }) => (oneOf as Schema[]) ?? [one]) };
};

/** As the compiler of types wants it: definitions in their place, and any JSON by its name. */
const prepared = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(prepared);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !['discriminator', 'examples', 'default'].includes(name))
      .map(([name, one]) => {
        if (name === '$ref')
          return [name, String(one).replace('#/components/schemas/', '#/definitions/')];
        const isAnything = name === 'additionalProperties' && JSON.stringify(one) === '{}';
        return [name, isAnything ? { tsType: 'Json' } : prepared(one)];
      }),
  );
};

const HEADER = `/**
 * What the operations of the API take and answer. \`npm run openapi\` makes this file from the OpenAPI
 * document.
 */

/** Any JSON. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
`;

const typesText = (operations: readonly Described[]): Promise<string> => {
  const schema = {
    ...object(
      Object.fromEntries(
        operations.map((operation) => [
          operation.operationId,
          {
            ...object({
              input: inputOf(operation),
              answers: answersOf(operation),
              problems: problemsOf(operation),
            }),
            description: `${operation.summary}.`,
          },
        ]),
      ),
    ),
    definitions: document.components.schemas,
  };
  return compile(prepared(schema) as object, 'Operations', {
    bannerComment: '',
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 100 },
  });
};

const routesText = (): string => {
  const routes = DOCUMENTED.map(({ operationId, method, path, names }) => {
    const described = document.paths[path]?.[method];
    const query = described?.parameters.filter((one) => one.in === 'query').map(({ name }) => name);
    const route = { method: method.toUpperCase(), path, query, ...(names && { names }) };
    return `  ${operationId}: ${JSON.stringify(route)},`;
  });
  return `/** Where the operations are. */
export const OPERATIONS: {
  readonly [Id in keyof Operations]: {
    readonly method: string;
    readonly path: string;
    readonly query: readonly string[];
    /** The field of the body that names what the call creates. */
    readonly names?: string;
  };
} = {
${routes.join('\n')}
};
`;
};

export const CLIENT_FILE = 'client/src/operations.ts';

export const clientText = async (): Promise<string> => {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  return [HEADER, await typesText(operations as Described[]), routesText()].join('\n');
};
