/** The functions as they are deployed, on a shop of the fake DynamoDB. */
import './unit-environment.ts';
import { afterEach, beforeEach } from '@jest/globals';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import { mockDocumentClient } from './fake-document-client.ts';
import { mockQueue } from './fake-queue.ts';
import { captureLog } from './unit-console.ts';
import { lambdaContext } from './unit-events.ts';
import { aShop, type UnitShop } from './unit-shop.ts';

export type HttpFunction = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Sets up mocks around every test of the file that calls it. */
export const functionTests = () => {
  const mock = mockDocumentClient();
  const queue = mockQueue();
  const state = { log: undefined as unknown as ReturnType<typeof captureLog> };

  beforeEach(() => {
    state.log = captureLog();
    queue.takesAll();
  });
  afterEach(() => {
    state.log.restore();
    mock.reset();
    queue.reset();
  });

  return {
    mock,
    queue,
    log: () => state.log,
    /** A shop that every function finds behind its client. */
    aShop: (...setting: Parameters<typeof aShop>): UnitShop => {
      const shop = aShop(...setting);
      mock.answersFrom(shop.db);
      return shop;
    },
    /** Calls a function and reads its answer. */
    call: async (
      handler: HttpFunction,
      event: APIGatewayProxyEventV2,
      context: Context = lambdaContext(),
    ) => {
      const { statusCode = 0, headers = {}, body = '' } = await handler(event, context);
      return { status: statusCode, headers, body: body === '' ? undefined : JSON.parse(body) };
    },
  };
};
