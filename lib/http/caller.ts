import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Caller } from '../observability/writes.ts';
import { correlationIdOf } from './request.ts';

type Event = Partial<Pick<APIGatewayProxyEventV2, 'headers' | 'requestContext'>>;

/**
 * Who makes a call. If the caller has its own correlation id, the log of API Gateway has another id,
 * which is told, too.
 */
export const callerOf = (event: Event): Caller => {
  const correlationId = correlationIdOf(event);
  const { requestId } = event.requestContext ?? {};
  return {
    actor: actorOf(event),
    correlationId,
    ...(requestId !== undefined && requestId !== correlationId && { requestId }),
  };
};

/** What API Gateway adds to a request that an authorizer let pass. */
type Authorizer = {
  readonly iam?: { readonly userArn?: string };
  readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> };
};

/**
 * Whom the authorizer names: `iam:` with an ARN, or `jwt:` with a subject. Without an authorizer, as
 * on a developer's machine, it is `local`.
 */
const actorOf = ({ requestContext }: Event): string => {
  const { authorizer = {} } = (requestContext ?? {}) as { readonly authorizer?: Authorizer };
  const { iam, jwt } = authorizer;
  if (iam?.userArn) return `iam:${iam.userArn}`;
  return jwt?.claims?.sub ? `jwt:${jwt.claims.sub}` : 'local';
};
