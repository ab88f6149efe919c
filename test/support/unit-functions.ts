/** The functions as they are deployed, on a shop of the fake DynamoDB. */
import './unit-environment.ts';
import { afterEach, beforeEach, expect } from '@jest/globals';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { Operation } from '../../lib/http/operation.ts';
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

/** Whether an answer is one of those that the function's operation declares. */
const expectDeclared = ({ answers, operationId }: Operation, status: number, body: unknown) => {
  if (status >= 400) return;
  expect([operationId, Object.keys(answers)]).toEqual([
    operationId,
    expect.arrayContaining([String(status)]),
  ]);
  const issues = answers[status]?.body?.safeParse(body).error?.issues;
  expect([operationId, issues]).toEqual([operationId, undefined]);
};

/** Sets up a shop and a queue around every test of the file that calls it. */
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
    /** A shop that every function finds at the other end of its wire. */
    openShop: (...setting: Parameters<typeof openShop>): FakeShop => {
      state.shop = openShop(...setting);
      return state.shop;
    },
    /** Calls a function and reads its answer, which has to be one that its operation declares. */
    call: async (
      handler: HttpFunction,
      event: APIGatewayProxyEventV2,
      context: Context = lambdaContext(),
    ) => {
      const { statusCode = 0, headers = {}, body = '' } = await handler(event, context);
      const answer = body === '' ? undefined : JSON.parse(body);
      expectDeclared(handler.operation, statusCode, answer);
      return { status: statusCode, headers, body: answer };
    },
  };
};
