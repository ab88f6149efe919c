/** Whether everything that a template refers to exists. */
import { specificationOf } from './schema.ts';
import { dependenciesOf, type Rule, type Template } from './template.ts';

const PSEUDO_PARAMETERS = [
  'AccountId',
  'NoValue',
  'Partition',
  'Region',
  'StackName',
  'URLSuffix',
].map((name) => `AWS::${name}`);

export const REFERENCES: Rule = {
  promise: 'every Ref, Fn::GetAtt, Fn::Sub and DependsOn names what exists',
  violations: (template) =>
    Object.entries(template.Resources).flatMap(([logicalId, resource]) =>
      [...referencesIn(resource.Properties), ...dependenciesOf(resource).map((name) => [name])]
        .filter((reference) => !exists(template, reference))
        .map((reference) => `${logicalId}: there is no ${reference.join('.')}`),
    ),
};

/** A logical id, and perhaps an attribute. */
type Reference = readonly string[];

const exists = ({ Resources }: Template, [logicalId = '', attribute]: Reference): boolean => {
  if (PSEUDO_PARAMETERS.includes(logicalId)) return attribute === undefined;
  const resource = Resources[logicalId];
  if (!resource || attribute === undefined) return resource !== undefined;
  return Object.hasOwn(specificationOf(resource.Type)?.attributes ?? {}, attribute);
};

const referencesIn = (value: unknown): Reference[] => {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, argument]): Reference[] => {
    if (name === 'Ref') return [[String(argument)]];
    if (name === 'Fn::GetAtt') return [Array.isArray(argument) ? argument : splitAtDot(argument)];
    if (name === 'Fn::Sub') return referencesInText(String(argument));
    return referencesIn(argument);
  });
};

const referencesInText = (text: string): Reference[] =>
  [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => splitAtDot(name));

/** An attribute may have dots itself. */
const splitAtDot = (name: unknown): Reference => {
  const [logicalId = '', ...attribute] = String(name).split('.');
  return attribute.length === 0 ? [logicalId] : [logicalId, attribute.join('.')];
};
