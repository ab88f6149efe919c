/** What a consumer of `countermand/client` may write, and what does not compile. */
import {
  type Answer,
  bearer,
  createClient,
  type Order,
  orThrow,
  type Product,
  type Success,
} from 'countermand/client';

type Equal<One, Other> =
  (<Type>() => Type extends One ? 1 : 2) extends <Type>() => Type extends Other ? 1 : 2
    ? true
    : false;
type IsAny<Type> = 0 extends 1 & Type ? true : false;
/** `any` and `unknown`: everything can be assigned to them. */
type TakesAnything<Type> = IsAny<Type> extends true ? true : unknown extends Type ? true : false;
/** Whether a type has `any` or `unknown` in it, at any depth. */
type IsVague<Type> =
  TakesAnything<Type> extends true
    ? true
    : Type extends string | number | boolean | null | undefined
      ? false
      : Type extends readonly (infer Item)[]
        ? IsVague<Item>
        : true extends { [Name in keyof Type]-?: IsVague<Type[Name]> }[keyof Type]
          ? true
          : false;

const isTrue = <_Claim extends true>(): void => undefined;
const isFalse = <_Claim extends false>(): void => undefined;

// The check itself finds what it looks for.
isTrue<IsVague<unknown>>();
isTrue<IsVague<{ items: { note: unknown }[] }>>();
isFalse<IsVague<{ items: { note?: string }[] }>>();

const shop = createClient({
  baseUrl: 'http://localhost:3000',
  authorize: bearer(async () => 'token'),
});

type Id = keyof typeof shop;

/** All operations but the one whose answer is any JSON document by its nature. */
type Exact = Exclude<Id, 'getOpenapi'>;
isFalse<{ [Key in Exact]: IsVague<Success<Key>['body']> }[Exact]>();

export const cancels = async (): Promise<string> => {
  const answer = await shop.cancelOrder({ orderId: '1001', body: { reason: 'customer' } });
  isTrue<Equal<typeof answer, Answer<'cancelOrder'>>>();

  // A body is there only when it is a success, and its type depends on the status.
  // @ts-expect-error
  answer.body;
  if (answer.ok && answer.status === 202) {
    isTrue<Equal<typeof answer.body, { outcome: 'accepted'; orderId: string }>>();
    // @ts-expect-error: what came back is not known yet
    answer.body.restored;
    return answer.body.orderId;
  }
  if (answer.ok) {
    isTrue<Equal<typeof answer.status, 200>>();
    isTrue<Equal<typeof answer.body.order, Order>>();
    // @ts-expect-error: internal to the service
    answer.body.order.movementReferences;
    return answer.body.order.status;
  }

  // The problems of this operation, and no others.
  // @ts-expect-error
  if (answer.problem.code === 'product_exists') return '';
  if (answer.problem.code === 'validation_failed') return answer.problem.errors[0]?.path ?? '';
  // @ts-expect-error: other problems have no errors
  answer.problem.errors;
  return answer.problem.detail;
};

export const places = async (): Promise<number> => {
  const answer = await shop.placeOrder({
    body: { items: [{ productId: 'tea', quantity: 1 }] },
    idempotencyKey: 'basket-7',
  });
  if (!answer.ok && answer.problem.code === 'insufficient_stock') {
    return answer.problem.shortages.reduce((all, { available }) => all + available, 0);
  }
  const placed = orThrow(answer);
  isTrue<Equal<typeof placed.status, 200 | 201>>();
  isTrue<Equal<typeof placed.body, Order>>();
  return placed.body.version;
};

export const reads = async (): Promise<Product[]> => {
  const { body } = orThrow(await shop.listProducts({ limit: 10 }));
  isTrue<Equal<typeof body.items, Product[]>>();
  // Everything is optional, so the whole input is.
  await shop.listOrders();
  await shop.listOrders({ status: 'active' }, { patience: 1_000 });
  return body.items;
};

export const mistakes = async (): Promise<void> => {
  // @ts-expect-error: an order has to be named
  await shop.getOrder();
  // @ts-expect-error: by its right name
  await shop.getOrder({ id: '1001' });
  // @ts-expect-error: a number
  await shop.listOrders({ limit: '10' });
  // @ts-expect-error: not a status
  await shop.listOrders({ status: 'gone' });
  // @ts-expect-error: not a reason
  await shop.cancelOrder({ orderId: '1001', body: { reason: 'mood' } });
  // @ts-expect-error: this call takes no key
  await shop.confirmOrder({ orderId: '1001', idempotencyKey: 'k' });
  // @ts-expect-error: no such operation
  await shop.forgetOrder({ orderId: '1001' });
};
