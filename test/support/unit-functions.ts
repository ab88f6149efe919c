/** The functions as they are deployed, with a shop on the fake DynamoDB. */
import './unit-environment.ts';
import { afterEach, beforeEach, expect } from '@jest/globals';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { Operation } from '../../lib/http/operation.ts';
import { createContract } from './contract.ts';
import { mockQueue } from './fake-queue.ts';
import { type FakeShop, openShop } from './fake-shop.ts';
import type { FakeWire } from './fake-wire.ts';
import { connectSdkTo } from './sdk-connections.ts';
import { captureLog } from './unit-console.ts';
import { lambdaContext } from './unit-events.ts';

export type HttpFunction = {
  (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2>;
  readonly operation: Operation;
};

const expectDescribed = createContract();

/** Sets up a shop and a queue for every test of the file that calls this. */
export const functionTests = () => {
  const queue = mockQueue();
  const state = {
    log: undefined as unknown as ReturnType<typeof captureLog>,
    shop: openShop(),
    disconnect: () => {},
  };

  beforeEach(() => {
    state.log = captureLog();
    state.shop = openShop();
    state.disconnect = connectSdkTo((...request) => state.shop.wire.handle(...request));
    queue.takesAll();
  });
  afterEach(() => {
    const undeclared = state.log
      .messages()
      .filter(({ message }) => message === 'undeclared problem');
    state.log.restore();
    state.disconnect();
    queue.reset();
    expect(undeclared).toEqual([]);
  });

  return {
    queue,
    log: () => state.log,
    /** The wire between the functions and their shop. */
    wire: (): FakeWire => state.shop.wire,
    /** Opens a shop that every function reaches over the wire. */
    openShop: (...setting: Parameters<typeof openShop>): FakeShop => {
      state.shop = openShop(...setting);
      return state.shop;
    },
    /** Calls a function and parses its answer, which its operation must declare. */
    call: async (
      handler: HttpFunction,
      event: APIGatewayProxyEventV2,
      context: Context = lambdaContext(),
    ) => {
      const { statusCode = 0, headers = {}, body = '' } = await handler(event, context);
      const answer = body === '' ? undefined : JSON.parse(body);
      const { method, path } = handler.operation;
      expectDescribed({ method, path, status: statusCode, headers, body: answer });
      return { status: statusCode, headers, body: answer };
    },
  };
};
