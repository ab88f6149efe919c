import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Change } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import type { Item } from './codec.ts';
import {
  batches,
  movementToItem,
  OPTIONAL_ORDER_NAMES,
  orderToItem,
  products,
  turns,
} from './items.ts';
import type { Tables } from './tables.ts';

export type TransactionAction = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

type ChangeOf<Type extends Change['type']> = Extract<Change, { type: Type }>;

/** A failed condition returns the row that it found, so the caller need not read it again. */
const RETURN_FOUND_ROW = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

/**
 * Translates a change into an action of TransactWriteItems: what to write, and its condition.
 *
 * @param writeId the id of the commit, written on its orders and movements, and on the turn
 */
export const toAction = (change: Change, tables: Tables, writeId: string): TransactionAction => {
  switch (change.type) {
    case 'create-order':
      return create(tables.orders, { ...orderToItem(change.order, tables), writeId }, 'id');
    case 'create-product':
      return create(tables.products, products.toItem(change.product), 'id');
    case 'record-movement':
      return create(
        tables.stockMovements,
        { ...movementToItem(change.movement, tables), writeId },
        'referenceId',
      );
    case 'record-batch':
      return create(tables.cancellationBatches, batches.toItem(change.batch), 'id');
    case 'take-units':
      return takeUnits(change, tables);
    case 'update-batch':
      return updateBatch(change, tables);
    case 'write-turn':
      return writeTurn(change, tables, writeId);
    case 'update-order':
      return updateOrder(change, tables, writeId);
    case 'require-order':
      return { ConditionCheck: thisOrder(change.order, tables) };
    case 'delete-order':
      return { Delete: thisOrder(change.order, tables) };
    case 'move-stock':
      return moveStock(change, tables);
    case 'update-product':
      return updateProduct(change, tables);
    case 'close-product':
      return closeProduct(change, tables);
    case 'confirm-stock':
      return confirmStock(change, tables);
    case 'require-no-product':
      return {
        ConditionCheck: {
          TableName: tables.products,
          Key: { id: change.productId },
          ConditionExpression: 'attribute_not_exists(id) OR attribute_exists(deletedAt)',
          ...RETURN_FOUND_ROW,
        },
      };
    case 'retire-product':
      return retireProduct(change, tables);
    case 'uncount-movements':
      return uncountMovements(change, tables);
    case 'mend-product':
      return mendProduct(change, tables);
    case 'delete-product':
      return deleteProduct(change, tables);
    case 'require-movement':
      return { ConditionCheck: thisMovement(change.movement, tables) };
    case 'delete-movement':
      return { Delete: thisMovement(change.movement, tables) };
  }
};

const create = (table: string, item: Item, key: string): TransactionAction => ({
  Put: {
    TableName: table,
    Item: { ...item },
    ConditionExpression: `attribute_not_exists(${key})`,
    ...RETURN_FOUND_ROW,
  },
});

type RowUpdate = {
  readonly writes: string;
  readonly condition: string;
  readonly values?: Item;
  readonly names?: Readonly<Record<string, string>>;
};

/** Writes to a row if the condition holds. */
const update = (
  table: string,
  id: string,
  { writes, condition, values, names }: RowUpdate,
): TransactionAction => ({
  Update: {
    TableName: table,
    Key: { id },
    UpdateExpression: writes,
    ConditionExpression: condition,
    ...(names && { ExpressionAttributeNames: names }),
    ...(values && { ExpressionAttributeValues: values }),
    ...RETURN_FOUND_ROW,
  },
});

/** The attributes that are there. */
const defined = <Value>(attributes: Readonly<Record<string, Value>>) =>
  Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );

/** Values by the names that expressions have for them. */
const named = (values: readonly (readonly [string, unknown])[]): Item =>
  Object.fromEntries(values.map(([name, value]) => [`:${name}`, value]));

/**
 * Sets each attribute that the order has, and removes each optional attribute that it has not. Each
 * by name, so that attributes of a later version of this software survive.
 *
 * An order that came to its status before this update stays in its shard, even if the number of
 * shards has grown since: it would meet the reader of a list a second time.
 */
const updateOrder = (
  { order, isMended }: ChangeOf<'update-order'>,
  tables: Tables,
  writeId: string,
): TransactionAction => {
  const { id: _, createdAt: __, statusShard, ...rest } = orderToItem(order, tables);
  const stays = order.statusSince < order.updatedAt && !isMended;
  const attributes: Item = { ...rest, ...(!stays && { statusShard }), writeId };
  const condition = asRead(order, order.version - 1);
  const names = Object.keys(attributes);
  const gone = OPTIONAL_ORDER_NAMES.filter((name) => !(name in attributes));
  return update(tables.orders, order.id, {
    writes: [
      `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ...(gone.length > 0 ? [`REMOVE ${gone.map((name) => `#${name}`).join(', ')}`] : []),
    ].join(' '),
    condition: condition.expression,
    names: Object.fromEntries([...names, ...gone].map((name) => [`#${name}`, name])),
    values: { ...named(Object.entries(attributes)), ...condition.values },
  });
};

const thisOrder = (order: Order, tables: Tables) => {
  const condition = asRead(order, order.version);
  return {
    TableName: tables.orders,
    Key: { id: order.id },
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: condition.values,
    ...RETURN_FOUND_ROW,
  };
};

/**
 * The condition that an order's row is still the one that was read. An id can be used again after a
 * delete, even in the same millisecond, so version and time do not identify an order. A row that was
 * not written by a commit has no write id.
 */
const asRead = ({ createdAt, writeId }: Order, version: number) => ({
  expression: [
    '#version = :versionAsRead',
    'createdAt = :createdAt',
    ...(writeId === undefined ? [] : ['writeId = :writeIdAsRead']),
  ].join(' AND '),
  values: {
    ':versionAsRead': version,
    ':createdAt': createdAt,
    ...(writeId !== undefined && { ':writeIdAsRead': writeId }),
  },
});

/**
 * `createdAt` identifies the movement: an order's id, and so the key, can be used again after a
 * delete.
 */
const thisMovement = ({ referenceId, entry, createdAt }: StockMovement, tables: Tables) => ({
  TableName: tables.stockMovements,
  Key: { referenceId, entry },
  ConditionExpression: 'createdAt = :createdAt',
  ExpressionAttributeValues: { ':createdAt': createdAt },
  ...RETURN_FOUND_ROW,
});

/** An order that an import brings in comes with the units that it holds, and takes none. */
const takesAvailable = ({ stockDelta, reservedDelta }: ChangeOf<'move-stock'>): boolean =>
  reservedDelta > 0 && reservedDelta > stockDelta;

/**
 * Moves a product's counters together. The condition requires that the product exists, that no
 * counter falls below zero, and that a closed product gets no new reservation. For a call-off it also
 * requires that nobody has opened the product again.
 */
const moveStock = (change: ChangeOf<'move-stock'>, tables: Tables): TransactionAction => {
  const deltas = {
    stockQuantity: change.stockDelta,
    reservedQuantity: change.reservedDelta,
    availableQuantity: change.stockDelta - change.reservedDelta,
    movementCount: change.movements,
  };
  const moving = Object.entries(deltas).filter(([, delta]) => delta !== 0);
  const falling = moving.filter(([, delta]) => delta < 0);
  // What is expected may be a whole product, of which only the counters count.
  const { stockQuantity, reservedQuantity } = change.expected ?? {};
  const expected = defined({ stockQuantity, reservedQuantity });
  const { productCreatedAt: createdAt, closing } = change.calledOff ?? {};
  const same = defined({ createdAt, closing });
  return update(tables.products, change.productId, {
    writes: `SET ${[
      ...moving.map(([counter]) => `${counter} = ${counter} + :${counter}`),
      'updatedAt = :updatedAt',
    ].join(', ')}`,
    condition: [
      'attribute_exists(id)',
      'attribute_not_exists(deletedAt)',
      ...(takesAvailable(change) ? ['attribute_not_exists(closed)'] : []),
      ...falling.map(([counter]) => `${counter} >= :${counter}Needed`),
      ...expected.map(([counter]) => `${counter} = :${counter}Expected`),
      ...same.map(([name]) => `${name} = :${name}`),
    ].join(' AND '),
    values: named([
      ['updatedAt', change.at],
      ...moving,
      ...falling.map(([counter, delta]) => [`${counter}Needed`, -delta] as const),
      ...expected.map(([counter, value]) => [`${counter}Expected`, value] as const),
      ...same,
    ]),
  });
};

/**
 * Sets and removes attributes by name, and leaves the counters alone, so that it neither waits for
 * nor undoes what moves the stock meanwhile.
 */
const updateProduct = (
  { productId, name, metadata, closed, at }: ChangeOf<'update-product'>,
  tables: Tables,
): TransactionAction => {
  const isEmpty = metadata !== undefined && Object.keys(metadata).length === 0;
  const values: Item = {
    ...(name !== undefined && { name }),
    ...(metadata && !isEmpty && { metadata }),
    ...(closed && { closed }),
    updatedAt: at,
  };
  const gone = [
    ...(isEmpty ? ['metadata'] : []),
    ...(closed === false ? ['closed', 'closing'] : []),
  ];
  const names = Object.keys(values);
  return update(tables.products, productId, {
    writes: [
      `SET ${[
        ...names.map((each) => `#${each} = :${each}`),
        // A repeated call that opened the product is recognised by its first name.
        ...(name === undefined ? [] : ['openedAs = if_not_exists(openedAs, #name)']),
      ].join(', ')}`,
      ...(gone.length > 0 ? [`REMOVE ${gone.map((each) => `#${each}`).join(', ')}`] : []),
    ].join(' '),
    condition: 'attribute_exists(id) AND attribute_not_exists(deletedAt)',
    names: Object.fromEntries([...names, ...gone].map((each) => [`#${each}`, each])),
    values: named(Object.entries(values)),
  });
};

/** Closes a product for a call-off. A second one joins the first: opening the product ends both. */
const closeProduct = (
  { productId, createdAt, closing, at }: ChangeOf<'close-product'>,
  tables: Tables,
): TransactionAction =>
  update(tables.products, productId, {
    writes: 'SET closed = :closed, closing = :closing, updatedAt = :updatedAt',
    condition:
      'createdAt = :createdAt AND attribute_not_exists(deletedAt) AND (attribute_not_exists(closing) OR closing = :closing)',
    values: {
      ':closed': true,
      ':closing': closing,
      ':updatedAt': at,
      ':createdAt': createdAt,
    },
  });

const confirmStock = (
  { productId, count, at }: ChangeOf<'confirm-stock'>,
  tables: Tables,
): TransactionAction =>
  update(tables.products, productId, {
    writes: 'SET lastCount = :count, updatedAt = :updatedAt',
    condition: 'attribute_not_exists(deletedAt) AND stockQuantity = :counted',
    values: {
      ':count': count,
      ':updatedAt': at,
      ':counted': count.stockQuantity,
    },
  });

/** After this, no commit moves the product, so its movements can be deleted without a race. */
const retireProduct = (
  { productId, at }: ChangeOf<'retire-product'>,
  tables: Tables,
): TransactionAction =>
  update(tables.products, productId, {
    writes: 'SET deletedAt = :at',
    condition:
      'attribute_exists(id) AND attribute_not_exists(deletedAt) AND reservedQuantity = :none',
    values: { ':at': at, ':none': 0 },
  });

const uncountMovements = (
  { productId, movements, retiredAt }: ChangeOf<'uncount-movements'>,
  tables: Tables,
): TransactionAction =>
  update(tables.products, productId, {
    writes: 'SET movementCount = movementCount - :movements',
    condition: `movementCount >= :movements${
      retiredAt === undefined ? '' : ' AND deletedAt = :retiredAt'
    }`,
    values: {
      ':movements': movements,
      ...(retiredAt !== undefined && { ':retiredAt': retiredAt }),
    },
  });

/** Every commit that moves the product changes one of these attributes. */
const MOVED_WITH_A_PRODUCT = [
  'stockQuantity',
  'reservedQuantity',
  'availableQuantity',
  'movementCount',
  'createdAt',
  'updatedAt',
] as const;

/** Sets the counters, and notes what they were. */
const mendProduct = (
  { productId, asRead: found, counters, at }: ChangeOf<'mend-product'>,
  tables: Tables,
): TransactionAction => {
  const { stockQuantity, reservedQuantity, movementCount } = counters;
  const values = {
    stockQuantity,
    reservedQuantity,
    movementCount,
    availableQuantity: stockQuantity - reservedQuantity,
    repaired: {
      at,
      stockQuantity: found.stockQuantity,
      reservedQuantity: found.reservedQuantity,
      availableQuantity: found.availableQuantity,
      movementCount: found.movementCount,
    },
    updatedAt: at,
  };
  return update(tables.products, productId, {
    writes: `SET ${Object.keys(values)
      .map((name) => `${name} = :${name}`)
      .join(', ')}`,
    condition: [
      ...MOVED_WITH_A_PRODUCT.map((name) => `${name} = :${name}AsRead`),
      found.deletedAt === undefined ? 'attribute_not_exists(deletedAt)' : 'deletedAt = :deletedAt',
    ].join(' AND '),
    values: {
      ...named(Object.entries(values)),
      ...named(MOVED_WITH_A_PRODUCT.map((name) => [`${name}AsRead`, found[name]])),
      ...(found.deletedAt !== undefined && { ':deletedAt': found.deletedAt }),
    },
  });
};

const deleteProduct = (
  { productId, at }: ChangeOf<'delete-product'>,
  tables: Tables,
): TransactionAction => ({
  Delete: {
    TableName: tables.products,
    Key: { id: productId },
    ConditionExpression: 'deletedAt = :at AND movementCount = :none',
    ExpressionAttributeValues: { ':at': at, ':none': 0 },
    ...RETURN_FOUND_ROW,
  },
});

const takeUnits = (
  { batchId, taking, upTo }: ChangeOf<'take-units'>,
  tables: Tables,
): TransactionAction =>
  update(tables.cancellationBatches, batchId, {
    writes: 'SET taken.#units = taken.#units + :units, taken.#orders = taken.#orders + :orders',
    condition: 'attribute_not_exists(isOver) AND taken.#units <= :most',
    names: { '#units': 'units', '#orders': 'orders' },
    values: {
      ':units': taking.units,
      ':orders': taking.orders,
      ':most': upTo - taking.units,
    },
  });

const updateBatch = (
  { batchId, walked, accepted, isOver }: ChangeOf<'update-batch'>,
  tables: Tables,
): TransactionAction => {
  const values = defined({ walked, accepted, isOver });
  return update(tables.cancellationBatches, batchId, {
    writes: [
      ...(values.length > 0
        ? [`SET ${values.map(([name]) => `${name} = :${name}`).join(', ')}`]
        : []),
      ...(walked || accepted !== undefined ? [] : ['REMOVE walked']),
    ].join(' '),
    condition: 'attribute_exists(id)',
    ...(values.length > 0 && { values: named(values) }),
  });
};

const writeTurn = (
  { turn, seen }: ChangeOf<'write-turn'>,
  tables: Tables,
  writeId: string,
): TransactionAction => ({
  Put: {
    TableName: tables.turns,
    Item: { ...turns.toItem(turn), writeId },
    ConditionExpression: `attribute_not_exists(doneAt)${
      seen === undefined ? '' : ' OR writeId = :seen'
    }`,
    ...(seen !== undefined && { ExpressionAttributeValues: { ':seen': seen } }),
    ...RETURN_FOUND_ROW,
  },
});
