import middy, { type MiddlewareObj } from '@middy/core';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import { isTransient } from '../aws/transient-errors.ts';
import { logger } from '../observability/logger.ts';
import {
  type Call,
  reportFailedRequest,
  reportUnfinishedRequest,
} from '../observability/requests.ts';
import { callerOf } from './caller.ts';
import type { NamingField, Operation, Schema } from './operation.ts';
import { COMMON_PROBLEMS, Problem } from './problem.ts';
import { type Request, readRequest } from './read-request.ts';
import { correlationIdOf } from './request.ts';

type Response = APIGatewayProxyStructuredResultV2;

/**
 * Makes the Lambda handler of one route of the HTTP API. It checks path, query and body as the
 * operation declares them, calls `handle`, and turns every error into problem details.
 */
export const http = <
  Parameters extends Schema,
  Query extends Schema,
  Body extends Schema,
  Names extends NamingField,
>(
  operation: Operation<Parameters, Query, Body, Names>,
  handle: (request: Request<Parameters, Query, Body, Names>) => Promise<Response>,
) =>
  Object.assign(
    edge(operation).handler(async (event, context) => {
      const request = readRequest(operation, event, context);
      try {
        return await handle(request as Request<Parameters, Query, Body, Names>);
      } catch (error) {
        const { path, caller } = request;
        const call = { operation: operation.operationId, ...caller, ...Object(path) };
        throw withName(toProblem(error, call), operation, request);
      }
    }),
    { operation },
  );

/**
 * Makes the Lambda handler of the requests that no route takes. It refuses each of them, whatever
 * else it contains.
 */
export const refuse = (problemOf: (path: string) => Problem) =>
  edge({
    operationId: 'refuseUnknownRoute',
    problems: ['not_found', 'method_not_allowed'],
  }).handler(async ({ rawPath }) => {
    throw problemOf(rawPath);
  });

/** What every handler does around its own work. */
const edge = (operation: Pick<Operation, 'operationId' | 'problems'>) =>
  middy<APIGatewayProxyEventV2, Response, Error, Context>()
    .use(correlation())
    .use(problemDetails(operation));

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

/** Adds the id or reference that the call has made up, because a retry has to send the same one. */
const withName = (
  problem: Problem,
  { names }: Operation,
  { body }: { readonly body: unknown },
): Problem =>
  names !== undefined && problem.code === 'try_again'
    ? new Problem(problem.code, problem.message, {
        ...problem.extensions,
        [names]: (body as Record<string, unknown>)[names],
      })
    : problem;

type Middleware = MiddlewareObj<APIGatewayProxyEventV2, Response, Error, Context>;

/** Adds the correlation id, which the logs of the request also have, to every answer. */
const correlation = (): Middleware => {
  const tell: Middleware['after'] = ({ event, response }) => {
    if (response) {
      response.headers = { ...response.headers, 'x-correlation-id': correlationIdOf(event) };
    }
  };
  return { after: tell, onError: tell };
};

/**
 * Answers errors as problem details. An unexpected error is logged; its text is not in the answer.
 */
const problemDetails = ({
  operationId,
  problems,
}: Pick<Operation, 'operationId' | 'problems'>): Middleware => ({
  onError: (request) => {
    const { error, event } = request;
    const correlationId = correlationIdOf(event);
    const call = { operation: operationId, ...callerOf(event) };
    // What the handler threw was reported when it was caught.
    const problem = error instanceof Problem ? error : toProblem(error, call);
    const { code } = problem;
    if (!COMMON_PROBLEMS.includes(code) && !problems.includes(code)) {
      logger.error('undeclared problem', { correlationId, operationId, code });
    }
    request.response = {
      statusCode: problem.status,
      headers: {
        'content-type': 'application/problem+json',
        ...(problem.status === 503 && { 'retry-after': '1' }),
        ...problem.headers,
      },
      body: JSON.stringify(problem.toBody()),
    };
  },
});

const toProblem = (error: unknown, call: Call): Problem => {
  if (error instanceof Problem) {
    if (error.code === 'try_again') reportUnfinishedRequest(call);
    return error;
  }
  if (isTransient(error)) {
    reportUnfinishedRequest(call, error);
    return new Problem('try_again', 'The database or the queue did not answer in time; ask again');
  }
  reportFailedRequest(call, error);
  return new Problem(
    'internal_error',
    `The log has more under correlation id ${call.correlationId}`,
  );
};
