/** Reads answers of the API, and turns those that are no success into failures. */
import { EXIT, type ExitCode } from './exit-code.ts';
import { Failure, type FailureBody, notAllowed, tryAgain } from './failure.ts';
import type { Fetch } from './ports.ts';

type Read = { readonly status: number; readonly body: unknown };

/** @returns the body as JSON, as text where it is none, and undefined where there is none */
export const readAnswer = async (response: Awaited<ReturnType<Fetch>>): Promise<Read> => {
  const { status } = response;
  const text = await response.text();
  if (text === '') return { status, body: undefined };
  try {
    return { status, body: JSON.parse(text) };
  } catch {
    return { status, body: text };
  }
};

/** Problem details, as `lib/http/problem.ts` writes them. */
type ProblemDetails = FailureBody & {
  readonly shortages?: readonly Shortage[];
};

type Shortage = {
  readonly productId: string;
  readonly requested: number;
  readonly available: number;
};

const isProblem = (body: unknown): body is ProblemDetails =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;

/**
 * The failure that an answer tells; undefined for a success.
 *
 * @param repeated whether an earlier attempt of the call had no answer
 */
export const failureOf = (
  { status, body }: Read,
  url: string,
  repeated: boolean,
): Failure | undefined => {
  if (status >= 200 && status < 300) return undefined;
  if (isProblem(body)) {
    return new Failure(exitCodeOf(status), body, { sentence: sentenceOf(body), repeated });
  }
  if (status === 401 || status === 403) {
    return notAllowed(`${url} does not let you in (${status}). Are these the right credentials?`);
  }
  return tryAgain(
    'not_reachable',
    `What answers at ${url} is not Countermand: it answered ${status} without problem details.`,
  );
};

const exitCodeOf = (status: number): ExitCode => {
  if (status === 400) return EXIT.wrongUsage;
  if (status === 401 || status === 403) return EXIT.notAllowed;
  return status < 500 ? EXIT.refused : EXIT.fault;
};

/** The most shortages that a sentence tells; `--json` has all of them. */
const MAX_SHORTAGES_TOLD = 5;

const sentenceOf = ({ detail, code, shortages = [] }: ProblemDetails): string => {
  const told = shortages
    .slice(0, MAX_SHORTAGES_TOLD)
    .map(
      ({ productId, requested, available }) =>
        `${productId} has ${available} of the ${requested} asked for`,
    );
  const more = shortages.length - told.length;
  const list = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
  return `${detail.replace(/\.$/, '')}${list === '' ? '' : `: ${list}`} (${code}).`;
};
