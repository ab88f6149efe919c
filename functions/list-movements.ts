import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { ReferenceMovementsQuery } from '../lib/http/schemas.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(
  { query: ReferenceMovementsQuery },
  async ({ query: { limit, cursor, movementType, referenceId } }) => {
    const list = `movements?referenceId=${referenceId}&movementType=${movementType ?? ''}`;
    return listResponse(list, cursor, Positions.movement, (after) =>
      shop.store.movementsOfReferences([referenceId], { limit, movementType, after }),
    );
  },
);
