/** The functions as they are deployed, on a shop of the fake DynamoDB. */
import './unit-environment.ts';
import { afterEach, beforeEach, expect } from '@jest/globals';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { Operation } from '../../lib/http/operation.ts';
import { mockDocumentClient } from './fake-document-client.ts';
import { mockQueue } from './fake-queue.ts';
import { captureLog } from './unit-console.ts';
import { lambdaContext } from './unit-events.ts';
import { aShop, type UnitShop } from './unit-shop.ts';

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
    const undeclared = state.log
      .messages()
      .filter(({ message }) => message === 'undeclared problem');
    state.log.restore();
    mock.reset();
    queue.reset();
    expect(undeclared).toEqual([]);
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
