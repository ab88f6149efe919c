import { type Failure, tryAgain } from '../failure.ts';
import { isThisMachine, type Place } from '../place.ts';

/** A part of the system did not answer. On this machine it is most likely not running. */
export const notReachable = (part: string, where: string, error: Error, place: Place): Failure => {
  const hint = isThisMachine(place) ? ' Does the system run? npm start.' : '';
  return tryAgain('not_reachable', `${part} did not answer at ${where} (${codeOf(error)}).${hint}`);
};

/** Errors of Node have a code that says more than their name, such as ECONNREFUSED. */
const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name;
