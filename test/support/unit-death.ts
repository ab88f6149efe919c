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
