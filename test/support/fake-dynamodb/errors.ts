/** The errors of DynamoDB. */
import type { Row } from './values.ts';

/** The reason of one action of a cancelled transaction. */
export type Reason = { readonly Code: string; readonly Message?: string; readonly Item?: Row };

/** An error answer. Only cancelled transactions have `reasons`. */
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

/** A request that is invalid for any item. */
export const invalid = (why: string): FakeError => new FakeError('ValidationException', { why });

/** A valid request that is wrong for the item that it met. */
export class UnfitItemError extends Error {}
