import { expect, test } from '@jest/globals';
import { tablesFromEnvironment } from '../../lib/dynamodb/tables.ts';
import { infrastructure } from '../support/infrastructure.ts';
import { describeTables } from '../support/table-descriptions.ts';

test('The fake DynamoDB has the tables, keys and indexes of serverless.yml', async () => {
  const { tables, environment } = await infrastructure();
  const deployed = tables.map(
    ({ BillingMode: _, StreamSpecification: __, ...description }) => description,
  );

  expect(describeTables(tablesFromEnvironment(environment))).toEqual(deployed);
});
