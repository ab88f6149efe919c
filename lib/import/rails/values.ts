/** Reads the values of a Rails database. */
import { ID, MAX_QUANTITY, STORABLE } from '../../fields.ts';

/** Quantities are integers; a decimal column without a fraction will do. */
export const wholeNumber = (text: string | null): number | undefined => {
  const [, whole = ''] = /^\s*([+-]?\d{1,15})(?:\.0*)?\s*$/.exec(text ?? '') ?? [];
  const number = Number(whole);
  return whole === '' || Math.abs(number) > MAX_QUANTITY ? undefined : number;
};

export const idOf = (text: string | null): string | undefined =>
  text !== null && ID.test(text) ? text : undefined;

const TIME =
  /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/;

/** As PostgreSQL writes times. Rails stores UTC, so a time without a zone is UTC. */
export const timeOf = (text: string | null): string | undefined => {
  const match = TIME.exec(text?.trim() ?? '');
  if (!match) return undefined;
  const [, day = '', minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match;
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const iso = `${day}T${minutes}:${seconds}.${milliseconds}${offsetOf(zone)}`;
  const at = Date.parse(iso);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
};

const offsetOf = (zone: string): string => {
  const [, sign, hours, minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return sign === undefined ? 'Z' : `${sign}${hours}:${minutes}`;
};

const LONGEST_NAME = 255;

/** A name that every part of the system can keep; `fallback` when nothing is left of it. */
export const nameOf = (text: string | null, fallback: string): string => {
  const kept = [...(text ?? '')].filter((character) => STORABLE.test(character)).join('');
  return [...kept.trim()].slice(0, LONGEST_NAME).join('').trim() || fallback;
};
