/** What DynamoDB answers when it refuses. */
import type { Row } from './values.ts';

/** What became of one action of a cancelled transaction. */
export type Reason = { readonly Code: string; readonly Message?: string; readonly Item?: Row };

/** An answer that is an error. `reasons` belong to cancelled transactions. */
export class FakeError extends Error {
  readonly status: number;
  readonly reasons: readonly Reason[] | undefined;

  constructor(
    name: string,
    {
      status = 400,
      reasons,
      why,
    }: {
      readonly status?: number;
      readonly reasons?: readonly Reason[];
      readonly why?: string;
    } = {},
  ) {
    super(`${name} from the fake${why === undefined ? '' : `: ${why}`}`);
    this.name = name;
    this.status = status;
    this.reasons = reasons;
  }
}

/** A request that is wrong in itself. */
export const invalid = (why: string): FakeError => new FakeError('ValidationException', { why });

/** A request that is right in itself, and wrong for the item that it met. */
export class UnfitItemError extends Error {}
