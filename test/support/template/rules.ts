/** All that a template must keep before it is deployed. */
import { ALARMS } from './alarms.ts';
import { API } from './api.ts';
import { DATA, PROTECTION } from './data.ts';
import { FUNCTIONS } from './functions.ts';
import { PERMISSIONS } from './permissions.ts';
import { REFERENCES } from './references.ts';
import { SCHEMA } from './schema.ts';
import { STREAMS } from './streams.ts';
import type { Rule, Template } from './template.ts';

/** What every stage keeps. */
export const RULES: readonly Rule[] = [
  SCHEMA,
  REFERENCES,
  ...DATA,
  ...STREAMS,
  ...FUNCTIONS,
  ...PERMISSIONS,
  ...API,
  ...ALARMS,
];

/** What a stage keeps that people rely on. */
export const RULES_OF_PROD: readonly Rule[] = [...RULES, ...PROTECTION];

/** The promises that a template breaks. */
export const brokenPromises = (template: Template): string[] =>
  RULES_OF_PROD.filter(({ violations }) => violations(template).length > 0).map(
    ({ promise }) => promise,
  );
