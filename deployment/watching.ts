/** The resources that watch a stage: alarms, the topic that they tell, and a dashboard. */
import { logicalIdOf, type Resource, toResource } from './alarm-resources.ts';
import { type Alarm, alarmsOf, type WatchedFunction } from './alarms.ts';
import { dashboardBody } from './dashboard.ts';

export type Watching = {
  /** The name of the stack: countermand-prod. */
  readonly stack: string;
  /** The functions of serverless.yml, by name. */
  readonly functions: Readonly<Record<string, FunctionDefinition>>;
  /** In seconds, of functions without a timeout of their own. */
  readonly timeout: number;
  /** A topic that exists already, or nothing. */
  readonly topicArn: string;
  /** An address that is told by the stage's own topic, or nothing. */
  readonly email: string;
};

type FunctionDefinition = {
  readonly timeout?: number;
  readonly events?: readonly Readonly<Record<string, unknown>>[];
};

export const watchingResources = ({
  stack,
  functions,
  timeout,
  topicArn,
  email,
}: Watching): Readonly<Record<string, Resource>> => {
  const alarms: Alarm[] = alarmsOf(stack, watchedFunctions(functions, timeout));
  const topic = topicArn || { Ref: 'AlarmTopic' };
  return {
    ...(!topicArn && { AlarmTopic: ownTopic(email) }),
    ...Object.fromEntries(
      alarms.map((alarm) => [logicalIdOf(alarm), toResource(alarm, stack, topic)]),
    ),
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: {
        DashboardName: stack,
        DashboardBody: { 'Fn::Sub': dashboardBody(stack, alarms) },
      },
    },
  };
};

/** All functions: a new one is watched without further ado. */
const watchedFunctions = (functions: Watching['functions'], timeout: number): WatchedFunction[] =>
  Object.entries(functions).map(([name, definition]) => ({
    name,
    timeout: definition.timeout ?? timeout,
    isCalled: (definition.events ?? []).some((event) => 'httpApi' in event),
  }));

const ownTopic = (email: string): Resource => ({
  Type: 'AWS::SNS::Topic',
  Properties: {
    ...(email && { Subscription: [{ Protocol: 'email', Endpoint: email }] }),
  },
});
