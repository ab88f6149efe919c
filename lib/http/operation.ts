import type * as z from 'zod/mini';
import type { ProblemCode } from './problem.ts';

export type Schema = z.ZodMiniType | undefined;

/** What a call answers when it went well; without `body`, the answer has none, or none in JSON. */
export type Answer = {
  readonly description: string;
  readonly body?: z.ZodMiniType;
};

/** The field of a body that names what a call makes. */
export type NamingField = 'id' | 'referenceId' | undefined;

/**
 * One route of the HTTP API: all that callers have to know of it, and all that its function, the
 * OpenAPI document and the page of documentation are made from.
 *
 * - `path`: as in serverless.yml, with the names of its parameters in braces.
 * - `operationId`: in camel case, what the function's name says in kebab case.
 * - `parameters`, `query`, `body`: what requests are checked against; one that is absent takes
 *   nothing.
 * - `idempotencyKey`: what the header Idempotency-Key is good for. A call that has no use for it
 *   refuses it.
 * - `names`: where a body leaves this field out, the Idempotency-Key takes its place, or else an id
 *   that nobody has; a 503 tells it, so that the call can be repeated.
 * - `answers`: by status.
 * - `problems`: the codes that are its own, beyond those that any call can give.
 * - `open`: asks for nobody's name.
 */
export type Operation<
  Parameters extends Schema = Schema,
  Query extends Schema = Schema,
  Body extends Schema = Schema,
  Names extends NamingField = NamingField,
> = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: Parameters;
  readonly query?: Query;
  readonly body?: Body;
  readonly idempotencyKey?: string;
  readonly names?: Names;
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems: readonly ProblemCode[];
  readonly open?: true;
};

/** Declares a route; the types of its requests follow from its schemas. */
export const defineOperation = <
  Parameters extends Schema = undefined,
  Query extends Schema = undefined,
  Body extends Schema = undefined,
  Names extends NamingField = undefined,
>(
  operation: Operation<Parameters, Query, Body, Names>,
): Operation<Parameters, Query, Body, Names> => operation;
