/**
 * The fixes of what went wrong "as deployed", each taken back: the fault as it was, or as near to it
 * as a few lines come. Whoever notices keeps it from coming back.
 */
import type { FaultKind } from '../simulation/swarm.ts';
import { type Fault, of } from './list.ts';

export type Fix = Fault & {
  /** What the fix promises. */
  readonly promise: string;
};

const cancellation = of('lib/domain/cancellation.ts');
const cancelOrdersFunction = of('functions/cancel-orders.ts');
const commit = of('lib/dynamodb/commit.ts');
const createProduct = of('lib/use-cases/create-product.ts');
const deleteOrder = of('lib/use-cases/delete-order.ts');
const engine = of('lib/group-commit/engine.ts');
const fields = of('lib/fields.ts');
const idempotencyKey = of('lib/idempotency-key.ts');
const list = of('lib/http/list.ts');
const message = of('lib/queue/message.ts');
const offline = of('local/offline-plugin.mjs');
const order = of('lib/domain/order.ts');
const orders = of('lib/dynamodb/orders.ts');
const placeOrder = of('lib/use-cases/place-order.ts');
const plan = of('lib/group-commit/plan.ts');
const progress = of('lib/group-commit/progress.ts');
const read = of('lib/dynamodb/read.ts');
const readRequest = of('lib/http/read-request.ts');
const request = of('lib/http/request.ts');
const retry = of('lib/retry.ts');
const schedule = of('lib/group-commit/schedule.ts');
const sending = of('lib/queue/cancellation-queue.ts');
const settle = of('lib/group-commit/settle.ts');
const shardedIndex = of('lib/dynamodb/sharded-index.ts');
const stockMovements = of('lib/dynamodb/stock-movements.ts');
const transaction = of('lib/dynamodb/transaction.ts');

/** The engine's own checks of the time: commits and reads have theirs. */
const ENGINE_WITHOUT_DEADLINE = [
  engine('flying.size < inFlight && remaining() > 0', 'flying.size < inFlight'),
  engine('if (ports.remaining() <= 0) return;', ''),
  engine('remaining() > 0 ? progress.nextStep(at) : undefined', 'progress.nextStep(at)'),
  settle('if (moving.length === 0 || remaining() <= 0)', 'if (moving.length === 0)'),
] as const;

const READS_WITHOUT_BUDGET = [
  read(
    'remaining() > 0; attempt += 1) {\n    const abortSignal = runtime.abortAfter(remaining());',
    '; attempt += 1) {\n    const abortSignal = runtime.abortAfter(3_600_000);',
  ),
  read(
    'await backOff(attempt, remaining, runtime))) throw error;',
    'await backOff(attempt, () => 3_600_000, runtime))) throw error;',
  ),
] as const;

const OWN_ID_IN_A_REFUSAL = commit(
  'refusals.some((refusal) => refusal.writeId === writeId)',
  'refusals.some(() => false)',
);
const OWN_IDS_IN_A_GROUP = settle(
  'for (const { writeId: found } of refusals) memory.sent.get(found)?.();',
  '',
);
const RESENT_BY_THE_SDK = commit(
  'isUnanswered ||= (error as SdkError).$metadata?.attempts !== 1;',
  '',
);

const swarm = of('test/simulation/swarm.ts');
const worlds = of('test/simulation/worlds.ts');

/** Only these faults come, and often. */
const often = (...kinds: readonly FaultKind[]) =>
  swarm(
    'isCalm ? 0 : oneOf([0, 0, 0, 0.01, 0.03, 0.1],',
    `isCalm ? 0 : oneOf([${JSON.stringify(kinds)}.includes(kind) ? 0.2 : 0],`,
  );

/** Orders of two lines are as large as those of fifty: a transaction has room for one line. */
const SMALL_TRANSACTIONS = of('lib/use-cases/ports.ts')('{ actions: 100,', '{ actions: 4,');

/**
 * Everybody cancels, deletes and places one order of three lines again and again, in three
 * transactions each, and some stand still for two seconds in between.
 */
const SMALL_DUELS = [
  worlds('duel: 0.05,', 'duel: 1,'),
  worlds('largeLines: 55,', 'largeLines: 2,'),
  worlds('renewing: 0.6,', 'renewing: 1,'),
  of('test/simulation/plan.ts')('wavers`) ? WAVERING : RENEWAL', 'wavers`) ? RENEWAL : RENEWAL'),
  worlds('pauseMs: 20,', 'pauseMs: 200,'),
  swarm("between(1, 5, 'swarm/deeds each')", '12'),
  SMALL_TRANSACTIONS,
];

export const FIXES: readonly Fix[] = [
  // In time
  {
    name: 'works on after the time is up',
    promise: 'When the time is up, nothing more is decided, planned, scheduled or sent.',
    edits: [
      ...ENGINE_WITHOUT_DEADLINE,
      commit('for (let attempt = 0; remaining() > 0; attempt', 'for (let attempt = 0; ; attempt'),
      commit('db.runtime.abortAfter(remaining())', 'db.runtime.abortAfter(3_600_000)'),
      retry('if (delay >= remaining()) return false;', ''),
      ...READS_WITHOUT_BUDGET,
    ],
    test: 'group-commit/time-is-up',
  },
  {
    name: 'computes on after the time is up',
    promise: 'The engine prepares nothing for which no time is left to send it.',
    edits: ENGINE_WITHOUT_DEADLINE,
    test: 'group-commit/time-is-up',
  },
  {
    name: 'no time to report a thousand messages',
    promise: 'A large batch keeps time for the report of each of its messages.',
    edits: [
      cancelOrdersFunction('timeBudget(context, event.Records.length)', 'timeBudget(context)'),
    ],
    test: 'functions/cancel-orders',
  },
  {
    name: 'reads without a budget',
    promise: 'Every read ends with the time of its invocation.',
    edits: READS_WITHOUT_BUDGET,
    test: 'functions/time-is-up',
  },
  {
    name: 'causes read one after the other',
    promise: 'An order with a thousand causes is deleted in time.',
    edits: [stockMovements('REFERENCES_IN_FLIGHT = 50', 'REFERENCES_IN_FLIGHT = 1')],
    test: 'use-cases/time-is-up',
  },
  {
    name: 'all causes in a page',
    promise: 'A filtered list of an order with a thousand causes answers in time.',
    edits: [stockMovements('REFERENCES_PER_PAGE = 100', 'REFERENCES_PER_PAGE = 1_000_000')],
    test: 'use-cases/time-is-up',
  },
  {
    name: 'progress reads whole orders',
    promise: 'The progress of a thousand large orders is read without their lines.',
    edits: [orders('ids, remaining, orderStates.names)', 'ids, remaining)')],
    test: 'use-cases/cancellation-batches',
  },
  {
    name: 'every start weighs all groups again',
    promise: 'Scheduling is near-linear: a start changes few weights.',
    edits: [of('lib/group-commit/demand.ts')('EXACT_UP_TO = 32', 'EXACT_UP_TO = 1_000_000_000')],
    seeds: 0,
    test: 'group-commit/schedule',
  },
  {
    name: 'every start checks all groups',
    promise: 'Scheduling is near-linear: checks in vain have a budget.',
    edits: [schedule('CHECKS_PER_PRODUCT = 64', 'CHECKS_PER_PRODUCT = 1_000_000_000')],
    seeds: 0,
    test: 'group-commit/schedule',
  },

  {
    name: 'memory for less than the largest batch',
    promise: 'The queue function has room for the largest batch.',
    edits: [
      of('serverless.yml')(
        '# gives a whole CPU.\n    memorySize: 1769',
        '# gives a whole CPU.\n    memorySize: 1024',
      ),
    ],
    seeds: 0,
    test: '../integration/large-batch',
  },
  {
    name: 'rows kept with their orders',
    promise: 'A batch holds no more of its orders than it needs.',
    edits: [
      orders(
        'return new Map(items.map((item) => [item.id as string, readOrDamage(orders, item)]));',
        'return new Map(items.map((item) => [item.id as string, Object.assign(readOrDamage(orders, item), { item })]));',
      ),
    ],
    seeds: 0,
    test: '../integration/large-batch',
  },

  // Lists
  {
    name: 'pages of any size',
    promise: 'A page ends before it is larger than Lambda can answer.',
    edits: [list('6_291_556 - 64 * 1024', 'Number.POSITIVE_INFINITY')],
    test: 'functions/large-lists',
  },
  {
    name: 'an order on two pages',
    promise: 'No order is on two pages of a walk, whatever changes meanwhile.',
    edits: [orders('(after === undefined || entry.statusSince === order.statusSince)', 'true')],
    test: 'dynamodb/walks',
  },
  {
    name: 'two statuses of one moment',
    promise: 'An order comes to a status later than to the one before.',
    edits: [
      order('now : new Date(Date.parse(statusSince) + 1).toISOString();', 'now : statusSince;'),
    ],
    test: 'dynamodb/walks',
  },
  {
    name: 'another shard for the same status',
    promise: 'An order keeps its place in the lists while it keeps its status.',
    edits: [transaction('order.statusSince < order.updatedAt && !isMended', 'false')],
    test: 'dynamodb/walks',
  },
  {
    name: 'a moment read from its beginning',
    promise: 'A page reads no row of a moment that an earlier page has shown.',
    edits: [shardedIndex('after?.partition === partition && {', 'after === undefined && {')],
    test: 'dynamodb/walks',
  },
  {
    name: 'an order twice on a page',
    promise: 'No order is twice on a page while the index has two entries of it.',
    edits: [orders('isWanted && !shown.has(order.id)', 'isWanted')],
    test: 'dynamodb/walks',
  },
  {
    name: 'a cursor with a position for each shard',
    promise: 'A cursor stays short, however many shards there are.',
    edits: [
      orders(
        '...(goOn && { next: goOn }),',
        '...(goOn && { next: { ...goOn, shards: query.partitions.map((one) => [one, goOn.key]) } }),',
      ),
      list('index: z.strictObject(', 'index: z.looseObject('),
    ],
    test: 'dynamodb/walks',
  },
  {
    name: 'a whole history for a page',
    promise: 'A page of one movement type reads a bounded part of a long ledger.',
    edits: [stockMovements('READ_FOR_A_TYPE = 1_000', 'READ_FOR_A_TYPE = Number.MAX_SAFE_INTEGER')],
    test: 'dynamodb/walks',
  },

  // What is known may be stale
  {
    name: 'stale movements',
    promise: 'A movement is skipped only on the condition that the ledger has it.',
    edits: [plan("records.push({ type: 'require-movement', movement: recorded });", '')],
    odds: SMALL_DUELS,
    seeds: 100,
    test: 'group-commit/plan',
  },
  {
    name: 'stale products',
    promise: 'A product is skipped only on the condition that it is gone.',
    edits: [plan('gone.add(productId);', '')],
    test: 'group-commit/plan',
  },
  {
    name: 'index of movements trusted',
    promise: 'A product whose index lags behind leaves no movement after its deletion.',
    edits: [
      of('lib/dynamodb/transaction.ts')(
        "'deletedAt = :at AND movementCount = :none'",
        "'deletedAt = :at AND movementCount >= :none'",
      ),
      of('lib/use-cases/delete-product.ts')(
        'if (product.movementCount === 0) {',
        'if ((await store.movementsOfProduct(productId, { limit: 1, remaining })).items.length === 0) {',
      ),
    ],
    test: 'use-cases/lagging-index',
  },

  // Whose success it is
  {
    name: "own success told as another's",
    promise: 'Whoever has done it is not told that another did, whatever became of the answer.',
    edits: [
      OWN_ID_IN_A_REFUSAL,
      OWN_IDS_IN_A_GROUP,
      RESENT_BY_THE_SDK,
      commit('isUnanswered = true;', 'isUnanswered = false;'),
    ],
    odds: [often('answer lost', 'conflict')],
    test: 'use-cases/cancel-orders/own-success',
  },
  {
    name: 'resent by the SDK and forgotten',
    promise: 'An answer that was lost within the SDK is not forgotten when throttling follows.',
    edits: [RESENT_BY_THE_SDK, OWN_ID_IN_A_REFUSAL],
    test: 'regressions/hidden-by-conflicts',
  },
  {
    name: 'certain after the next conflict',
    promise: 'A conflict after a lost answer does not end the uncertainty.',
    edits: [
      commit('conflicts += 1;\n        contested =', 'isUnanswered = false;\n        contested ='),
      OWN_ID_IN_A_REFUSAL,
    ],
    test: 'dynamodb/commit',
  },
  {
    name: 'in progress taken for failed',
    promise: 'TransactionInProgressException means that DynamoDB is still working on it.',
    edits: [
      of('lib/aws/transient-errors.ts')('error instanceof TransactionInProgressException ||', ''),
      of('lib/aws/transient-errors.ts')(
        'isThrottlingError(error as SdkError);',
        "error.name !== 'TransactionInProgressException' && isThrottlingError(error as SdkError);",
      ),
    ],
    test: 'dynamodb/commit',
  },
  {
    name: 'a half does not know the whole',
    promise: 'A group that was halved knows the commit of the whole as its own.',
    edits: [OWN_IDS_IN_A_GROUP],
    test: 'use-cases/cancel-orders/own-success',
  },
  {
    name: 'drift of a lost answer lost',
    promise: 'The drift of a commit whose answer was lost is counted.',
    edits: [
      settle(
        'memory.sent.set(writeId, recordCommit);',
        `memory.sent.set(writeId, () => {
      for (const { progress, step } of moving) progress.recordStep(step, writeId, 0);
    });`,
      ),
    ],
    test: 'use-cases/cancel-orders/own-success',
  },
  {
    name: 'one conflict holds up forty',
    promise: 'After a lost answer, one contested order holds up itself only.',
    edits: [
      commit(
        'if (itemConflicts >= maxConflicts || productConflicts >= maxProductConflicts) break;',
        'if (!isUnanswered && (itemConflicts >= maxConflicts || productConflicts >= maxProductConflicts)) break;',
      ),
    ],
    test: 'dynamodb/commit',
  },

  // No false refusals
  {
    name: 'exists because a conflict hid it',
    promise:
      'No order_exists or insufficient_stock of an order that is gone or has the same lines.',
    edits: [placeOrder('!(await hasChanged(result.refusals, ports))', 'true')],
    seeds: 0,
    world: { begins: 'confirmed', operations: ['place', 'cancel', 'delete order'] },
    test: 'regressions/hidden-by-conflicts',
  },
  {
    name: 'short because it was placed',
    promise: 'No insufficient_stock for an order that the same call has placed at the same time.',
    edits: [
      placeOrder(
        'refusal ? refusal.found : await store.getOrder(request.id, remaining)',
        'refusal?.found',
      ),
      placeOrder('!(await hasChanged(result.refusals, ports))', 'true'),
    ],
    test: 'use-cases/place-order',
  },
  {
    name: 'own work told as refused',
    promise: 'No not_found or invalid_transition for work that others have gone on from.',
    edits: [progress("if (here || end.type === 'settled')", "if (end.type === 'settled')")],
    test: 'use-cases/transition-order',
  },
  {
    name: 'exists while it is deleted',
    promise: 'No product_exists of a product that GET does not find.',
    edits: [
      createProduct(
        'if (!found) {\n    // A',
        "if (!found) {\n    if (refusal) return { outcome: 'product_exists' };\n    // A",
      ),
    ],
    test: 'use-cases/lagging-index',
  },
  {
    name: 'not deletable for the slower one',
    promise: 'The slower one of two deletions is not told order_not_deletable.',
    edits: [deleteOrder('if (left === before && gone.size === known)', 'if (true)')],
    test: 'use-cases/delete-order',
  },

  // Ids that are used again
  {
    name: 'another order cleared away',
    promise: 'Clearing away an order spares a later one with its id.',
    edits: [
      of('lib/use-cases/give-up-placement.ts')(
        'deleteOrder(order.id, ports, order)',
        'deleteOrder(order.id, ports)',
      ),
    ],
    test: 'use-cases/place-large-order',
  },
  {
    name: 'a 202 for whoever has the id',
    promise: 'The message of a 202 spares a later order with the id.',
    edits: [
      of('functions/cancel-order.ts')(
        'send([{ ...request, orderCreatedAt, orderRound }], remaining)',
        'send([{ ...request, orderRound }], remaining)',
      ),
    ],
    test: 'functions/cancel-order',
  },
  {
    name: 'expired by an earlier order',
    promise: 'The sweep of an expired order spares a later one with its id.',
    edits: [
      of('lib/use-cases/sweep-orders.ts')(
        'decideDue(current, at, LINES_PER_COMMIT, expiry)',
        'decideDue({ ...current, ...(order.expiresAt && { expiresAt: order.expiresAt }) }, at, LINES_PER_COMMIT)',
      ),
    ],
    test: 'use-cases/sweep-orders',
  },
  {
    name: 'part of what is being placed',
    promise: 'No part of an order is cancelled while it is being placed.',
    edits: [cancellation("(order.placing && 'being_placed') ||", '')],
    test: 'domain/partial-cancellation',
  },

  // Safe to repeat
  {
    name: 'the generated id is not told',
    promise: 'A 503 contains the id or reference that the call has generated.',
    edits: [
      of('lib/http/edge.ts')(
        "names !== undefined && problem.code === 'try_again'",
        "names === 'none' && problem.code === 'try_again'",
      ),
    ],
    seeds: 0,
    test: 'http/edge',
  },
  {
    name: 'a key that names nothing',
    promise: 'With an Idempotency-Key, a call without an id takes effect once.',
    edits: [readRequest('fields[names] ?? idempotencyKey ??', 'fields[names] ??')],
    seeds: 0,
    test: 'functions/orders-and-products',
  },

  // One does not cost the others
  {
    name: 'one failed read rejects the batch',
    promise: 'Orders that cannot be read fail alone.',
    edits: [
      of('lib/use-cases/read-orders.ts')(
        'for (const id of part) found.set(id, { error });',
        'throw error;',
      ),
    ],
    test: 'functions/cancel-orders',
  },
  {
    name: 'one damaged row rejects the batch',
    promise: 'An order whose row is damaged fails alone.',
    edits: [orders('if (error instanceof DamagedItemError) return error;', '')],
    seeds: 0,
    test: 'functions/cancel-orders',
  },
  {
    name: 'one large number rejects the batch',
    promise: 'A number that JavaScript cannot represent costs its own row only.',
    edits: [of('lib/dynamodb/reading.ts')('{ wrapNumbers: Number } as const', '{} as const')],
    seeds: 0,
    test: 'dynamodb/store',
  },
  {
    name: 'one decision rejects the batch',
    promise: 'An order about which nothing can be decided fails alone.',
    edits: [
      progress(
        '      this.fail(error);\n    }\n    return',
        '      throw error;\n    }\n    return',
      ),
    ],
    seeds: 0,
    test: 'group-commit/engine',
  },

  {
    name: 'one failed commit rejects the batch',
    promise: 'An error while a group is written fails the one order that causes it.',
    edits: [
      engine(
        'if (causes.length === 1) for (const cause of causes) cause.fail(error);\n      return [];',
        'throw error;',
      ),
    ],
    test: 'group-commit/engine',
  },

  // Contention
  {
    name: 'two workers at once',
    promise: 'Two workers take turns at writing.',
    edits: [cancelOrdersFunction(' takeTurn,', '')],
    test: 'functions/cancel-orders',
  },
  {
    name: 'three seconds at a hot product',
    promise: 'A cancellation at a hot product goes to the queue after a conflict or two.',
    edits: [
      of('lib/use-cases/cancel-order-soon.ts')(
        'runtime.random() < SHARE_THAT_TRIES_AGAIN ? 2 : 1',
        'Number.POSITIVE_INFINITY',
      ),
    ],
    test: 'use-cases/cancel-order-soon',
  },
  {
    name: 'halved at a conflict',
    promise: 'A group is divided by what is contested, and stays whole if all orders need it.',
    edits: [
      engine('takeApart(open(), stoppedAt, { halve })', 'takeApart(open(), [], { halve: true })'),
      engine('stoppedAt.length === 0 || longer.length === 0', 'true'),
    ],
    test: 'group-commit/contention',
  },
  {
    name: 'halved by throttling',
    promise: 'Throttling divides no group.',
    edits: [commit('if (contested.length > 0) itemConflicts += 1;', 'itemConflicts += 1;')],
    test: 'group-commit/contention',
  },

  // The queue
  {
    name: 'six minutes until it comes back',
    promise: 'A failed message comes back in seconds.',
    edits: [cancelOrdersFunction('await giveBack[origin](returned, remaining);', '')],
    test: 'functions/cancel-orders',
  },
  {
    name: 'an unknown order is a dead letter',
    promise: 'A message for an unknown order is given up at its third receive.',
    edits: [
      of('lib/queue/sort-by-outcome.ts')(
        'RECEIVES_UNTIL_UNKNOWN = 3',
        'RECEIVES_UNTIL_UNKNOWN = 1_000_000',
      ),
    ],
    test: 'functions/cancel-orders',
  },
  {
    name: 'what SQS did not take is lost',
    promise: 'Messages that SQS does not take are sent again.',
    edits: [sending('return entries.filter(({ Id }) => failed.has(Id));', 'return [];')],
    test: 'queue/cancellation-queue',
  },
  {
    name: 'what SQS did not take is a 500',
    promise: 'What the queue does not take in time is 503 try_again.',
    edits: [sending('throw new TimeIsUpError(', 'throw new Error(')],
    test: 'queue/cancellation-queue',
  },
  {
    name: 'unprocessed keys are not found',
    promise: 'Keys that DynamoDB returns as unprocessed are asked for again.',
    edits: [read('wanted = UnprocessedKeys?.[table]?.Keys ?? [];', 'wanted = [];')],
    test: 'dynamodb/read',
  },
  {
    name: 'unprocessed keys are a 500',
    promise: 'Keys that stay unprocessed until the time is up are 503 try_again.',
    edits: [read('throw new TimeIsUpError(`${', 'throw new Error(`${')],
    test: 'dynamodb/read',
  },
  {
    name: 'the sweep sends messages',
    promise: 'The sweep does the work itself, so nothing can pile up in the queue.',
    edits: [
      of('functions/sweep-orders.ts')(
        'const swept = await sweepOrders(',
        `const { queueFromEnvironment } = await import('../lib/queue/cancellation-queue.ts');
  const queue = queueFromEnvironment(shop.runtime)({ actor: 'sweep', correlationId: 'sweep' });
  for await (const ids of shop.store.ordersDue(shop.runtime.now().toISOString(), remaining)) {
    await queue.send(ids.map((orderId) => ({ orderId, reason: 'expired' as const })), remaining);
  }
  const swept = await sweepOrders(`,
      ),
    ],
    test: 'functions/bulk',
  },

  // What callers and producers send
  {
    name: 'null is not absent',
    promise: 'An optional field that is null counts as absent.',
    edits: [fields('z.nullish(schema)', 'z.optional(schema)')],
    seeds: 0,
    test: 'fields',
  },
  {
    name: 'blank is not absent',
    promise: 'An optional text that is blank counts as absent.',
    edits: [fields('value || undefined', 'value ?? undefined')],
    seeds: 0,
    test: 'fields',
  },
  {
    name: 'a byte-order mark is no JSON',
    promise: 'A byte-order mark before a body is ignored.',
    edits: [request('{ fatal: true }', '{ fatal: true, ignoreBOM: true }')],
    seeds: 0,
    test: 'http/request',
  },
  {
    name: 'a byte-order mark is no message',
    promise: 'A byte-order mark before a message is ignored.',
    edits: [message(String.raw`json.replace(/^\ufeff/, '')`, 'json')],
    seeds: 0,
    test: 'queue/message',
  },
  {
    name: 'another key in quotes',
    promise: 'An Idempotency-Key means the same with and without quotes.',
    edits: [idempotencyKey('withoutQuotes(given)', 'given')],
    seeds: 0,
    test: 'http/idempotency-key',
  },
  {
    name: 'no long key',
    promise: 'An Idempotency-Key may be any 255 visible characters.',
    edits: [idempotencyKey(String.raw`/^[\x21-\x7e]{1,255}$/`, '/^[A-Za-z0-9.-]{1,64}$/')],
    seeds: 0,
    test: 'http/idempotency-key',
  },
  {
    name: 'a key ignored',
    promise: 'A call that has no use for an Idempotency-Key refuses it.',
    edits: [readRequest('key !== undefined && idempotencyKey === undefined', 'false')],
    seeds: 0,
    test: 'http/edge',
  },
  {
    name: 'no envelope',
    promise: 'A message may be in the envelope of SNS.',
    edits: [message('!envelope || isOurs', 'true')],
    seeds: 0,
    test: 'queue/message',
  },
  {
    name: 'no other fields',
    promise: 'A message may have fields that producers add for their own use.',
    edits: [message('.object({\n    orderId,', '.strictObject({\n    orderId,')],
    seeds: 0,
    test: 'queue/message',
  },
  {
    name: 'no number as an id',
    promise: 'A message may name its order by a number.',
    edits: [
      message('Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : value', 'value'),
    ],
    seeds: 0,
    test: 'queue/message',
  },
  {
    name: 'a moment compared as text',
    promise: 'A message may spell the moment at which its order was placed in any way.',
    edits: [message('optionalWord(anyMoment)', 'optionalWord(z.string())')],
    seeds: 0,
    test: 'queue/message',
  },
  {
    name: 'unknown parameters ignored',
    promise: 'Unknown query parameters are refused, also where none are known.',
    edits: [
      readRequest(
        'validate(query ?? NO_FIELDS, event.queryStringParameters ?? {})',
        'query ? validate(query, event.queryStringParameters ?? {}) : {}',
      ),
    ],
    seeds: 0,
    test: 'http/edge',
  },
  {
    name: 'compressed bytes read as text',
    promise: 'A compressed body is 415.',
    edits: [request(String.raw`!/^\s*(identity)?\s*$/i.test(encoding)`, 'false')],
    seeds: 0,
    test: 'http/request',
  },
  {
    name: 'bytes replaced',
    promise: 'Bytes that are not UTF-8 are refused, not replaced.',
    edits: [request('{ fatal: true }', '{}')],
    seeds: 0,
    test: 'http/request',
  },
  {
    name: 'characters that no message can have',
    promise: 'NUL, escape sequences and noncharacters are refused, over HTTP and in messages.',
    edits: [fields('STORABLE.test(value)', 'value.length >= 0')],
    seeds: 0,
    test: 'fields',
  },
  {
    name: 'an id that no URL has',
    promise: 'The ids . and .. are refused, over HTTP and in messages.',
    edits: [fields(String.raw`(?!\.{1,2}$)`, '')],
    seeds: 0,
    test: 'fields',
  },
  {
    name: 'a forged cursor is a 500',
    promise: 'A forged cursor is 400 invalid_cursor.',
    edits: [
      list(
        "if (after && (error as Error).name === 'ValidationException') throw invalidCursor();",
        '',
      ),
    ],
    seeds: 0,
    test: 'http/list',
  },

  // What callers are shown
  {
    name: 'note of a part forgotten',
    promise: 'The note of a partial cancellation is on its movements.',
    edits: [cancellation('    reason,\n    note,\n  }),', '    reason,\n  }),')],
    seeds: 0,
    test: 'functions/cancel-lines',
  },
  {
    name: 'restock not shown',
    promise: 'An order shows that its goods did not go back on the shelf.',
    edits: [
      of('lib/http/resources.ts')(
        "  'givenUp',\n  'restoredQuantities',",
        "  'givenUp',\n  'restock',\n  'restoredQuantities',",
      ),
    ],
    seeds: 0,
    test: 'functions/cancel-order',
  },
  {
    name: 'many without note and restock',
    promise: 'A bulk cancellation takes a note and restock, for all its orders.',
    edits: [
      of('lib/use-cases/cancellation-batches.ts')(
        '({ orderId, ...cancellation })',
        '({ orderId, reason: cancellation.reason })',
      ),
    ],
    seeds: 0,
    test: 'use-cases/cancellation-batches',
  },
  {
    name: "API Gateway's own 404",
    promise: 'Unknown paths are answered with problem details.',
    edits: [of('serverless.yml')("{ method: '*', path: '*',", "{ method: get, path: '/nothing',")],
    seeds: 0,
    test: 'http/operations',
  },

  // The edges of the system
  {
    name: 'waits for a socket',
    promise: 'A request that waits for a socket is no failed connection.',
    edits: [
      of('lib/aws/connection.ts')(
        '  httpAgent: { maxSockets: Number.POSITIVE_INFINITY },\n  httpsAgent: { maxSockets: Number.POSITIVE_INFINITY },\n',
        '',
      ),
    ],
    seeds: 0,
    test: '../integration/bursts',
  },
  {
    name: 'reads without a retry',
    promise: 'A read is tried again after an error that may pass.',
    edits: [
      read(
        '!isTransient(error) || !(await backOff(attempt, remaining, runtime))',
        'attempt < 1_000_000',
      ),
    ],
    test: 'dynamodb/read',
  },
  {
    name: 'a failed function is a 200',
    promise: 'On this machine, a function that fails or runs out of its time is a 500.',
    edits: [offline('if (!isRequest(event)) throw error;', 'throw error;')],
    seeds: 0,
    test: '../e2e/gateway',
  },
  {
    name: 'one id for all requests',
    promise: 'On this machine, every request has an id of its own.',
    edits: [offline('event.requestContext.requestId = randomUUID();', '{}')],
    seeds: 0,
    test: '../e2e/gateway',
  },
  {
    name: 'no emoji on this machine',
    promise: 'The queue on this machine takes all characters that SQS takes.',
    edits: [of('local/queue-server.ts')('await acceptAllCharacters();', '')],
    seeds: 0,
    test: '../local/queue-server',
  },
  {
    name: 'deployed with any settings',
    promise: 'A setting that makes no sense ends a deployment before it makes anything.',
    edits: [of('local/settings-plugin.mjs')('checkSettings(service);', '')],
    seeds: 0,
    test: '../local/deployed-settings',
  },
  {
    name: 'started with any settings',
    promise: 'A setting that makes no sense ends the start.',
    edits: [
      of('local/settings.ts')(
        'checkSettingsOfFunctions(environment);\n  const settings',
        'const settings',
      ),
    ],
    seeds: 0,
    test: '../local/settings',
  },
  {
    name: 'a long name told at length',
    promise: 'However long the name of a field is, nobody is told it at length.',
    edits: [request('.slice(0, MAX_NAME_LENGTH)', '')],
    seeds: 0,
    test: 'http/request',
  },
];
