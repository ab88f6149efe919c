/** A caller that dies between two transactions, as a Lambda function does that runs out of time. */
import type { Store } from '../../lib/use-cases/ports.ts';

export class Death extends Error {
  override readonly name = 'Death';
}

/** A store that answers `transactions` commits; after that it sends nothing. */
export const mortal = (store: Store, transactions: number): Store => {
  let left = transactions;
  return {
    ...store,
    commit: async (...commit) => {
      if (left === 0) throw new Death();
      left -= 1;
      return store.commit(...commit);
    },
  };
};

/** Whether the work ended by itself; any error but a death is thrown on. */
export const survives = async (work: Promise<unknown>): Promise<boolean> => {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Death) return false;
    throw error;
  }
};

/**
 * A store whose caller is killed while it waits for the answer to the call after so many others. That
 * call takes effect; after it, none does.
 */
export const killedAfter = (store: Store, calls: number): Store => {
  let left = calls;
  const killed =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      left -= 1;
      if (left < -1) throw new Death();
      const result = await call(...args);
      if (left < 0) throw new Death();
      return result;
    };
  return {
    ...store,
    commit: killed(store.commit),
    getOrder: killed(store.getOrder),
    getOrders: killed(store.getOrders),
    getProduct: killed(store.getProduct),
    getMovement: killed(store.getMovement),
    getBatch: killed(store.getBatch),
    movementsOfProduct: killed(store.movementsOfProduct),
  };
};
