/** Checks what serverless.yml gives the functions and the stage, before anything is deployed. */
import {
  isWholeNumberSetting,
  isWordsSetting,
  isYesOrNoSetting,
  wholeNumberFrom,
  wordsFrom,
  yesOrNoFrom,
} from '../lib/settings.ts';
import { checkNames } from './deployed-names.ts';

type WithEnvironment = { readonly environment?: Readonly<Record<string, unknown>> };

/** The parts of a serverless service, with all variables resolved, that are used here. */
export type Service = {
  readonly provider: WithEnvironment & { readonly region?: string };
  readonly functions?: Readonly<Record<string, WithEnvironment & { readonly name?: string }>>;
  readonly custom?: {
    readonly esbuild?: unknown;
    readonly deployment?: Readonly<Record<string, unknown>>;
    readonly tables?: Readonly<Record<string, string>>;
    readonly queues?: Readonly<Record<string, string>>;
    readonly eventBuses?: Readonly<Record<string, string>>;
  };
};

/** @throws Error of the first setting that no function could start with, or no stage be made of */
export const checkSettings = (service: Service): void => {
  const { provider, functions = {}, custom: { deployment = {} } = {} } = service;
  for (const { environment = {} } of [provider, ...Object.values(functions)]) {
    for (const [name, value] of Object.entries(environment)) {
      if (isWholeNumberSetting(name)) wholeNumberFrom({ [name]: String(value) }, name);
      if (isYesOrNoSetting(name)) yesOrNoFrom({ [name]: String(value) }, name);
      if (isWordsSetting(name)) wordsFrom({ [name]: String(value) }, name);
    }
  }
  for (const [name, value] of Object.entries(deployment)) checkSetting(name, String(value));
  checkTokens(deployment);
  checkTopic(deployment, provider.region);
  checkNames(service);
};

const YES_OR_NO = { pattern: /^(true|false)$/, expected: 'true or false' };

/** By the names of parameters in serverless.yml. */
const STAGE_SETTINGS: Readonly<Record<string, { pattern: RegExp; expected: string }>> = {
  stage: {
    pattern: /^[a-z][a-z0-9-]*$/,
    expected: 'small letters, digits and hyphens, and begin with a letter',
  },
  tablesWhenRemoved: {
    pattern: /^(RetainExceptOnCreate|Delete)$/,
    expected: 'RetainExceptOnCreate or Delete',
  },
  deletionProtection: YES_OR_NO,
  detailedMetrics: YES_OR_NO,
  tracing: YES_OR_NO,
  alarms: YES_OR_NO,
  plainQueueWritesOff: YES_OR_NO,
  publishEvents: YES_OR_NO,
  alarmTopicArn: {
    pattern: /^(arn:[\w-]+:sns:[\w-]+:\d{12}:\S+)?$/,
    expected: 'the ARN of an SNS topic',
  },
  alarmEmail: { pattern: /^(\S+@\S+)?$/, expected: 'an e-mail address' },
  jwtIssuer: { pattern: /^(https:\/\/[\w.-]+(:\d+)?(\/[^\s?#]*)?)?$/, expected: 'an https URL' },
  jwtAudience: {
    pattern: /^([^\s,]+(,[^\s,]+)*)?$/,
    expected: 'one or more audiences, separated by commas',
  },
};

const checkSetting = (name: string, value: string): void => {
  const { pattern, expected } = STAGE_SETTINGS[name] ?? {};
  if (pattern && !pattern.test(value))
    throw new Error(`${name} must be ${expected}, not "${value}"`);
};

/** A token of the right issuer may be meant for another service. */
const checkTokens = ({ jwtIssuer = '', jwtAudience = '' }: Readonly<Record<string, unknown>>) => {
  if (Boolean(jwtIssuer) === Boolean(jwtAudience)) return;
  throw new Error('jwtIssuer and jwtAudience go together: set both, or neither for AWS IAM');
};

/** CloudWatch refuses an alarm that tells a topic of another region. */
const checkTopic = (
  { alarmTopicArn = '' }: Readonly<Record<string, unknown>>,
  region: string | undefined,
): void => {
  const [, , , itsRegion] = String(alarmTopicArn).split(':');
  if (itsRegion === undefined || region === undefined || itsRegion === region) return;
  throw new Error(
    `alarmTopicArn is in ${itsRegion}, and alarms only tell topics of their own region, ${region}`,
  );
};
