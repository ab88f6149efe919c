/** The requests of a cancellation, as the client would send them. */
import type { GetItemCommandInput, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import type { EngineShop } from '../test/support/engine-shop.ts';

export type Recorded = {
  readonly read: GetItemCommandInput;
  readonly write: TransactWriteItemsCommandInput;
};

/** Records what cancelling each order would send, without writing to the shop. */
export const recordCancellations = async (
  shop: EngineShop,
  orderIds: readonly string[],
): Promise<Recorded[]> => {
  const dry = shop.through(shop.endpoint);
  const inputs: unknown[] = [];
  dry.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        inputs.push(args.input);
        if (commandName !== 'TransactWriteItemsCommand') return next(args);
        return { output: { $metadata: {} }, response: undefined };
      },
    { step: 'finalizeRequest', priority: 'low', name: 'record' },
  );
  const recorded: Recorded[] = [];
  for (const orderId of orderIds) {
    await dry.cancels(orderId, { reason: 'customer' });
    const [read, write] = inputs.splice(0);
    recorded.push({ read, write } as Recorded);
  }
  dry.close();
  return recorded;
};
