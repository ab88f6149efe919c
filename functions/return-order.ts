import { http } from '../lib/http/edge.ts';
import { requireIdempotencyKey } from '../lib/http/idempotency-key.ts';
import { returnOrder as operation } from '../lib/http/operations/return-order.ts';
import { changeAnswer, changeWritten } from '../lib/http/order-changes.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { returnLines } from '../lib/use-cases/move-lines.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async (asked) => {
  const { path, body, remaining, caller, report } = asked;
  const { orderId } = path;
  const idempotencyKey = requireIdempotencyKey(asked.idempotencyKey);
  const ports = { ...shop, remaining, by: caller };
  const result = await returnLines(orderId, { ...body, idempotencyKey }, ports);
  report(changeWritten(orderId, result, body.items));
  return changeAnswer(orderId, result);
});
