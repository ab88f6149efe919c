/** Whether resources are as the specification of CloudFormation says. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type {
  Property,
  PropertyType,
  SpecDatabase,
  Resource as Specification,
} from '@aws-cdk/service-spec-types';
import type { Rule, Template } from './template.ts';

/** Loading takes seconds and 200 MB. Of what it has, only the types that are asked for are kept. */
let loaded: SpecDatabase | undefined;
const database = (): SpecDatabase => {
  loaded ??= loadAwsServiceSpecSync();
  return loaded;
};

export const specificationOf = (type: string): Specification | undefined =>
  database().lookup('resource', 'cloudFormationType', 'equals', type).at(0);

export const SCHEMA: Rule = {
  promise: 'every resource has the properties that CloudFormation knows and requires',
  violations: ({ Resources }: Template) =>
    Object.entries(Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
      const specification = specificationOf(Type);
      if (!specification) return [`${logicalId}: there is no type ${Type}`];
      return problemsOfObject(specification.properties, Properties, logicalId);
    }),
};

const problemsOfObject = (
  known: Readonly<Record<string, Property>>,
  value: unknown,
  path: string,
): string[] => {
  if (!isObject(value)) return [`${path}: is no object`];
  return [
    ...Object.keys(value)
      .filter((name) => !Object.hasOwn(known, name))
      .map((name) => `${path}.${name}: is not known`),
    ...Object.entries(known)
      .filter(([name, { required }]) => required && value[name] === undefined)
      .map(([name]) => `${path}.${name}: is missing`),
    ...Object.entries(value).flatMap(([name, part]) => {
      const { type } = known[name] ?? {};
      return type ? problemsOfValue(type, part, `${path}.${name}`) : [];
    }),
  ];
};

const problemsOfValue = (type: PropertyType, value: unknown, path: string): string[] => {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'ref':
      return problemsOfObject(
        database().get('typeDefinition', type.reference).properties,
        value,
        path,
      );
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, index) => problemsOfValue(type.element, item, `${path}[${index}]`))
        : [`${path}: is no list`];
    case 'map':
      return isObject(value)
        ? Object.entries(value).flatMap(([name, item]) =>
            problemsOfValue(type.element, item, `${path}.${name}`),
          )
        : [`${path}: is no object`];
    case 'union': {
      const [best = []] = type.types
        .map((one) => problemsOfValue(one, value, path))
        .sort((one, other) => one.length - other.length);
      return best;
    }
    case 'tag':
      return isObject(value) && 'Key' in value && 'Value' in value ? [] : [`${path}: is no tag`];
    case 'json':
      return isObject(value) || typeof value === 'string' ? [] : [`${path}: is no JSON`];
    default:
      return problemsOfText(type, value, path);
  }
};

/** CloudFormation takes numbers and booleans as texts, too. */
const problemsOfText = (
  type: Exclude<
    PropertyType,
    { readonly type: 'ref' | 'array' | 'map' | 'union' | 'tag' | 'json' }
  >,
  value: unknown,
  path: string,
): string[] => {
  const text = isObject(value) || Array.isArray(value) ? undefined : String(value);
  const patterns: Record<typeof type.type, RegExp> = {
    string: /(?:)/,
    'date-time': /^\d{4}-/,
    integer: /^-?\d+$/,
    number: /^-?\d+(\.\d+)?$/,
    boolean: /^(true|false)$/,
    null: /^null$/,
  };
  if (text === undefined || !patterns[type.type].test(text)) return [`${path}: is no ${type.type}`];
  const { allowedValues } = type as { readonly allowedValues?: readonly (string | number)[] };
  return !allowedValues || allowedValues.map(String).includes(text)
    ? []
    : [`${path}: ${text} is none of ${allowedValues.join(', ')}`];
};

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value that CloudFormation makes. What it refers to is another rule's business. */
const isIntrinsic = (value: unknown): boolean =>
  isObject(value) &&
  Object.keys(value).length === 1 &&
  /^(Ref|Fn::\w+)$/.test(Object.keys(value)[0] ?? '');
