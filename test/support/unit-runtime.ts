/** A runtime whose clock stands still and whose waits end at once. */
import { setImmediate } from 'node:timers/promises';
import { type Runtime, systemRuntime } from '../../lib/runtime.ts';
import { NOW } from './builders.ts';

export const unitRuntime = (differences: Partial<Runtime> = {}): Runtime => ({
  now: () => new Date(NOW),
  random: () => 0,
  sleep: () => setImmediate(),
  abortAfter: systemRuntime.abortAfter,
  newId: systemRuntime.newId,
  ...differences,
});
