import { storeFromEnvironment } from '../lib/dynamodb/store.ts';
import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { ReferenceMovementsQuery } from '../lib/http/schemas.ts';

const store = storeFromEnvironment();

export const handler = http(
  { query: ReferenceMovementsQuery },
  async ({ query: { limit, cursor, movementType, referenceId } }) => {
    const list = `movements?referenceId=${referenceId}&movementType=${movementType ?? ''}`;
    return listResponse(list, cursor, Positions.movement, (after) =>
      store.movementsOfReferences([referenceId], { limit, movementType, after }),
    );
  },
);
