import type * as z from 'zod/mini';
import type { ProblemCode } from './problem.ts';
import type { Scope } from './scopes.ts';

export type Schema = z.ZodMiniType | undefined;

/**
 * A successful answer.
 *
 * - `body`: its JSON. Without one it has no body, or one of another media type.
 * - `mediaType`: of a body that is not JSON.
 * - `location`: where the header Location leads.
 */
export type Answer = {
  readonly description: string;
  readonly body?: z.ZodMiniType;
  readonly mediaType?: string;
  readonly location?: string;
};

/** The field of a body that names what the call creates. */
export type NamingField = 'id' | 'referenceId' | undefined;

/**
 * One route of the HTTP API. Its function, the OpenAPI document, the page at /docs and the typed
 * client are made from this.
 *
 * - `path`: as in serverless.yml, with the names of its parameters in braces.
 * - `operationId`: the function's name in camel case.
 * - `scope`: what a token has to allow; `none` for a route that anyone may call.
 * - `description`: what a caller should know besides, in Markdown.
 * - `undocumented`: a part of the page at /docs, which the OpenAPI document leaves out.
 * - `parameters`, `query`, `body`: the schemas of a request. Without a schema, nothing is accepted.
 * - `idempotencyKey`: what the header Idempotency-Key does. Without it, the call refuses the
 *   header.
 * - `names`: if the body lacks this field, its value is the Idempotency-Key, or else a new id. A
 *   503 contains it, so that the caller can retry.
 * - `answers`: by status.
 * - `problems`: the codes of this call, in addition to `COMMON_PROBLEMS`.
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
  readonly scope: Scope | 'none';
  readonly summary: string;
  readonly description?: string;
  readonly undocumented?: true;
  readonly parameters?: Parameters;
  readonly query?: Query;
  readonly body?: Body;
  readonly idempotencyKey?: string;
  readonly names?: Names;
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems: readonly ProblemCode[];
};

/** Declares a route. The types of its requests are inferred from its schemas. */
export const defineOperation = <
  Parameters extends Schema = undefined,
  Query extends Schema = undefined,
  Body extends Schema = undefined,
  Names extends NamingField = undefined,
>(
  operation: Operation<Parameters, Query, Body, Names>,
): Operation<Parameters, Query, Body, Names> => operation;
