import { describe, expect, test } from '@jest/globals';
import { onAnyEngine } from '../support/engines.ts';
import { SCENARIOS } from '../support/role-scenarios.ts';
import { AS_IT_SHOULD_BE, useRoleTest } from '../support/role-test.ts';

onAnyEngine('The role of a function', (engine) => {
  const roles = useRoleTest(engine);

  test('is tested for every function', () => {
    const names = roles.functions().map(({ name }) => name);

    expect(Object.keys(SCENARIOS).sort()).toEqual(names.sort());
  });

  test.each(Object.entries(SCENARIOS))(
    'lets %s do all that it does, and nothing else',
    async (name, scenarios) => {
      expect(await roles.play(name, scenarios)).toEqual(AS_IT_SHOULD_BE);
    },
  );

  describe('is found to be wrong', () => {
    const { 'get-order': reads = [], 'confirm-order': writes = [] } = SCENARIOS;

    test('if it lacks a permission', async () => {
      const findings = await roles.play('get-order', reads, {
        role: (own) =>
          new Set([...own].filter((each) => each !== 'dynamodb:GetItem on OrdersTable')),
      });

      expect(findings).toEqual({
        lacks: ['dynamodb:GetItem on OrdersTable'],
        hasTooMany: [],
        surprises: ['shows an order: 500'],
      });
    });

    test('if it has one permission too many', async () => {
      const findings = await roles.play('get-order', reads, {
        role: (own) => new Set([...own, 'dynamodb:Scan on OrdersTable']),
      });

      expect(findings).toEqual({
        ...AS_IT_SHOULD_BE,
        hasTooMany: ['dynamodb:Scan on OrdersTable'],
      });
    });

    test('if it allows a write outside of a transaction', async () => {
      const findings = await roles.play('confirm-order', writes, {
        role: (own) => new Set([...own, 'dynamodb:UpdateItem on OrdersTable']),
      });

      expect(findings).toEqual({
        ...AS_IT_SHOULD_BE,
        hasTooMany: ['dynamodb:UpdateItem on OrdersTable'],
      });
    });
  });
});
