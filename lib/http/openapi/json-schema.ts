/** JSON schemas for the description of the API, made from the schemas that functions use. */
import * as z from 'zod/mini';
import { moment } from '../../fields.ts';
import { time } from '../resources.ts';
import { FIELDS } from './fields.ts';

/** A JSON schema of draft 2020-12, as far as the description has them. */
export type JsonSchema = {
  $ref?: string;
  type?: string | string[];
  description?: string;
  format?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
};

export type NamedSchemas = Readonly<Record<string, z.ZodMiniType>>;

/**
 * The JSON schema of a request or an answer.
 *
 * @param io `input` for requests, `output` for answers
 * @param named schemas to include by reference
 */
export const jsonSchema = (
  schema: z.ZodMiniType,
  io: 'input' | 'output',
  named: NamedSchemas = {},
): JsonSchema => {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: described }) => {
      const part: z.core.$ZodType = zodSchema;
      const [name] = Object.entries(named).find(([, each]) => each === part) ?? [];
      if (name !== undefined) return replace(described, { $ref: refTo(name) });
      if (part === moment) return replace(described, { type: 'string', format: 'date-time' });
      if (part === time) described.format = 'date-time';
      // A strict client would reject the attributes that a later version adds.
      if (io === 'output' && described.additionalProperties === false) {
        delete described.additionalProperties;
      }
    },
  });
  return polished(made as JsonSchema);
};

/** A schema with a name. Other named schemas within it are included by reference. */
export const component = (name: string, schema: z.ZodMiniType, named: NamedSchemas): JsonSchema => {
  const { [name]: _, ...others } = named;
  return jsonSchema(schema, 'output', others);
};

export const refTo = (name: string): string => `#/components/schemas/${name}`;

const replace = (described: object, by: object): void => {
  for (const key of Object.keys(described)) delete described[key as keyof typeof described];
  Object.assign(described, by);
};

/** The same schema as people like to read it: null beside the type, and a description of each field. */
const polished = (schema: JsonSchema): JsonSchema => {
  const { anyOf, items, properties, additionalProperties, ...rest } = withNull(schema);
  const inner = typeof additionalProperties === 'object' ? polished(additionalProperties) : {};
  return {
    ...(rest.type === 'integer' ? plainInteger(rest) : rest),
    ...(anyOf && { anyOf: anyOf.map(polished) }),
    ...(items && { items: polished(items) }),
    ...(properties && { properties: describedFields(properties) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: additionalProperties && inner,
    }),
  };
};

/** What may be null has both types, instead of two schemas to choose from. */
const withNull = (schema: JsonSchema): JsonSchema => {
  const { anyOf = [], ...outside } = schema;
  const [one, other] = anyOf;
  if (anyOf.length !== 2 || other?.type !== 'null' || typeof one?.type !== 'string') return schema;
  const { const: only, enum: values = only === undefined ? undefined : [only], ...rest } = one;
  const type = [one.type, 'null'];
  return { ...outside, ...rest, type, ...(values && { enum: [...values, null] }) };
};

/** Without the limits that every number of JavaScript has. */
const plainInteger = ({ minimum, maximum, ...rest }: JsonSchema): JsonSchema => ({
  ...rest,
  format: 'int64',
  ...(minimum !== Number.MIN_SAFE_INTEGER && minimum !== undefined && { minimum }),
  ...(maximum !== Number.MAX_SAFE_INTEGER && maximum !== undefined && { maximum }),
});

const describedFields = (properties: Record<string, JsonSchema>): Record<string, JsonSchema> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const field = polished(schema);
      const description = field.description ?? FIELDS[name];
      return [name, field.$ref || !description ? field : { ...field, description }];
    }),
  );
