/** Rules of the HTTP API. */
import { OPERATIONS } from '../../../lib/http/operations/index.ts';
import { dependenciesOf, ofType, type Rule, type Template, target, wrong } from './template.ts';

const ROUTE = 'AWS::ApiGatewayV2::Route';
const STAGE = 'AWS::ApiGatewayV2::Stage';

/** The routes that anyone may call. */
const OPEN = [
  ...['GET /health', 'GET /openapi.json'],
  ...['GET /docs', 'GET /docs/scalar.js', 'GET /'],
];

/** What a token has to allow, by route. */
const SCOPES = new Map(
  OPERATIONS.map(({ method, path, scope }) => [`${method.toUpperCase()} ${path}`, scope]),
);

const takesTokens = (template: Template): boolean =>
  ofType(template, 'AWS::ApiGatewayV2::Authorizer').length > 0;

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
    promise: 'all closed routes ask in the same way: AWS IAM, or the one issuer of tokens',
    violations: (template) => {
      const wanted = takesTokens(template) ? 'JWT' : 'AWS_IAM';
      const authorizers = ofType(template, 'AWS::ApiGatewayV2::Authorizer').map(([id]) => id);
      return wrong(template, ROUTE, ({ RouteKey, AuthorizationType, AuthorizerId }) => {
        if (OPEN.includes(RouteKey)) return AuthorizationType === wanted && `${RouteKey} is closed`;
        if (AuthorizationType !== wanted) return `${RouteKey} asks in another way`;
        return `${authorizers}` !== `${target(AuthorizerId) ?? ''}` && `${RouteKey} asks another`;
      });
    },
  },
  {
    promise: 'a token has to allow what the operation of the route declares',
    violations: (template) =>
      takesTokens(template)
        ? wrong(template, ROUTE, ({ RouteKey, AuthorizationScopes = [] }) => {
            const scope = SCOPES.get(RouteKey) ?? 'none';
            const wanted = scope === 'none' ? [] : [scope];
            return `${AuthorizationScopes}` !== `${wanted}` && `${RouteKey} asks for another scope`;
          })
        : [],
  },
  {
    promise: 'the description that the stage serves says what its routes ask for',
    violations: (template) => {
      const wanted = takesTokens(template) ? 'jwt' : 'iam';
      return wrong(template, 'AWS::Lambda::Function', ({ Environment: { Variables } }) => {
        const { SECURITY_SCHEME: told } = Variables;
        return told !== undefined && told !== wanted && `it tells of ${told}`;
      });
    },
  },
  {
    promise: 'tokens are read from the header, and are meant for this service',
    violations: (template) =>
      wrong(
        template,
        'AWS::ApiGatewayV2::Authorizer',
        ({ AuthorizerType, IdentitySource, JwtConfiguration: { Audience, Issuer } = {} }) => {
          if (AuthorizerType !== 'JWT' || !/^https:/.test(Issuer)) return 'it has no issuer';
          if (`${IdentitySource}` !== '$request.header.Authorization') return 'from elsewhere';
          return !(Audience?.length > 0) && 'it takes tokens for any service';
        },
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
        const caller = takesTokens(template) ? 'authorizer.claims.sub' : 'identity.userArn';
        const logged = ['requestId', 'status', 'responseLatency', caller];
        const missing = logged.find(
          (name) => !AccessLogSettings.Format?.includes(`$context.${name}`),
        );
        return missing && `it does not log ${missing}`;
      }),
  },
  {
    promise: 'the log of the API needs no room in the policy of the account, which may be full',
    violations: (template) =>
      wrong(template, STAGE, ({ AccessLogSettings = {} }) => {
        const group = template.Resources[target(AccessLogSettings.DestinationArn) ?? ''];
        const { LogGroupName = '' } = group?.Properties ?? {};
        return !LogGroupName.startsWith('/aws/vendedlogs/') && `it is ${LogGroupName}`;
      }),
  },
];
