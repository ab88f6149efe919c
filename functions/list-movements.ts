import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { listMovements as operation } from '../lib/http/operations/list-movements.ts';
import { movementResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(
  operation,
  async ({ query: { limit, cursor, movementType, referenceId }, remaining }) => {
    const list = `movements?referenceId=${referenceId}&movementType=${movementType ?? ''}`;
    return listResponse(list, cursor, Positions.movement, movementResource, (part) =>
      shop.store.movementsOfReferences([referenceId], { limit, movementType, remaining, ...part }),
    );
  },
);
