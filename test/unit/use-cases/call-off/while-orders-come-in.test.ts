/**
 * A product that 5,000 orders hold is called off while others are placed, and while a second worker
 * cancels other orders, in turns. DynamoDB takes its time as on AWS, its indexes lag behind, and
 * transactions that meet at an item conflict. Time is virtual and chance is seeded, so what is counted
 * is the same at every run, on every machine.
 */
import { expect, test } from '@jest/globals';
import { callOffAll } from '../../../../lib/use-cases/call-off/call-off.ts';
import { startCallOff } from '../../../../lib/use-cases/call-off/start-call-off.ts';
import { placeOrder } from '../../../../lib/use-cases/place-order.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { anOrder, NOW } from '../../../support/builders.ts';
import { numbered } from '../../../support/concurrently.ts';
import { actionsOf } from '../../../support/faults.ts';
import type { DynamoRequest } from '../../../support/network.ts';
import { openSlowShop } from '../../../support/slow-shop.ts';

const HOLDERS = numbered('o', 5_000);
const OTHERS = numbered('other', 500);
const LAG_MS = 80;
/** What a message waits until it comes again. */
const COMES_AGAIN_MS = 2_000;

/** A holder has one of fifty other products, too; a second lies between any two. */
const holders = HOLDERS.map((id, index) =>
  anOrder(
    id,
    { mug: 1, [`side-${index % 50}`]: 1 },
    { createdAt: new Date(Date.parse(NOW) - 86_400_000 + index * 1_000).toISOString() },
  ),
);

/** Placing an order writes a new row. */
const isPlacing = (request: DynamoRequest): boolean =>
  actionsOf(request).some(({ type, table }) => type === 'Put' && table === 'orders');

test('A product that 5,000 orders hold is called off while orders come in: nobody is missed, nothing else is touched, with at most 0.06 requests for each order', async () => {
  const shop = openSlowShop([...holders, ...OTHERS.map((id) => anOrder(id, { plate: 1 }))], {
    lag: LAG_MS,
  });
  const { time } = shop;
  const placed: string[] = [];

  /** Places one order after the other, until the product is closed. */
  const shops = async (number: number): Promise<void> => {
    const { ports } = shop.worker(number);
    for (let count = 1; ; count += 1) {
      const id = `late-${number}-${count}`;
      const items = [{ productId: 'mug', quantity: 1 }];
      const { outcome } = await placeOrder({ id, items }, ports);
      if (outcome === 'product_closed') return;
      expect(outcome).toBe('placed');
      placed.push(id);
      await time.sleep(20);
    }
  };
  const receives = async (): Promise<void> => {
    const { ports } = shop.worker(1);
    for (;;) {
      const [result] = await callOffAll([{ batchId: 'b1' }], ports, () => {});
      if (result?.outcome === 'done') return;
      expect(result).toMatchObject({ outcome: 'unfinished' });
      await time.sleep(COMES_AGAIN_MS);
    }
  };
  const callsOff = async (): Promise<void> => {
    await time.sleep(200);
    let work: Promise<unknown> = Promise.resolve();
    const queue = {
      sendCallOff: async () => {
        work = Promise.all([receives(), shop.worker(2).works([OTHERS])]);
      },
    };
    const call = { id: 'b1', productId: 'mug', scope: 'line' } as const;
    const answer = await startCallOff(call, { ...shop.worker(3).ports, queue });
    expect(answer).toMatchObject({ outcome: 'accepted' });
    await work;
  };

  await time.run(Promise.all([callsOff(), ...[11, 12, 13].map(shops)]));

  expect(placed.length).toBeGreaterThan(9);
  expect(await shop.product('mug')).toMatchObject({ reservedQuantity: 0, closed: true });
  for (const id of [...HOLDERS, ...placed]) {
    const [mugs, ...others] = (await shop.order(id)).items;
    expect(mugs).toMatchObject({ reservedQuantity: 0, cancelledQuantity: 1 });
    for (const other of others) expect(other.reservedQuantity).toBe(1);
  }
  const cancelled = HOLDERS.length + placed.length + OTHERS.length;
  const requests = shop.wire.sent.filter((request) => !isPlacing(request)).length;
  expect(requests / cancelled).toBeLessThanOrEqual(0.06);
  await expectLawsHold(shop);
});
