import type { Change } from '../../domain/change.ts';
import { backOff } from '../../retry.ts';
import type { Mended } from './mend-product.ts';
import type { RepairPorts } from './ports.ts';

const ATTEMPTS = 10;

/**
 * Writes an order again as it is. Its index keys are made from it, so afterwards the lists and the
 * sweep find it.
 */
export const mendOrder = async (orderId: string, ports: RepairPorts): Promise<Mended> => {
  const { shop, remaining, runtime, isApplied } = ports;
  for (let attempt = 0; attempt < ATTEMPTS && remaining() > 0; attempt += 1) {
    const order = await shop.getOrder(orderId, remaining);
    if (!order) return { changes: [], isDone: true };
    const updatedAt = runtime.now().toISOString();
    const mended = { ...order, version: order.version + 1, updatedAt };
    const changes: readonly Change[] = [{ type: 'update-order', order: mended, isMended: true }];
    if (!isApplied) return { changes, isDone: false };
    const { type } = await shop.commit(changes, remaining);
    if (type === 'committed') return { changes, isDone: true };
    if (!(await backOff(attempt, remaining, runtime))) break;
  }
  return { changes: [], isDone: false };
};
