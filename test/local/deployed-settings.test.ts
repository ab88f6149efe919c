import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { checkSettings } from '../../local/deployed-settings.ts';
import { readConfiguration } from '../../local/infrastructure.ts';
import { PROJECT_FOLDER, serverlessCommand } from '../../local/serverless-command.ts';
import { configuration } from '../support/infrastructure.ts';

describe('What serverless.yml gives the functions', () => {
  test('makes sense', async () => {
    const service = await configuration();

    expect(() => checkSettings(service)).not.toThrow();
    expect(service.provider.environment).toHaveProperty('ORDER_STATUS_SHARDS');
  });

  test.each(['0', '1.5', '-8', 'eight', '1001', '', ' 8', '0x8', 1.5, null])(
    'is no number of shards: %j',
    (shards) => {
      for (const name of ['ORDER_STATUS_SHARDS', 'ORDER_DUE_SHARDS', 'PRODUCT_MOVEMENT_SHARDS']) {
        expect(() => checkSettings({ provider: { environment: { [name]: shards } } })).toThrow(
          name,
        );
      }
    },
  );

  test('may be a number without quotes, and anything where no number is wanted', () => {
    const environment = { ORDER_DUE_SHARDS: 4, QUEUE: { Ref: 'Queue' }, constructor: 'x' };

    expect(() => checkSettings({ provider: { environment } })).not.toThrow();
  });

  test('is checked for each function', () => {
    const functions = { 'place-order': { environment: { PENDING_ORDER_TTL_MINUTES: 'abc' } } };

    expect(() => checkSettings({ provider: {}, functions })).toThrow(
      'PENDING_ORDER_TTL_MINUTES must be a whole number from 0 to 525600, not "abc"',
    );
  });
});

describe('A setting that makes no sense', () => {
  const env = { ...process.env, PENDING_ORDER_TTL_MINUTES: 'abc' };
  const why = 'PENDING_ORDER_TTL_MINUTES must be a whole number from 0 to 525600, not "abc".';

  test('ends a deployment before it makes anything', async () => {
    const [command, ...args] = serverlessCommand('deploy');

    const deployment = promisify(execFile)(command, args, { cwd: PROJECT_FOLDER, env });

    await expect(deployment).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining(why),
    });
  });

  test('is told in one sentence by what reads serverless.yml for this machine', async () => {
    await expect(readConfiguration({ env })).rejects.toThrow(why);
  });
});
