import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** What API Gateway adds to a request that an authorizer let pass. */
type Authorizer = {
  readonly iam?: { readonly userArn?: string };
  readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> };
};

/**
 * Whom the authorizer names: `iam:` with an ARN, or `jwt:` with a subject. Without an authorizer, as
 * on a developer's machine, it is `local`.
 */
export const actorOf = ({
  requestContext,
}: Partial<Pick<APIGatewayProxyEventV2, 'requestContext'>>): string => {
  const { authorizer = {} } = (requestContext ?? {}) as { readonly authorizer?: Authorizer };
  const { iam, jwt } = authorizer;
  if (iam?.userArn) return `iam:${iam.userArn}`;
  return jwt?.claims?.sub ? `jwt:${jwt.claims.sub}` : 'local';
};
