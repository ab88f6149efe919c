/** Calling the mug off, as the functions do it. */
import type { CallOffScope } from '../../lib/domain/call-off.ts';
import { type CallOffResult, callOffAll } from '../../lib/use-cases/call-off/call-off.ts';
import { type StartCallOff, startCallOff } from '../../lib/use-cases/call-off/start-call-off.ts';
import type { CancellationResult } from '../../lib/use-cases/cancel-orders.ts';
import { batchProgress } from '../../lib/use-cases/cancellation-batches.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import type { FakeShop } from './fake-shop.ts';

export type Sent = { readonly batchId: string; readonly restock?: boolean | undefined };

/** Calls the mug off, as the HTTP function does. */
export const starts = async (
  shop: FakeShop,
  scope: CallOffScope,
  more: Partial<StartCallOff> = {},
  differences: Partial<Ports> = {},
) => {
  const sent: Sent[] = [];
  const queue = {
    sendCallOff: async (callOff: Sent) => {
      sent.push(callOff);
    },
  };
  const request = { id: 'b1', productId: 'mug', scope, ...more };
  const result = await startCallOff(request, { ...shop.ports(differences), queue });
  return { result, sent };
};

/** Receives the message of the call-off, as the queue function does. */
export const receives = async (
  shop: FakeShop,
  differences: Partial<Ports> = {},
  batchId = 'b1',
): Promise<{ ended: CallOffResult; cancelled: readonly CancellationResult[] }> => {
  const cancelled: CancellationResult[] = [];
  const [ended] = await callOffAll(
    [{ batchId, by: { actor: 'queue' } }],
    shop.ports(differences),
    (_, results) => cancelled.push(...results),
  );
  return { ended: ended as CallOffResult, cancelled };
};

export const progress = (shop: FakeShop) => batchProgress('b1', shop.ports());

/** Mugs that are reserved. */
export const mugs = async (shop: FakeShop) => (await shop.product('mug')).reservedQuantity;
