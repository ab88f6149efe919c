import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { createFakeDynamoDB } from '../../support/fake-dynamodb.ts';
import { createFakeWire } from '../../support/fake-wire.ts';
import { connectionRefused } from '../../support/faults.ts';
import { describeTables } from '../../support/table-descriptions.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const aWire = () => createFakeWire(createFakeDynamoDB(describeTables()));

describe('The DynamoDB client', () => {
  test('sends a request 3 times when the connection is refused', async () => {
    // Prepare
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const wire = aWire();
    wire.next('GetItem', connectionRefused, connectionRefused, connectionRefused);
    const client = createClient(wire.config);

    // Act
    const reading = client.send(new GetCommand({ TableName: 'orders', Key: { id: 'o1' } }));

    // Assess
    await expect(reading).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(wire.sent).toHaveLength(3);
  });

  test('leaves out attributes that are undefined', async () => {
    // Prepare
    const wire = aWire();
    const client = createClient(wire.config);

    // Act
    await client.send(new GetCommand({ TableName: 'orders', Key: { id: 'o1', note: undefined } }));

    // Assess
    expect(wire.sent[0]?.input).toMatchObject({ Key: { id: 'o1' } });
    expect(wire.sent[0]?.bytes).not.toContain('note');
  });
});
