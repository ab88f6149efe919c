/**
 * What the doctor has found about one thing.
 *
 * - `lacking`: something does not work without it. A `note` is worth knowing.
 * - `advice`: what to do about it.
 */
export type Finding = {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'lacking';
  readonly found: string;
  readonly advice?: string;
};
