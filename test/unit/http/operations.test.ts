import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import '../../support/unit-environment.ts';
import type { Operation } from '../../../lib/http/operation.ts';
import { OPERATIONS } from '../../../lib/http/operations/index.ts';
import { PROJECT_FOLDER } from '../../../local/serverless-command.ts';
import { configuration } from '../../support/infrastructure.ts';

/** The name of a function and of the file of its operation: `cancelOrder` is `cancel-order`. */
const nameOf = ({ operationId }: Operation): string =>
  operationId.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const names = (): string[] => OPERATIONS.map(nameOf).toSorted();

type Route = {
  readonly name: string;
  readonly handler: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly open: boolean;
};

/** All HTTP routes that a deployment would create. */
let routes: Route[];

beforeAll(async () => {
  const { functions } = await configuration();
  routes = Object.entries(functions).flatMap(([name, { handler, events = [] }]) =>
    events.flatMap(({ httpApi }) =>
      httpApi
        ? [
            {
              name,
              handler,
              method: httpApi.method,
              path: httpApi.path,
              open: httpApi.authorizer === undefined,
            },
          ]
        : [],
    ),
  );
});

describe('The operations', () => {
  test('are exactly the routes of serverless.yml', () => {
    const described = routes.filter(({ path }) => path !== '*');
    const byName = (a: Route, b: Route) => a.name.localeCompare(b.name);

    expect(
      OPERATIONS.map((operation): Route => {
        const name = nameOf(operation);
        const { method, path, scope } = operation;
        const open = scope === 'none';
        return { name, handler: `functions/${name}.handler`, method, path, open };
      }).toSorted(byName),
    ).toEqual(described.toSorted(byName));
  });

  test('leave all other requests to a function that refuses them, and is as closed as they are', () => {
    expect(routes.filter(({ path }) => path === '*')).toEqual([
      {
        name: 'refuse-unknown-route',
        handler: 'functions/refuse-unknown-route.handler',
        method: '*',
        path: '*',
        open: false,
      },
    ]);
  });

  test('are all in the index, each from a file of its name', async () => {
    const files = await readdir(join(PROJECT_FOLDER, 'lib/http/operations'));

    expect(files.filter((file) => file !== 'index.ts').toSorted()).toEqual(
      names()
        .map((name) => `${name}.ts`)
        .toSorted(),
    );
  });

  test.each(OPERATIONS.map((operation) => [nameOf(operation), operation] as const))(
    'are the ones that their functions use: %s',
    async (name, operation) => {
      const { handler } = await import(`../../../functions/${name}.ts`);

      expect(handler.operation).toBe(operation);
    },
  );

  test.each(OPERATIONS.map((operation) => [nameOf(operation), operation] as const))(
    'take exactly the parameters of their paths: %s',
    (_, { path, parameters }) => {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const empty = parameters?.safeParse({}).error?.issues ?? [];

      expect(empty.map((issue) => issue.path.join('.'))).toEqual(named);
    },
  );

  test('declare no errors as answers, at least one answer, and no problem twice', () => {
    for (const { operationId, answers, problems } of OPERATIONS) {
      const statuses = Object.keys(answers).map(Number);
      expect([operationId, statuses.length > 0]).toEqual([operationId, true]);
      expect(statuses.filter((status) => status < 200 || status > 399)).toEqual([]);
      expect([operationId, problems]).toEqual([operationId, [...new Set(problems)]]);
    }
  });

  test('whose body has an optional id use the Idempotency-Key for it', () => {
    const naming = OPERATIONS.filter(({ names: field }) => field !== undefined);

    expect(naming.map(nameOf)).toEqual([
      'create-product',
      'adjust-stock',
      'count-stock',
      'place-order',
    ]);
    for (const { idempotencyKey, body, names: field = 'id' } of naming) {
      expect(idempotencyKey).toContain(field);
      const issues = body?.safeParse({ [field]: 'o 1' }).error?.issues ?? [];
      expect(issues.map(({ path }) => path.join('.'))).toContain(field);
    }
  });
});
