/** Whether a request keeps the promises of its own: refused without a trace, or kept as it was sent. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Operation } from '../../lib/http/operation.ts';
import type { Row } from '../support/fake-dynamodb.ts';
import { deliver } from './check-messages.ts';
import type { Memory } from './memory.ts';
import type { Answer } from './promises.ts';
import { pathOf, type Request, toEvent } from './requests.ts';
import type { World } from './world.ts';

/**
 * Makes a request, and looks at what became of it.
 *
 * @returns the status and code of the answer
 * @throws whatever was thrown, or the AssertionError of a broken promise
 */
export const checkRequest = async (world: World, input: Request): Promise<string> => {
  const { memory, ask, changes, sent } = world;
  world.begin();
  const operation = world.operationOf(input.call);
  const event = toEvent(operation, input, memory);
  const answer = await ask(input.call, event);
  const { status, body } = answer;
  if (status >= 400 || operation.method === 'get') {
    deepStrictEqual(changes(), [], 'A refused request and a read change nothing');
    deepStrictEqual(sent(), [], 'A refused request and a read send nothing');
  }
  if (status >= 400) {
    const goesOn = input.next !== undefined && memory.page(operation, input.next) !== undefined;
    ok(body.code !== 'invalid_cursor' || !goesOn || input.forgery, 'A cursor of ours leads on');
  } else {
    const bodies = sent();
    learn(memory, operation, event, answer);
    await checkRoundTrip(world, operation, event, answer);
    if (bodies.length > 0) await deliver(world, bodies);
  }
  return `${status} ${body.code ?? ''}`.trim();
};

/** Shows what was accepted: as it was sent, as it was answered, and by the name that was told. */
const checkRoundTrip = async (
  { get }: World,
  operation: Operation,
  event: APIGatewayProxyEventV2,
  { status, location, body }: Answer,
): Promise<void> => {
  const shown = (body.order ?? body) as Row;
  // A dry run answers what would be, which is shown nowhere.
  if (operation.method !== 'get' && bodyOf(event).dryRun !== true) {
    const own = pathOf(operation, event.pathParameters as Record<string, string>);
    const [, kind, id = shown.id] = own.split('/');
    // Many products at once have no address of their own.
    if (location !== undefined || id !== undefined) {
      const answer = await get(location ?? `/${kind}/${id}`);
      deepStrictEqual(answer.status, operation.method === 'delete' ? 404 : 200);
      if (shown.id !== undefined) deepStrictEqual(answer.body, shown);
    }
    const asked = bodyOf(event);
    if (status === 201) checkTexts(asked, shown);
    if (body.outcome === 'cancelled' && !asked.items) {
      deepStrictEqual(shown.cancellationNote ?? '', String(asked.note ?? '').trim());
    }
  }
  const [{ referenceId } = shown] = (body.items ?? []) as Row[];
  if (referenceId !== undefined) {
    const ledger = await get('/movements', { referenceId: String(referenceId), limit: '100' });
    deepStrictEqual(ledger.status, 200);
    const all = ledger.body.items as Row[];
    ok(
      body.items ? all.length > 0 : all.some((one) => isDeepStrictEqual(one, shown)),
      'A movement is found by its reference',
    );
  }
};

/** Remembers what the answer names. */
const learn = (
  memory: Memory,
  operation: Operation,
  { pathParameters, queryStringParameters }: APIGatewayProxyEventV2,
  { body, location }: Answer,
): void => {
  const { nextCursor, batchId, referenceId } = body;
  if (typeof nextCursor === 'string') {
    const { cursor: _, ...query } = queryStringParameters ?? {};
    memory.learnPage({
      operation,
      path: (pathParameters ?? {}) as Record<string, string>,
      query: query as Record<string, string>,
      cursor: nextCursor,
    });
  }
  const { id: orderId, status, items } = (body.order ?? body) as Row;
  if (typeof orderId === 'string' && typeof status === 'string') {
    const productIds = (items as Row[]).map(({ productId }) => String(productId));
    memory.learnOrder(status, { id: orderId, productIds });
  }
  if (batchId !== undefined) memory.learnName('batchId', String(batchId));
  if (referenceId !== undefined) memory.learnName('referenceId', String(referenceId));
  const [, kind, id] = location?.match(/^\/(\w+)s\/([^/]+)$/) ?? [];
  if (kind !== undefined && id !== undefined) memory.learnName(`${kind}Id`, id);
};

/** A body as its function has read it. */
const bodyOf = ({ body, isBase64Encoded }: APIGatewayProxyEventV2): Row => {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  return JSON.parse(new TextDecoder().decode(bytes) || '{}') ?? {};
};

/** Texts that were sent are shown under their names, without the space around them. */
const checkTexts = (asked: Row, shown: Row): void => {
  for (const [name, value] of Object.entries(asked)) {
    if (typeof value === 'string' && value.trim() !== '') {
      deepStrictEqual({ [name]: shown[name] }, { [name]: value.trim() });
    }
  }
};
