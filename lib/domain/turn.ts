/**
 * The turn to write. There is one for the whole shop, and one worker has it at a time.
 *
 * - `doneAt`: when the worker that has it expects to be done, by its own clock. Absent while nobody
 *   has the turn.
 * - `within`: the milliseconds from the write of this row until then.
 */
export type Turn = {
  readonly id: 'writing';
  readonly doneAt?: string;
  readonly within?: number;
};
