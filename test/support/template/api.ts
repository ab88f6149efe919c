/** Rules of the HTTP API. */
import { dependenciesOf, ofType, type Rule, wrong } from './template.ts';

const ROUTE = 'AWS::ApiGatewayV2::Route';
const STAGE = 'AWS::ApiGatewayV2::Stage';

/** The routes that anyone may call. */
const OPEN = ['GET /health', 'GET /openapi.json', 'GET /docs'];

export const API: readonly Rule[] = [
  {
    promise: 'a route asks who is calling, unless it is open to anyone',
    violations: (template) =>
      wrong(
        template,
        ROUTE,
        ({ RouteKey, AuthorizationType = 'NONE' }) =>
          !OPEN.includes(RouteKey) && AuthorizationType === 'NONE' && `${RouteKey} asks nobody`,
      ),
  },
  {
    promise: 'the settings of a route are made after the route',
    violations: (template) =>
      ofType(template, STAGE).flatMap(([id, stage]) =>
        Object.keys(stage.Properties.RouteSettings ?? {}).flatMap((key) => {
          const [route] = ofType(template, ROUTE).find(
            ([, { Properties }]) => Properties.RouteKey === key,
          ) ?? [''];
          return dependenciesOf(stage).includes(route) ? [] : [`${id}: ${key} may come later`];
        }),
      ),
  },
  {
    promise: 'an open route cannot use up the calls of the others',
    violations: (template) =>
      wrong(template, STAGE, ({ RouteSettings = {}, DefaultRouteSettings = {} }) => {
        const { ThrottlingRateLimit: ofAll = 0 } = DefaultRouteSettings;
        const unlimited = OPEN.find((key) => !(RouteSettings[key]?.ThrottlingRateLimit < ofAll));
        return unlimited && `${unlimited} has no limit of its own`;
      }),
  },
  {
    promise: 'the API limits the rate of calls, and logs who called what and how it ended',
    violations: (template) =>
      wrong(template, STAGE, ({ DefaultRouteSettings = {}, AccessLogSettings = {} }) => {
        const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = DefaultRouteSettings;
        if (!(rate > 0 && burst > 0)) return 'it has no limit';
        const logged = ['requestId', 'status', 'responseLatency', 'identity.userArn'];
        const missing = logged.find(
          (name) => !AccessLogSettings.Format?.includes(`$context.${name}`),
        );
        return missing && `it does not log ${missing}`;
      }),
  },
];
