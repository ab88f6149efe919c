import { stockEntryAnswer } from '../lib/http/adjustments.ts';
import { http, json } from '../lib/http/edge.ts';
import { adjustProducts as operation } from '../lib/http/operations/adjust-products.ts';
import { keyOfEntry } from '../lib/idempotency-key.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { adjustProducts } from '../lib/use-cases/adjust-products.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async (asked) => {
  const { body, idempotencyKey, remaining, caller } = asked;
  const entries = body.adjustments.map(({ quantity, stockQuantity = 0, ...entry }, index) => {
    const own = keyOfEntry(idempotencyKey, index) ?? shop.runtime.newId();
    const named = { ...entry, referenceId: entry.referenceId ?? own };
    return quantity === undefined ? { ...named, stockQuantity } : { ...named, quantity };
  });
  const results = await adjustProducts(entries, { ...shop, remaining, by: caller });
  return json(200, {
    results: results.map(({ entry, result }) => stockEntryAnswer(entry, result, asked)),
  });
});
