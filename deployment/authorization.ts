/** Whom API Gateway asks before it calls a function: AWS IAM, or the issuer of a token. */
import { SCOPES } from '../lib/http/scopes.ts';
import type { SecurityScheme } from '../lib/settings.ts';

/** The parameters of a stage. Unless both are set, it is AWS IAM that is asked. */
type Parameters = {
  readonly jwtIssuer: string;
  /** One or more, separated by commas. */
  readonly jwtAudience: string;
};

type RouteAuthorizer =
  | { readonly type: 'aws_iam' }
  | { readonly name: 'jwt'; readonly scopes?: readonly string[] };

export type Authorization = {
  /** What all closed routes of the stage ask for. */
  readonly scheme: SecurityScheme;
  /** For `provider.httpApi`. */
  readonly authorizers: Readonly<Record<string, object>>;
  /** By the last part of the scope; `any` for a route that every caller of the stage may call. */
  readonly routes: Readonly<Record<string, RouteAuthorizer>>;
};

export const authorizationOf = ({ jwtIssuer, jwtAudience }: Parameters): Authorization => {
  const audience = jwtAudience.split(',').filter(Boolean);
  const takesTokens = jwtIssuer !== '' && audience.length > 0;
  const asking = (scopes?: readonly string[]): RouteAuthorizer =>
    takesTokens ? { name: 'jwt', ...(scopes && { scopes }) } : { type: 'aws_iam' };
  return {
    scheme: takesTokens ? 'jwt' : 'iam',
    authorizers: takesTokens ? { jwt: jwtAuthorizer(jwtIssuer, audience) } : {},
    routes: {
      any: asking(),
      ...Object.fromEntries(
        Object.keys(SCOPES).map((scope) => [scope.split('/').at(-1), asking([scope])]),
      ),
    },
  };
};

const jwtAuthorizer = (issuerUrl: string, audience: readonly string[]) => ({
  type: 'jwt',
  identitySource: '$request.header.Authorization',
  issuerUrl,
  audience,
});
