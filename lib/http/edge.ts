import middy, { type MiddlewareObj } from '@middy/core';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import * as z from 'zod/mini';
import { isTransient } from '../aws/transient-errors.ts';
import { logger } from '../observability/logger.ts';
import type { TimeBudget } from '../time-budget.ts';
import { timeBudget } from '../time-budget.ts';
import { Problem } from './problem.ts';
import { readBody, validate } from './request.ts';

type Response = APIGatewayProxyStructuredResultV2;

type Schemas<Path, Query, Body> = {
  readonly path?: Path;
  readonly query?: Query;
  readonly body?: Body;
};

type Parsed<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

/** A request as handlers see it: every part checked, nothing of API Gateway left. */
export type Request<Path, Query, Body> = {
  readonly path: Parsed<Path>;
  readonly query: Parsed<Query>;
  readonly body: Parsed<Body>;
  readonly idempotencyKey: string | undefined;
  readonly correlationId: string;
  readonly remaining: TimeBudget;
};

const NO_FIELDS = z.strictObject({});

/** A route that asks for no body takes none, or an empty one. */
const noFields = (event: APIGatewayProxyEventV2): undefined => {
  validate(NO_FIELDS, readBody(event));
};

/**
 * Makes a Lambda function for one route of the HTTP API: checks path, query and body against their
 * schemas, gives the result to `handle`, and turns whatever is thrown into problem details.
 */
export const http = <
  Path extends z.ZodMiniType | undefined = undefined,
  Query extends z.ZodMiniType | undefined = undefined,
  Body extends z.ZodMiniType | undefined = undefined,
>(
  { path, query, body }: Schemas<Path, Query, Body>,
  handle: (request: Request<Path, Query, Body>) => Promise<Response>,
) =>
  middy<APIGatewayProxyEventV2, Response, Error, Context>()
    .use(correlation())
    .use(problemDetails())
    .handler((event, context) =>
      handle({
        path: path && validate(path, event.pathParameters ?? {}),
        query: query && validate(query, event.queryStringParameters ?? {}),
        body: body ? validate(body, readBody(event)) : noFields(event),
        idempotencyKey: event.headers?.['idempotency-key'],
        correlationId: correlationIdOf(event),
        remaining: timeBudget(context),
      } as Request<Path, Query, Body>),
    );

export const json = (
  statusCode: number,
  body: unknown,
  headers: Record<string, string> = {},
): Response => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

export const noContent = (): Response => ({ statusCode: 204 });

type Middleware = MiddlewareObj<APIGatewayProxyEventV2, Response, Error, Context>;

/** Gives every answer the id that the logs of its request carry. */
const correlation = (): Middleware => {
  const tell: Middleware['after'] = ({ event, response }) => {
    if (response) {
      response.headers = { ...response.headers, 'x-correlation-id': correlationIdOf(event) };
    }
  };
  return { after: tell, onError: tell };
};

/** The caller's own id, where it sent a usable one. */
const correlationIdOf = (event: APIGatewayProxyEventV2): string => {
  const given = event.headers?.['x-correlation-id'];
  return given && /^[\x21-\x7e]{1,128}$/.test(given) ? given : event.requestContext.requestId;
};

/** Answers errors as problem details. What is not a `Problem` is a bug: logged, and told to nobody. */
const problemDetails = (): Middleware => ({
  onError: (request) => {
    const { error, event } = request;
    const problem = toProblem(error, correlationIdOf(event));
    request.response = {
      statusCode: problem.status,
      headers: {
        'content-type': 'application/problem+json',
        ...(problem.status === 503 && { 'retry-after': '1' }),
      },
      body: JSON.stringify(problem.toBody()),
    };
  },
});

const toProblem = (error: Error | null, correlationId: string): Problem => {
  if (error instanceof Problem) return error;
  if (isTransient(error)) {
    logger.warn('database or queue did not answer in time', { correlationId, error });
    return new Problem('try_again', 'The database or the queue did not answer in time; ask again');
  }
  return unexpected(error, correlationId);
};

const unexpected = (error: Error | null, correlationId: string): Problem => {
  logger.error('unexpected error', { correlationId, error });
  return new Problem('internal_error', `The log has more under correlation id ${correlationId}`);
};
