/** Time that passes only while DynamoDB works: requests that are sent together share the time. */
import { setImmediate } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createClient } from '../../lib/dynamodb/client.ts';
import type { Runtime } from '../../lib/runtime.ts';
import type { TimeBudget } from '../../lib/time-budget.ts';
import { NOW } from './builders.ts';
import type { FakeWire, Handle } from './fake-wire.ts';
import { unitRuntime } from './unit-runtime.ts';

export const createVirtualTime = () => {
  let clock = Date.parse(NOW);
  const alarms = new Map<AbortController, number>();

  const setTo = (time: number): void => {
    clock = Math.max(clock, time);
    for (const [alarm, end] of alarms) {
      if (end > clock) continue;
      alarms.delete(alarm);
      alarm.abort(Object.assign(new Error('time is up'), { name: 'TimeoutError' }));
    }
  };
  const pass = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    const end = clock + milliseconds;
    const alarm = [...alarms].find(([controller]) => controller.signal === signal);
    await setImmediate();
    setTo(Math.min(end, alarm?.[1] ?? end));
  };

  const runtime: Runtime = unitRuntime({
    now: () => new Date(clock),
    sleep: (milliseconds) => pass(milliseconds),
    abortAfter: (milliseconds) => {
      const alarm = new AbortController();
      alarms.set(alarm, clock + milliseconds);
      return alarm.signal;
    },
  });

  return {
    runtime,
    /** Milliseconds since the start. */
    spent: (): number => clock - Date.parse(NOW),
    /** A time budget of this many milliseconds from now. */
    budget: (milliseconds: number): TimeBudget => {
      const end = clock + milliseconds;
      return () => Math.max(0, end - clock);
    },
    /** A client whose requests take this long each, unless they are aborted before. */
    slowClient: ({ config, handle }: FakeWire, milliseconds: number): DynamoDBDocumentClient => {
      const slowly: Handle = async (request, { abortSignal } = {}) => {
        await pass(milliseconds, abortSignal);
        if (abortSignal?.aborted) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
        return handle(request);
      };
      return createClient({
        ...config,
        requestHandler: { handle: slowly } as unknown as NonNullable<typeof config.requestHandler>,
      });
    },
  };
};
