/** Throws inputs at the functions, each of which has to keep its promises, and counts the outcomes. */
import '../support/unit-environment.ts';
import fc, { type Arbitrary } from 'fast-check';
import type { Operation } from '../../lib/http/operation.ts';
import { DOCUMENTED } from '../../lib/http/operations/index.ts';
import { mockQueue } from '../support/fake-queue.ts';
import { captureLog } from '../support/unit-console.ts';
import { checkMessages } from './check-messages.ts';
import { checkRequest } from './check-requests.ts';
import { type Message, someBatch } from './messages.ts';
import { type Request, requestsOf } from './requests.ts';
import { type Functions, loadFunctions, openWorld, type World } from './world.ts';

/** How often each call ended in which way. */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export type FuzzOptions = {
  readonly inputs: number;
  readonly seed: number;
  readonly onProgress?: (inputs: number) => void;
  /** Functions that take the place of the real ones. */
  readonly instead?: Partial<Functions>;
};

/** After so many inputs the laws are checked. */
const INPUTS_PER_AUDIT = 500;
/** After so many audits another shop opens, because in a full one little can be placed any more. */
const AUDITS_PER_SHOP = 4;

/** What is thrown at a shop. */
type Input = Request | readonly Message[];

/** What was called, and what became of it. */
const meet = async (world: World, input: Input): Promise<readonly [string, string]> => {
  if (!('call' in input)) return ['queue', await checkMessages(world, input)];
  const result = await checkRequest(world, input);
  if (input.twice) await checkRequest(world, input);
  return [input.call, result];
};

/** How often an operation is called: what fills a shop more often than what empties or closes it. */
const weightOf = ({ scope, method, operationId }: Operation): number => {
  if (scope === 'none' || method === 'delete' || operationId === 'callOffProduct') return 1;
  return method === 'get' ? 3 : 8;
};

const someInput: Arbitrary<Input> = fc.oneof(
  ...DOCUMENTED.map((operation) => ({
    weight: weightOf(operation),
    arbitrary: requestsOf(operation) as Arbitrary<Input>,
  })),
  { weight: 12, arbitrary: someBatch },
);

/** A value for a reader: what repeats itself is told once, and how often. */
const shown = (value: unknown): string =>
  fc
    .stringify(value)
    .slice(0, 200_000)
    .replaceAll(/(.{1,8}?)\1{20,}/g, (all, one) => `${one}(${all.length / one.length} times)`)
    .slice(0, 4_000);

/**
 * The same seed throws the same inputs, the first of them whatever their number.
 *
 * @throws Error that tells the seed, the input that broke a promise, its answer, and the smallest
 *   input like it that breaks one too, in the shop as it was then
 */
export const fuzz = async ({
  inputs,
  seed,
  onProgress = () => {},
  instead = {},
}: FuzzOptions): Promise<Counts> => {
  const functions = { ...(await loadFunctions()), ...instead };
  const queue = mockQueue();
  const counts: Record<string, Record<string, number>> = {};
  let world: World | undefined;
  let thrown = 0;

  /** @throws Error with what the first broken promise was, and its smallest input */
  const throwAt = async (shop: World, numRuns: number, part: number): Promise<void> => {
    let first: string | undefined;
    const log = captureLog();
    try {
      const property = fc.asyncProperty(someInput, async (input) => {
        try {
          const [call, result] = await meet(shop, input);
          if (first !== undefined) return;
          thrown += 1;
          counts[call] = { ...counts[call], [result]: (counts[call]?.[result] ?? 0) + 1 };
        } catch (error) {
          first ??= [
            `Input ${thrown + 1} of seed ${seed}: ${shown(input)}`,
            `Answer: ${shown(shop.lastAnswer())}`,
            `Broke: ${(error as Error).stack}`,
            `Errors in the log: ${shown(log.messages().filter(({ level }) => level === 'ERROR'))}`,
            `Again: npm run fuzz -- --seed ${seed} --inputs ${thrown + 1}`,
          ].join('\n');
          throw error;
        } finally {
          log.forget();
        }
      });
      const { failed, counterexample } = await fc.check(property, {
        numRuns,
        seed: seed * 1_000_003 + part,
      });
      if (failed) throw new Error(`${first}\nSmallest: ${shown(counterexample?.[0])}`);
      await shop.expectLaws();
    } finally {
      log.restore();
    }
  };

  try {
    for (let part = 0; thrown < inputs; part += 1) {
      if (part % AUDITS_PER_SHOP === 0) {
        world?.close();
        queue.takesAll();
        world = await openWorld(functions, queue, seed + part);
      }
      if (world) await throwAt(world, Math.min(INPUTS_PER_AUDIT, inputs - thrown), part);
      onProgress(thrown);
    }
  } finally {
    world?.close();
    queue.restore();
  }
  return counts;
};
