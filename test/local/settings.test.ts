import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../local/settings.ts';

describe('npm start', () => {
  test('has default ports and the walk-through without settings', () => {
    expect(readSettings({}, [])).toEqual({
      httpPort: 3000,
      lambdaPort: 3002,
      dynamodbPort: 8000,
      sqsPort: 9324,
      engine: undefined,
      dynamodbEndpoint: undefined,
      empty: false,
      verbose: false,
      data: undefined,
    });
  });

  test('takes other ports, another engine, an empty shop, a folder and the log on the terminal', () => {
    const environment = {
      HTTP_PORT: '4000',
      LAMBDA_PORT: '4002',
      DYNAMODB_PORT: '4800',
      SQS_PORT: '4324',
      DYNAMODB_ENGINE: 'dynamodb-local',
    };

    expect(readSettings(environment, ['--empty', '--verbose', '--data', 'my-shop'])).toEqual({
      httpPort: 4000,
      lambdaPort: 4002,
      dynamodbPort: 4800,
      sqsPort: 4324,
      engine: 'dynamodb-local',
      dynamodbEndpoint: undefined,
      empty: true,
      verbose: true,
      data: 'my-shop',
    });
  });

  test('takes the endpoint of an engine that runs already', () => {
    const { dynamodbEndpoint } = readSettings({ DYNAMODB_ENDPOINT: 'http://127.0.0.1:8111' }, []);

    expect(dynamodbEndpoint).toBe('http://127.0.0.1:8111');
  });

  test('ignores an empty variable', () => {
    expect(readSettings({ HTTP_PORT: '', DYNAMODB_ENGINE: '' }, [])).toEqual(readSettings({}, []));
  });

  test.each(['abc', '0', '-1', '65536', '3000.5', '0x50', '1e3', ' 3000'])(
    'refuses "%s" as a port',
    (port) => {
      expect(() => readSettings({ SQS_PORT: port }, [])).toThrow(
        `SQS_PORT must be a whole number from 1 to 65535, not "${port}".`,
      );
    },
  );

  test.each(['abc', '-1', '1.5', '525601', '1e3', ' 5'])(
    'refuses "%s" minutes to live for pending orders',
    (minutes) => {
      expect(() => readSettings({ PENDING_ORDER_TTL_MINUTES: minutes }, [])).toThrow(
        `PENDING_ORDER_TTL_MINUTES must be a whole number from 0 to 525600, not "${minutes}"`,
      );
    },
  );

  test.each(['', '0', '30', '525600'])(
    'accepts "%s" minutes to live for pending orders',
    (minutes) => {
      expect(readSettings({ PENDING_ORDER_TTL_MINUTES: minutes }, [])).toEqual(
        readSettings({}, []),
      );
    },
  );

  test('refuses one port for two servers, also if one of them is a default', () => {
    expect(() => readSettings({ HTTP_PORT: '3002' }, [])).toThrow(
      'HTTP_PORT and LAMBDA_PORT must differ; both are 3002.',
    );
  });

  test('refuses an unknown engine', () => {
    expect(() => readSettings({ DYNAMODB_ENGINE: 'postgres' }, [])).toThrow(
      'DYNAMODB_ENGINE must be dynoxide or dynamodb-local, not "postgres".',
    );
  });

  test.each(['localhost', 'http://', 'http://localhost:99999', 'http://local host'])(
    'refuses "%s" as an endpoint',
    (endpoint) => {
      expect(() => readSettings({ DYNAMODB_ENDPOINT: endpoint }, [])).toThrow(/^DYNAMODB_ENDPOINT/);
    },
  );

  test('refuses an engine to start together with the endpoint of another one', () => {
    const environment = { DYNAMODB_ENGINE: 'dynoxide', DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000' };

    expect(() => readSettings(environment, [])).toThrow(/not both/);
  });

  test.each([['--emtpy'], ['empty']])('refuses the unknown flag %s', (flag) => {
    expect(() => readSettings({}, [flag])).toThrow(/"npm start -- --help" lists what it knows/);
  });
});
