/** Requests and answers of a sample shop, as the functions gave them. `npm run openapi` writes them. */
import type { ProblemCode } from '../problem.ts';
import recorded from './examples.json' with { type: 'json' };

export type Example = { readonly summary: string; readonly value: unknown };

/** Examples by their names. */
export type Examples = Readonly<Record<string, Example>>;

/** What was recorded of one operation. */
export type RecordedOperation = {
  readonly parameters: Readonly<Record<string, string>>;
  readonly requests: Examples;
  /** By status. */
  readonly answers: Readonly<Record<string, Examples>>;
};

export type Recorded = {
  readonly operations: Readonly<Record<string, RecordedOperation>>;
  /** Problems by their codes. */
  readonly problems: Readonly<Record<string, Example>>;
};

const { operations, problems }: Recorded = recorded;

const NOTHING: RecordedOperation = { parameters: {}, requests: {}, answers: {} };

/** What was recorded of an operation; nothing of one that no scenario calls. */
export const recordedOf = (operationId: string): RecordedOperation =>
  operations[operationId] ?? NOTHING;

/** References to the examples of these problems. */
export const examplesOf = (codes: readonly ProblemCode[]): Record<string, object> =>
  Object.fromEntries(
    codes
      .filter((code) => problems[code])
      .map((code) => [code, { $ref: `#/components/examples/${code}` }]),
  );

export const problemExamples = (codes: ReadonlySet<string>): Examples =>
  Object.fromEntries(Object.entries(problems).filter(([code]) => codes.has(code)));
