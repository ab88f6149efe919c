/** Whether the system is reachable, and lets its caller in. */
import { getHealth } from '../../lib/http/operations/get-health.ts';
import { listProducts } from '../../lib/http/operations/list-products.ts';
import { type Api, createApi } from '../api.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { isThisMachine, type Place } from '../place.ts';
import type { Ports } from '../ports.ts';
import type { Finding } from './finding.ts';

/** What signs requests. */
export const credentialsFinding = async (
  { authorization }: Place,
  { credentials }: Pick<Ports, 'credentials'>,
): Promise<Finding> => {
  const what = 'credentials';
  if (authorization === 'none') return { what, state: 'ok', found: 'not needed on this machine' };
  if (authorization !== 'aws') return { what, state: 'ok', found: 'a token' };
  try {
    const { accessKeyId } = await credentials();
    return { what, state: 'ok', found: `AWS access key ${accessKeyId}` };
  } catch (error) {
    return failed(what, error);
  }
};

/** @returns the finding, and whether the system has answered */
export const systemFinding = async (
  place: Place,
  ports: Ports,
): Promise<{ readonly finding: Finding; readonly isRunning: boolean }> => {
  const what = 'system';
  const api = createApi(place, { retryFor: 0, note: () => {} }, ports);
  try {
    await health(api);
  } catch (error) {
    const isStopped = isThisMachine(place) && error instanceof Failure && error.isOpen;
    if (!isStopped) return { finding: failed(what, error), isRunning: false };
    const found = `does not run at ${place.url}`;
    const advice = 'npm start starts it.';
    return { finding: { what, state: 'note', found, advice }, isRunning: false };
  }
  try {
    await api.call(listProducts, { query: { limit: 1 } });
    return {
      finding: { what, state: 'ok', found: `answers at ${await api.url()}` },
      isRunning: true,
    };
  } catch (error) {
    return { finding: failed(what, error), isRunning: true };
  }
};

/** @throws Failure when what answers is something else */
const health = async (api: Api): Promise<void> => {
  const { body } = await api.call<{ readonly status?: unknown } | undefined>(getHealth);
  if (body?.status === 'ok') return;
  throw new Failure(EXIT.refused, {
    code: 'not_countermand',
    detail: `What answers at ${await api.url()} is not Countermand.`,
  });
};

const failed = (what: string, error: unknown): Finding => {
  if (!(error instanceof Failure) || error.exitCode === EXIT.interrupted) throw error;
  return { what, state: 'lacking', found: error.message };
};
