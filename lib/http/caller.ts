import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isActor } from '../domain/actor.ts';
import type { Caller } from '../observability/writes.ts';
import { invalidField } from './problem.ts';
import { correlationIdOf } from './request.ts';

type Event = Partial<Pick<APIGatewayProxyEventV2, 'headers' | 'requestContext'>>;

/** The header in which a caller states for whom it acts. */
const X_ACTOR = 'x-actor';

/** @throws Problem `validation_failed` when the caller states an actor that cannot be kept */
export const checkStatedActor = ({ headers }: Event): void => {
  const stated = headers?.[X_ACTOR];
  if (stated !== undefined && stated !== '' && !isActor(stated)) {
    throw invalidField(X_ACTOR, 'Must be 1 to 255 printable ASCII characters');
  }
};

/**
 * Who makes a call. If the caller has its own correlation id, the log of API Gateway has another id,
 * which is told, too.
 */
export const callerOf = (event: Event): Caller => {
  const correlationId = correlationIdOf(event);
  const { requestId } = event.requestContext ?? {};
  const actorStated = event.headers?.[X_ACTOR];
  return {
    actor: actorOf(event),
    ...(isActor(actorStated) && { actorStated }),
    correlationId,
    ...(requestId !== undefined && requestId !== correlationId && { requestId }),
  };
};

/**
 * What the caller's token allows. Without a token it is undefined: then AWS IAM has decided by the
 * route alone, or nobody was asked, as on a developer's machine.
 */
export const scopesOf = (event: Event): readonly string[] | undefined => {
  const claims = authorizerOf(event).jwt?.claims;
  return claims && [claims.scope, claims.scp].flatMap(scopesIn);
};

/**
 * The scopes in a claim: a text with blanks between them, or a list. API Gateway makes a text of a
 * list: `[countermand/read countermand/cancel]`.
 */
const scopesIn = (claim: unknown): string[] => {
  if (Array.isArray(claim)) return claim.map(String);
  return typeof claim === 'string' ? (claim.match(/[^\s,[\]]+/g) ?? []) : [];
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
const actorOf = (event: Event): string => {
  const { iam, jwt } = authorizerOf(event);
  if (iam?.userArn) return `iam:${iam.userArn}`;
  return jwt?.claims?.sub ? `jwt:${jwt.claims.sub}` : 'local';
};

const authorizerOf = ({ requestContext }: Event): Authorizer => {
  const { authorizer } = (requestContext ?? {}) as { readonly authorizer?: Authorizer };
  return authorizer ?? {};
};
