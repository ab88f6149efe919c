import type { StartedCallOff } from '../../domain/call-off.ts';
import { hasEnded } from '../../domain/call-off.ts';
import type { Ports } from '../ports.ts';
import { guarded } from './guarded.ts';

/**
 * The same shop, in which every commit that moves the product requires that it is still called off:
 * opening it ends its call-offs at that moment, also in the middle of a turn.
 */
export const stillCalledOff = (callOff: StartedCallOff, ports: Ports): Ports => {
  const { productId, productCreatedAt, closing } = callOff;
  const calledOff = { productCreatedAt, ...(closing !== undefined && { closing }) };
  return guarded(ports, {
    guard: (changes) =>
      changes.map((change) =>
        change.type === 'move-stock' && change.productId === productId
          ? { ...change, calledOff }
          : change,
      ),
    stops: (refusal) =>
      refusal.type === 'move-stock' &&
      refusal.calledOff !== undefined &&
      refusal.found !== undefined &&
      hasEnded(callOff, refusal.found),
  });
};
