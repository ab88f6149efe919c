/** How the rules of a template look at it. */
import type { Resource, Template } from '../cloudformation.ts';

export type { Resource, Template } from '../cloudformation.ts';

/** What a template must keep, and where it does not. */
export type Rule = {
  /** A sentence. It is also the title of the test. */
  readonly promise: string;
  /** Where the template breaks it: the logical id, and what is wrong there. */
  readonly violations: (template: Template) => readonly string[];
};

/** Names of resources with their definitions. */
export const ofType = (
  { Resources }: Template,
  type: string,
): [logicalId: string, resource: Resource][] =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type);

/** A message for each resource of a type that is not as it should be. */
export const wrong = (
  template: Template,
  type: string,
  problemOf: (
    properties: Resource['Properties'],
    logicalId: string,
    resource: Resource,
  ) => string | false | undefined,
): string[] =>
  ofType(template, type).flatMap(([logicalId, resource]) => {
    const problem = problemOf(resource.Properties, logicalId, resource);
    return problem ? [`${logicalId}: ${problem}`] : [];
  });

/** The logical id that a `Ref`, a `Fn::GetAtt` or a `Fn::Join` of one names; else undefined. */
export const target = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return Ref;
  if (Array.isArray(attribute)) return String(attribute[0]);
  return Array.isArray(join) ? join[1].map(target).find(Boolean) : undefined;
};

export const dependenciesOf = ({ DependsOn = [] }: Resource): readonly string[] =>
  [DependsOn].flat();

/** Whether something that may be text, as CloudFormation allows, is true. */
export const isTrue = (value: unknown): boolean => String(value) === 'true';
