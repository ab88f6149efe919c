/** Many requests at once, over real sockets. */
import '../support/node-errors.ts';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient } from '../../lib/dynamodb/client.ts';
import { createStore } from '../../lib/dynamodb/store.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import { localClient } from '../../local/aws.ts';
import { TABLES } from '../support/builders.ts';
import { numbered } from '../support/concurrently.ts';
import { timeFor } from '../support/time.ts';

/** More than the sockets that the SDK opens by default, at 50. */
const AT_ONCE = 200;

/** DynamoDB, when it answers nobody before so many requests wait for it at the same moment. */
const startSlowService = async () => {
  const waiting = new Set<ServerResponse>();
  let isAnswering = false;
  const server = createServer(async (request, response) => {
    await text(request);
    waiting.add(response);
    // Whoever gives up waits no longer.
    response.once('close', () => waiting.delete(response));
    isAnswering ||= waiting.size >= AT_ONCE;
    if (!isAnswering) return;
    for (const each of waiting) {
      each.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    }
    waiting.clear();
  });
  await new Promise<void>((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: AT_ONCE }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

let service: Awaited<ReturnType<typeof startSlowService>>;

beforeEach(async () => {
  service = await startSlowService();
});

afterEach(async () => {
  await service.stop();
});

describe(`${AT_ONCE} reads at once`, () => {
  test('each have a socket, and none is given up while it waits for another', async () => {
    const client = createClient(localClient(service.endpoint));
    const store = createStore(client, TABLES, systemRuntime);
    const remaining = timeFor(30_000);

    const orders = await Promise.all(
      numbered('o', AT_ONCE).map((id) => store.getOrder(id, remaining)),
    );

    expect(orders.filter((order) => order !== undefined)).toEqual([]);
    client.destroy();
  });
});
